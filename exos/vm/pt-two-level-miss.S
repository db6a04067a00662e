/* SPDX-License-Identifier: MIT */
/* Lookup in the two-level table: the entry's place follows from the address. */
#include <exos/pin.h>

#define PT_NSAVED	0

	.macro	PT_LOOKUP reload, absent
	srl	$a3, $a1, AE_PAGE_SHIFT
	sll	$a3, $a3, 2
	lui	$v0, PT_WINDOW >> 16
	addu	$a3, $a3, $v0
	\reload
	lw	$v0, 0($a3)
	.endm

#include "miss.inc"
