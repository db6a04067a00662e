/* SPDX-License-Identifier: MIT */
/*
 * Control transfer for C programs (SOSP'95 5.5).  A program that wants the
 * bare transfer defines these symbols itself.
 */
#include <aegis/error.h>
#include <aegis/sysnum.h>
#include <aegis/transfer.h>
#include <exos/pin.h>

	.set	noreorder
	.set	noat

#define GATE_STACK	0x1000
#define MSG		16	/* a1-a3 on the gate's stack */

	/* Each page lies above a hole (program.ld). */
	.section .pin.gatestack, "aw", @nobits
	.align	12
gate_stack:
	.space	GATE_STACK
	.section .pin.agatestack, "aw", @nobits
	.align	12
agate_stack:
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
	CALL_HANDLER exos_gate_handler, gate_stack
	lw	$a1, MSG($sp)
	lw	$a2, MSG+4($sp)
	lw	$a3, MSG+8($sp)
	lui	$v0, AE_REPLY >> 16
	ori	$v0, $v0, AE_REPLY & 0xffff
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
	CALL_HANDLER exos_agate_handler, agate_stack
	lui	$t1, %hi(agate_busy)
	sw	$zero, %lo(agate_busy)($t1)
1:	j	exos_prologue
	 nop

/*
 * s32 exos_scall(u32 name, u32 m[3])
 * Saves on its stack what C keeps; the reply comes in at exos_reply.  One
 * at a time: replies to two could come in either order.
 */
#define S_FRAME		48
	.globl	exos_scall
	.type	exos_scall, @function
exos_scall:
	lw	$v0, PIN_CALL($gp)
	nop
	bnez	$v0, scall_busy
	 addiu	$sp, $sp, -S_FRAME
	sw	$s0, 0($sp)
	sw	$s1, 4($sp)
	sw	$s2, 8($sp)
	sw	$s3, 12($sp)
	sw	$s4, 16($sp)
	sw	$s5, 20($sp)
	sw	$s6, 24($sp)
	sw	$s7, 28($sp)
	sw	$fp, 32($sp)
	sw	$ra, 36($sp)
	sw	$a1, 40($sp)
	move	$t0, $a1
	sw	$sp, PIN_CALL($gp)
	lw	$a1, 0($t0)
	lw	$a2, 4($t0)
	lw	$a3, 8($t0)
	lui	$v0, AE_SCALL >> 16
	syscall
	/* Here only on an error: the message is what it was. */
	.globl	exos_reply
exos_reply:
	lui	$gp, EXOS_PIN_HI
	lw	$sp, PIN_CALL($gp)
	nop
	lw	$t0, 40($sp)
	sw	$zero, PIN_CALL($gp)
	sw	$a1, 0($t0)
	sw	$a2, 4($t0)
	sw	$a3, 8($t0)
	lw	$s0, 0($sp)
	lw	$s1, 4($sp)
	lw	$s2, 8($sp)
	lw	$s3, 12($sp)
	lw	$s4, 16($sp)
	lw	$s5, 20($sp)
	lw	$s6, 24($sp)
	lw	$s7, 28($sp)
	lw	$fp, 32($sp)
	lw	$ra, 36($sp)
	addiu	$sp, $sp, S_FRAME
	jr	$ra
	 nop
scall_busy:
	addiu	$sp, $sp, S_FRAME
	jr	$ra
	 li	$v0, AE_EBUSY
	.size	exos_scall, . - exos_scall
