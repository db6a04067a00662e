/* SPDX-License-Identifier: MIT */
/* Children that do little. */
#include "../../include/child.inc"

	.text
CHILD parked
	SET_GP
	COUNT	0, $t0
	PARK

/* Ends with the status of word 1. */
CHILD leaver
	SET_GP
	move	$a0, $zero
	lw	$a1, 4($gp)
	CALL	SYSV_env_free
	PARK

/* Executes the instruction of word 8, which raises what it raises. */
CHILD faulter
	SET_GP
	lui	$t0, 0x7fff
	ori	$t0, $t0, 0xffff
	lui	$t1, 0x2000
	addiu	$t2, $gp, 32
	jr	$t2
	 nop

/* Asks for things that are not its to have: results in words 16 on. */
CHILD beggar
	SET_GP
	move	$a0, $zero
	CALL	SYSV_halt
	sw	$v0, 64($gp)
	lw	$a0, 4($gp)		/* parent */
	move	$a1, $zero
	CALL	SYSV_env_free
	sw	$v0, 68($gp)
	lw	$a0, 8($gp)		/* sibling */
	move	$a1, $zero
	CALL	SYSV_env_free
	sw	$v0, 72($gp)
	lw	$a0, 4($gp)
	nop
	CALL	SYSV_CIDswitch
	sw	$v0, 76($gp)
	lw	$a0, 8($gp)
	nop
	CALL	SYSV_CIDswitch
	sw	$v0, 80($gp)
	COUNT	0, $t0
	PARK
CHILD children_end
