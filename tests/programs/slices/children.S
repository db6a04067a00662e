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

/* End of slice: word 1 counts, and on for word 2 turns, then yields. */
CHILD late
	SET_GP
	COUNT	1, $t0
	lw	$t1, 8($gp)
	nop
1:	bnez	$t1, 1b
	 addiu	$t1, $t1, -1
	PARK
CHILD children_end
