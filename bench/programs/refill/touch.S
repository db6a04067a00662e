/* SPDX-License-Identifier: MIT */
/*
 * Touching pages: the loads at refill_hit and refill_upcall miss and are
 * then executed again.
 */
	.set	noreorder
	.set	noat
	.text

	.macro	TOUCH name
	.globl	refill_\name\()s, refill_\name
	.globl	refill_\name\()_start, refill_\name\()_end
refill_\name\()s:			/* a0 = first page, a1 = pages */
	sll	$a1, $a1, 12
	addu	$a1, $a1, $a0
refill_\name\()_start:
1:
refill_\name:
	lw	$t0, 0($a0)
	addiu	$a0, $a0, 0x1000
	bne	$a0, $a1, 1b
	 nop
refill_\name\()_end:
	jr	$ra
	 nop
	.endm

	TOUCH	hit
	TOUCH	upcall
