/* SPDX-License-Identifier: MIT */
/*
 * The measured operations of table 4.  A procedure call is counted from its
 * jal, inclusive, to where it returns: jal, slot, jr, slot.
 */
#include <aegis/sysnum.h>

	.set	noreorder
	.set	noat
	.text

	.globl	table4_run, table4_start, table4_end
	.globl	table4_call, table4_called, table4_leaf, table4_stack
table4_run:				/* a0 = rounds */
	addiu	$sp, $sp, -32
	sw	$ra, 28($sp)
	sw	$s0, 24($sp)
	move	$s0, $a0
table4_start:
1:
table4_call:
	jal	table4_empty
	 nop
table4_called:
	nop
	li	$v0, SYSV_self
table4_leaf:
	syscall
	li	$v0, SYSV_null		/* clears the caller-saved registers */
table4_stack:
	syscall
	addiu	$s0, $s0, -1
	bnez	$s0, 1b
	 nop
table4_end:
	lw	$ra, 28($sp)
	lw	$s0, 24($sp)
	jr	$ra
	 addiu	$sp, $sp, 32

	.globl	table4_empty
table4_empty:
	jr	$ra
	 nop
