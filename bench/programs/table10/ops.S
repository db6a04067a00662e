/* SPDX-License-Identifier: MIT */
/*
 * Where each operation begins and ends.  A call is counted from the
 * instructions that make it to the one after its delay slot; a fault from
 * the instruction after the store to the next, or to the store again.
 */
#include "ops.h"

	.set	noreorder
	.set	noat
	.text

	.macro	ENTER name		/* a0, a1: s0, s1 */
	.globl	ops_\name, \name\()_start, \name\()_end
ops_\name:
	addiu	$sp, $sp, -32
	sw	$s0, 16($sp)
	sw	$s1, 20($sp)
	sw	$ra, 24($sp)
	move	$s0, $a0
	move	$s1, $a1
\name\()_start:
	.endm

	.macro	LEAVE name
\name\()_end:
	lw	$ra, 24($sp)
	lw	$s0, 16($sp)
	lw	$s1, 20($sp)
	jr	$ra
	 addiu	$sp, $sp, 32
	.endm

	.macro	CALL function		/* arguments but the last are set */
	lui	$t9, %hi(\function)
	addiu	$t9, $t9, %lo(\function)
	jalr	$t9
	.endm

	/* Once for each address of a list: s0 = list, s1 = its length. */
	.macro	NEXT
	addiu	$s1, $s1, -1
	bnez	$s1, 1b
	 addiu	$s0, $s0, 4
	.endm

	.globl	dirty_call, dirty_return
	ENTER	dirty
1:	lw	$a0, 0($s0)
dirty_call:
	CALL	exos_dirty
	 nop
dirty_return:
	NEXT
	LEAVE	dirty

	.globl	prot1_call, prot1_return, unprot1_call, unprot1_return
	ENTER	prot1
1:	lw	$a0, 0($s0)
	li	$a1, 1
prot1_call:
	CALL	exos_protect
	 move	$a2, $zero
prot1_return:
	lw	$a0, 0($s0)
	li	$a1, 1
unprot1_call:
	CALL	exos_protect
	 li	$a2, 1
unprot1_return:
	NEXT
	LEAVE	prot1

	/* s0 = the first of OPS_PAGES pages, s1 = rounds. */
	.macro	HUNDRED name, function
	.globl	prot\name\()_call, prot\name\()_return
	.globl	unprot\name\()_call, unprot\name\()_return
	ENTER	prot\name
1:	jal	ops_touch_all
	 nop
	move	$a0, $s0
	li	$a1, OPS_PAGES
prot\name\()_call:
	CALL	\function
	 move	$a2, $zero
prot\name\()_return:
	move	$a0, $s0
	li	$a1, OPS_PAGES
unprot\name\()_call:
	CALL	\function
	 li	$a2, 1
unprot\name\()_return:
	addiu	$s1, $s1, -1
	bnez	$s1, 1b
	 nop
	LEAVE	prot\name
	.endm

	HUNDRED	100, exos_protect
	HUNDRED	100_each, ops_each

	/* step: how far it is to the next address. */
	.macro	STORES name, step
	.globl	\name\()_store
	ENTER	\name
1:	lw	$t0, 0($s0)
	addiu	$s1, $s1, -1
	addiu	$s0, $s0, \step
\name\()_store:
	sw	$zero, 0($t0)
	bnez	$s1, 1b
	 nop
	LEAVE	\name
	.endm

	STORES	trap, 0			/* the same page each time */
	STORES	appel1, 4

	/* s0 = the first page, s1 = rounds. */
	.globl	appel2_begin, appel2_done
	ENTER	appel2
1:	jal	ops_touch_all
	 nop
	move	$a0, $s0
	li	$a1, OPS_PAGES
appel2_begin:
	CALL	exos_protect
	 move	$a2, $zero
	lui	$t0, %hi(ops_order)
	addiu	$t0, $t0, %lo(ops_order)
	addiu	$t1, $t0, 4 * OPS_PAGES
2:	lw	$t2, 0($t0)
	addiu	$t0, $t0, 4
	sw	$zero, 0($t2)
	bne	$t0, $t1, 2b
	 nop
appel2_done:
	addiu	$s1, $s1, -1
	bnez	$s1, 1b
	 nop
	LEAVE	appel2
