/* SPDX-License-Identifier: MIT */
/* Children that hand the rest of an ended slice on (word 0), or keep it. */
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
	/* Calls word 0; word 1 is what came back. */
CHILD client
	SET_GP
	lw	$a0, 0($gp)
	lui	$v0, AE_SCALL >> 16
	syscall
CHILD client_reply
	SET_GP
	sw	$v0, 4($gp)
CHILD parked
	SET_GP
	PARK
CHILD children_end
