/* SPDX-License-Identifier: MIT */
/*
 * A handler that is copied to a page of its own and unmaps it: it returns to
 * where nothing is any more.
 */
#include <exos/pin.h>

	.set	noreorder
	.set	noat
	.text
	.globl	suicide, suicide_end
	.type	suicide, @function
suicide:
	addiu	$sp, $sp, -24
	sw	$ra, 20($sp)
	lui	$a0, 0x2800		/* EXOS_FREE */
	lui	$t9, %hi(munmap)
	addiu	$t9, $t9, %lo(munmap)
	jalr	$t9
	 li	$a1, 0x1000
	lw	$ra, 20($sp)
	move	$v0, $zero
	jr	$ra
	 addiu	$sp, $sp, 24
suicide_end:
	.size	suicide, . - suicide
