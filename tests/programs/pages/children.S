/* SPDX-License-Identifier: MIT */
/* Children of the page tests. */
#include "../../include/child.inc"

	.text
/*
 * Reads a page it has mapped, again and again.
 * Word 0: EntryLo, 1-2: capability, 3: address, 4: reads done, 5: misses,
 * 6: result of TLBwr.
 */
CHILD reader
	SET_GP
	lw	$a0, 12($gp)
	lw	$a1, 0($gp)
	lw	$a2, 4($gp)
	lw	$a3, 8($gp)
	nop
	CALL	SYSV_TLBwr
	sw	$v0, 24($gp)
CHILD reader_again
	SET_GP
	lw	$t0, 12($gp)
	nop
1:	lw	$t1, 0($t0)
	COUNT	4, $t2
	b	1b
	 nop
	/* A miss: counted, and never mapped again. */
CHILD reader_miss
	SET_GP
	COUNT	5, $t2
CHILD parked
	PARK

/* Asks for word 0's chcap and Dealloc, capability in words 1-2. */
CHILD asker
	SET_GP
	lw	$a0, 0($gp)
	lw	$a1, 4($gp)
	lw	$a2, 8($gp)
	move	$a3, $a1
	move	$t0, $a2
	move	$t1, $a1
	move	$t2, $a2
	CALL	SYSV_chcap
	sw	$v0, 16($gp)
	lw	$a0, 0($gp)
	lw	$a1, 4($gp)
	lw	$a2, 8($gp)
	lw	$t0, 12($gp)
	nop
	beqz	$t0, 1f
	 nop
	CALL	SYSV_Dealloc
	sw	$v0, 20($gp)
1:	COUNT	6, $t0
	PARK
CHILD children_end
