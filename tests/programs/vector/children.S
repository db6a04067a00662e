/* SPDX-License-Identifier: MIT */
/* Children that log their slices, and what they are entered with. */
#include "../../include/child.inc"
#include "vector.h"

	.text
/*
 * Start of slice: append our word W_ID to the log in the shared page, whose
 * first word is the number of entries; then run.
 */
CHILD logger
	SET_GP
	lw	$t2, 4*W_ID($gp)
	lw	$t0, SHARED($gp)
	nop
	addiu	$t0, $t0, 1
	sw	$t0, SHARED($gp)
	andi	$t0, $t0, LOG_MASK
	sll	$t1, $t0, 2
	addu	$t1, $t1, $gp
	sw	$t2, SHARED+4($t1)
1:	COUNT	W_TURNS, $t0
	b	1b
	 nop

/* Start of slice: keep v0 and a1, and all other registers or-ed together. */
CHILD keeper
	move	$k0, $zero
	.irp	n, 1, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19
	or	$k0, $k0, $\n
	.endr
	.irp	n, 20, 21, 22, 23, 24, 25, 28, 29, 30, 31
	or	$k0, $k0, $\n
	.endr
	SET_GP
	sw	$k0, 4*W_OTHERS($gp)
	sw	$v0, 4*W_FROM($gp)
	sw	$a1, 4*W_A1($gp)
	COUNT	W_TURNS, $t0
	PARK

/* The same, with the FPU on: the kernel's slow path enters it. */
CHILD keeper_fpu
	SET_GP
	li	$a0, 1
	CALL	SYSV_FPUmod
	PARK

/* End of slice: word W_ENDS counts. */
CHILD parked
	SET_GP
	COUNT	W_ENDS, $t0
	PARK
CHILD children_end
