/* SPDX-License-Identifier: MIT */
/* A program whose every register is known while its slices end. */
#include <exos/pin.h>

	.set	noreorder
	.set	noat
	.text

/*
 * u32 registers_hold(u32 rounds)
 * Fills every register but gp, k0, k1 (sp and ra too) and looks at them
 * again and again; the rounds are counted down in at.  Result: 0, or the
 * rounds that were left when a register was found changed.
 */
	.globl	registers_hold
	.type	registers_hold, @function
registers_hold:
	addiu	$sp, $sp, -48
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23
	sw	$\n, 4*(\n-16)($sp)
	.endr
	sw	$fp, 32($sp)
	sw	$ra, 36($sp)
	lui	$t0, %hi(hold_sp)
	sw	$sp, %lo(hold_sp)($t0)
	move	$1, $a0
	lui	$2, 0x1234
	ori	$2, $2, 0x5678
	mthi	$2
	nor	$3, $2, $zero
	mtlo	$3
	.irp	n, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19
	addiu	$\n, $2, 0x11*\n
	.endr
	.irp	n, 20, 21, 22, 23, 24, 25, 29, 30, 31
	addiu	$\n, $2, 0x11*\n
	.endr
	/* One look: v0 is compared last, with a constant. */
1:
	.irp	n, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19
	addiu	$\n, $\n, -0x11*\n
	bne	$\n, $2, 2f
	 addiu	$\n, $\n, 0x11*\n
	.endr
	.irp	n, 20, 21, 22, 23, 24, 25, 29, 30, 31
	addiu	$\n, $\n, -0x11*\n
	bne	$\n, $2, 2f
	 addiu	$\n, $\n, 0x11*\n
	.endr
	mfhi	$3
	bne	$3, $2, 2f
	 mflo	$3
	nor	$3, $3, $zero
	bne	$3, $2, 2f
	 addiu	$3, $2, 0x11*3
	lui	$31, 0x1234
	ori	$31, $31, 0x5678
	bne	$31, $2, 2f
	 addiu	$31, $31, 0x11*31
	bnez	$1, 1b
	 addiu	$1, $1, -1
	move	$1, $zero
2:	lui	$t0, %hi(hold_sp)
	lw	$sp, %lo(hold_sp)($t0)
	nop
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23
	lw	$\n, 4*(\n-16)($sp)
	.endr
	lw	$ra, 36($sp)
	lw	$fp, 32($sp)
	move	$v0, $1
	jr	$ra
	 addiu	$sp, $sp, 48
	.size	registers_hold, . - registers_hold

	.bss
	.align	2
hold_sp:
	.space	4
