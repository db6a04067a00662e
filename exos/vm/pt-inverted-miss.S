/* SPDX-License-Identifier: MIT */
/* Lookup in the inverted table: open hashing, one probe after the other. */
#include <exos/pin.h>

#define PT_NSAVED	2

	.macro	PT_LOOKUP reload, absent
	srl	$t0, $a1, AE_PAGE_SHIFT
	srl	$v0, $t0, PT_HASH_SHIFT
	xor	$v0, $v0, $t0
	sll	$v0, $v0, 3
	sll	$t0, $t0, AE_PAGE_SHIFT	/* t0 = page sought */
	\reload
1:	andi	$v0, $v0, PT_HASH_MASK
	lui	$a3, PT_WINDOW >> 16
	addu	$a3, $a3, $v0
	lw	$t1, 0($a3)
	addiu	$v0, $v0, 8		/* the next slot */
	beq	$t1, $t0, 2f
	 nop
	bnez	$t1, 1b
	 nop
	b	\absent
	 nop
2:	lw	$v0, 4($a3)
	addiu	$a3, $a3, 4
	.endm

#include "miss.inc"
