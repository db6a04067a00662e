/* SPDX-License-Identifier: MIT */
/* A child that maps one page many times. */
#include "../../include/child.inc"

	.text
/*
 * Word 0: EntryLo, 1-2: capability, 3: how many are left, 4: failures,
 * 5: done, 6: next address.  A new slice goes on where the last one was.
 */
CHILD mapper
	SET_GP
1:	lw	$a0, 24($gp)
	lw	$a1, 0($gp)
	lw	$a2, 4($gp)
	lw	$a3, 8($gp)
	lw	$s0, 12($gp)
	lw	$s1, 16($gp)
	beqz	$s0, 2f
	 addiu	$s2, $a0, AE_PAGE_SIZE
	CALL	SYSV_TLBwr
	or	$s1, $s1, $v0
	sw	$s1, 16($gp)
	sw	$s2, 24($gp)
	addiu	$s0, $s0, -1
	b	1b
	 sw	$s0, 12($gp)
2:	li	$t0, 1
	sw	$t0, 20($gp)
CHILD mapper_park
	PARK
CHILD children_end
