/* SPDX-License-Identifier: MIT */
/* Children that run, yield, or will not yield. */
#include "../../include/child.inc"

	.text
/* Counts in word 0 for ever. */
CHILD spinner
	SET_GP
1:	COUNT	0, $t0
	b	1b
	 nop
/* End of slice, in time. */
CHILD parked
	PARK

/* End of slice, never: word 1 counts the slices that ended. */
CHILD stubborn
	SET_GP
	COUNT	1, $t0
1:	b	1b
	 nop

/* End of slice: word 1 counts, then yields when two more ticks are over.
 * Word 2 is where the kernel counts ticks. */
CHILD late
	SET_GP
	COUNT	1, $t0
	lw	$t0, 8($gp)
	nop
	lw	$t1, 0($t0)
1:	lw	$t2, 0($t0)
	nop
	subu	$t2, $t2, $t1
	sltiu	$t2, $t2, 2
	bnez	$t2, 1b
	 nop
	PARK
CHILD children_end
