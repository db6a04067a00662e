/* SPDX-License-Identifier: MIT */
/* A child that hears nothing: it runs, and ends its slices in time. */
#include "../../include/child.inc"

	.text
CHILD deaf
	SET_GP
1:	COUNT	0, $t0
	b	1b
	 nop
CHILD parked
	PARK
CHILD children_end
