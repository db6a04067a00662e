/* SPDX-License-Identifier: MIT */
/* A child that, at the end of its slice, hands the rest on (word 0). */
#include "../../include/child.inc"

	.text
CHILD spinner
1:	b	1b
	 nop
CHILD giver
	SET_GP
	lw	$a0, 0($gp)
	nop
	CALL	SYSV_Yield
	PARK
CHILD tosser
	SET_GP
	lw	$a0, 0($gp)
	nop
	CALL	SYSV_Acall
	PARK
CHILD children_end
