/* SPDX-License-Identifier: MIT */
/* The server's gate: on a stack of its own, to the one procedure. */
#include <aegis/transfer.h>
#include <exos/pin.h>

	.set	noreorder
	.section .pin.gatestack, "aw", @nobits
	.align	12
stack:	.space	0x1000

	.section .pin.text, "ax"
	.globl	exos_gate, exos_agate
exos_gate:
	lui	$gp, EXOS_PIN_HI
	lui	$sp, %hi(stack + 0x1000 - 32)
	lui	$t9, %hi(lrpc_procedure)
	addiu	$t9, $t9, %lo(lrpc_procedure)
	jalr	$t9
	 addiu	$sp, $sp, %lo(stack + 0x1000 - 32)
	move	$a1, $v0
	li	$v0, AE_REPLY
	syscall
	j	exos_park		/* the client died */
	 nop
exos_agate:
	j	exos_prologue
	 nop
