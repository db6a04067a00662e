/* SPDX-License-Identifier: MIT */
/* A server that answers every call, and gives every slice away. */
#include "../../include/child.inc"

	.text
CHILD parked
	PARK
CHILD server
	lui	$v0, AE_REPLY >> 16
	ori	$v0, $v0, AE_REPLY & 0xffff
	syscall
	PARK
CHILD children_end
