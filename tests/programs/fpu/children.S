/* SPDX-License-Identifier: MIT */
/*
 * Children that use the FPU.  They lie among the data, because the checker
 * of images takes no floating-point instruction in a program's text.
 */
#include "../../include/child.inc"

	.set	hardfloat
	.data
/*
 * Enables the FPU, puts word 0 in every register of it, then makes the
 * transfer that word 2 says (a value of v0) to word 1.
 */
CHILD user
	SET_GP
	li	$a0, 1
	CALL	SYSV_FPUmod
	lw	$t0, 0($gp)
	nop
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	mtc1	$t0, $f\n
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	mtc1	$t0, $f\n
	.endr
	nop
	mfc1	$t1, $f4
	lw	$a0, 4($gp)
	sw	$t1, 12($gp)
	lw	$v0, 8($gp)
	nop
	beqz	$v0, user_park
	 nop
	syscall
CHILD user_reply
	SET_GP
	COUNT	4, $t0
CHILD user_park
	PARK

/*
 * Looks at an FPU register without asking for the FPU: word 4 counts
 * entries, word 5 is what was seen, word 6 counts exceptions.
 */
CHILD looker
	SET_GP
	COUNT	4, $t0
	mfc1	$t1, $f4
	nop
	sw	$t1, 20($gp)
	b	looker_end
	 nop
CHILD looker_refused
	SET_GP
	COUNT	6, $t0
looker_end:
	lui	$v0, AE_REPLY >> 16
	ori	$v0, $v0, AE_REPLY & 0xffff
	syscall
	PARK

/* Asks for the FPU and counts in word 4 the registers that are not zero. */
CHILD counter
	SET_GP
	li	$a0, 1
	CALL	SYSV_FPUmod
	move	$t1, $zero
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	mfc1	$t0, $f\n
	nop
	or	$t1, $t1, $t0
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	mfc1	$t0, $f\n
	nop
	or	$t1, $t1, $t0
	.endr
	sw	$t1, 20($gp)
	COUNT	4, $t0
	PARK
CHILD children_end
