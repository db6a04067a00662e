/* SPDX-License-Identifier: MIT */
/*
 * The server's gate increments a counter in its pinned data, which the
 * client's gp names as well as its own; the client's reply entry returns.
 */
#include <aegis/transfer.h>

	.set	noreorder
	.section .pin.data, "aw"
	.align	2
counter:
	.word	0

	.section .pin.text, "ax"
	.globl	exos_gate, exos_agate
exos_gate:
	lw	$a1, %lo(counter)($gp)
	li	$v0, AE_REPLY
	addiu	$a1, $a1, 1
	sw	$a1, %lo(counter)($gp)
	syscall
	j	exos_park		/* the client died */
	 nop
exos_agate:
	j	exos_prologue
	 nop
#ifndef SHARED_REPLY
	.globl	exos_reply
exos_reply:
	jr	$ra
	 move	$v1, $a1
#endif
