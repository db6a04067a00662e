/* SPDX-License-Identifier: MIT */
/* A child that spends each of its slices on an Acall to word 0. */
#include "../../include/child.inc"

	.text
CHILD pester
	SET_GP
	COUNT	1, $t0
	lw	$a0, 0($gp)
	nop
	CALL	SYSV_Acall
	PARK
CHILD children_end
