/* SPDX-License-Identifier: MIT */
/* Lookup in it: from the last pair to the first. */
#include <exos/pin.h>

#define PT_NSAVED	2

	.macro	PT_LOOKUP reload, absent
	srl	$t0, $a1, AE_PAGE_SHIFT
	lw	$v0, PIN_PT_COUNT($gp)
	lui	$a3, PT_WINDOW >> 16
	sll	$v0, $v0, 3
	addu	$a3, $a3, $v0
	sll	$t0, $t0, AE_PAGE_SHIFT
	\reload
1:	beqz	$v0, \absent
	 addiu	$a3, $a3, -8
	lw	$t1, 0($a3)
	nop
	bne	$t1, $t0, 1b
	 addiu	$v0, $v0, -8
	lw	$v0, 4($a3)
	addiu	$a3, $a3, 4
	.endm

#include "../../../exos/vm/miss.inc"
