/* SPDX-License-Identifier: MIT */
/* Lookup in the linear table: binary search of a sorted vector. */
#include <exos/pin.h>

#define PT_NSAVED	4

	/* The last entry at or below t3 is among the v0 from a3 on. */
	.macro	PT_LOOKUP reload, absent
	srl	$t3, $a1, AE_PAGE_SHIFT
	lw	$v0, PIN_PT_COUNT($gp)
	lui	$a3, PT_WINDOW >> 16
	sll	$t3, $t3, AE_PAGE_SHIFT	/* t3 = page sought */
	\reload
1:	srl	$t0, $v0, 1
	beqz	$t0, 2f
	 sll	$t1, $t0, 3
	addu	$t1, $a3, $t1
	lw	$t2, 0($t1)
	subu	$v0, $v0, $t0
	sltu	$t2, $t3, $t2
	bnez	$t2, 1b
	 nop
	b	1b
	 move	$a3, $t1
2:	lw	$t0, 0($a3)
	lw	$v0, 4($a3)
	bne	$t0, $t3, \absent
	 addiu	$a3, $a3, 4
	.endm

#include "miss.inc"
