/* SPDX-License-Identifier: MIT */
/*
 * Gates for C programs: the side that is called (SOSP'95 5.5).  A program
 * that wants the bare transfer defines these symbols itself.
 */
#include <aegis/transfer.h>
#include <exos/pin.h>

	.set	noreorder
	.set	noat

#define GATE_STACK	0x1000
#define MSG		16	/* a1-a3 on the gate's stack */

	/* Each page lies above a hole (program.ld). */
	.section .pin.gatestack, "aw", @nobits
	.align	12
	.globl	exos_gate_stack
exos_gate_stack:
	.space	GATE_STACK
	.section .pin.agatestack, "aw", @nobits
	.align	12
	.globl	exos_agate_stack
exos_agate_stack:
	.space	GATE_STACK

	.section .pin.data, "aw"
	.align	2
	.globl	exos_gate_handler, exos_agate_handler
exos_gate_handler:
	.word	0
exos_agate_handler:
	.word	0
agate_busy:
	.word	0

	.section .pin.text, "ax"

	/* Gate code runs on a stack of its own; nothing is to be kept. */
	.macro	CALL_HANDLER pointer, stack
	lui	$gp, EXOS_PIN_HI	/* the caller's may be anything */
	lui	$sp, %hi(\stack + GATE_STACK - 32)
	addiu	$sp, $sp, %lo(\stack + GATE_STACK - 32)
	sw	$a1, MSG($sp)
	sw	$a2, MSG+4($sp)
	sw	$a3, MSG+8($sp)
	lui	$t0, %hi(\pointer)
	lw	$t0, %lo(\pointer)($t0)
	move	$a0, $v0		/* who calls */
	jalr	$t0
	 addiu	$a1, $sp, MSG
	.endm

	.globl	exos_gate
exos_gate:
	CALL_HANDLER exos_gate_handler, exos_gate_stack
	lw	$a1, MSG($sp)
	lw	$a2, MSG+4($sp)
	lw	$a3, MSG+8($sp)
	li	$v0, AE_REPLY
	syscall
	j	exos_park		/* the caller died */
	 nop

/*
 * Anybody may Acall.  Without a handler, or while it runs (its stack is in
 * use), nothing comes of it: on with what the slice is for.
 */
	.globl	exos_agate
exos_agate:
	lui	$t0, %hi(exos_agate_handler)
	lw	$t0, %lo(exos_agate_handler)($t0)
	lui	$t1, %hi(agate_busy)
	lw	$t2, %lo(agate_busy)($t1)
	beqz	$t0, 1f
	 nop
	bnez	$t2, 1f
	 nop
	sw	$t0, %lo(agate_busy)($t1)
	CALL_HANDLER exos_agate_handler, exos_agate_stack
	lui	$t1, %hi(agate_busy)
	sw	$zero, %lo(agate_busy)($t1)
1:	j	exos_prologue
	 nop
