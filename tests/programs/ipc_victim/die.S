/* SPDX-License-Identifier: MIT */
/* Where the debugger finds the rounds, and where it sends who is to end. */
#include <aegis/sysnum.h>

	.set	noreorder
	.data
	.globl	ipc_stop
ipc_stop:
	.word	0

	.text
	.globl	ipc_round, ipc_die
ipc_round:
	jr	$ra
	 nop

/* End at once, with status 9. */
ipc_die:
	move	$a0, $zero
	li	$a1, 9
	li	$v0, SYSV_env_free
	syscall
