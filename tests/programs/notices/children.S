/* SPDX-License-Identifier: MIT */
/* A child with an interrupt queue: it counts, and handles its interrupts. */
#include "../../include/child.inc"
#include "notices.h"

	.text
/* Every slice: an endless count in W_TURNS, with a1-a2 known. */
CHILD runner
	SET_GP
	li	$s0, 0x4949
	li	$s1, 0x5a5a
	li	$s2, 0x6b6b
	move	$a0, $s0
	move	$a1, $s1
	move	$a2, $s2
1:	COUNT	W_TURNS, $t0
	bne	$a0, $s0, 2f
	 nop
	bne	$a1, $s1, 2f
	 nop
	beq	$a2, $s2, 1b
	 nop
2:	COUNT	W_LOST, $t0
	b	1b
	 nop

/*
 * Interrupt: a0 = the entry, a1 = type.  Its state is in the entry, which is
 * consumed; of t0 and t1 only the count in W_TURNS knows.  The way back uses
 * k1: the page is pinned and was just used.
 */
CHILD handler
	SET_GP
	sw	$a0, 4*W_ENTRY($gp)
	sw	$a1, 4*W_TYPE($gp)
	lw	$t0, RAW_IQ($gp)	/* pending - 1 */
	lw	$t1, RAW_IQ+8($gp)	/* tail + 1 */
	addiu	$t0, $t0, -1
	addiu	$t1, $t1, 1
	sw	$t1, RAW_IQ+8($gp)
	sw	$t0, RAW_IQ($gp)
	COUNT	W_HANDLED, $t0
	lw	$t0, 4*W_REARM($gp)
	nop
	beqz	$t0, 1f
	 nop
	sw	$t0, RAW_IQ+12($gp)	/* mask */
1:	lw	$k1, 12($a0)
	lw	$a1, 20($a0)
	lw	$a2, 24($a0)
	lw	$a0, 16($a0)
	jr	$k1
	 nop

CHILD parked
	SET_GP
	COUNT	W_ENDS, $t0
	PARK
CHILD children_end
