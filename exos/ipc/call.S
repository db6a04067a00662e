/* SPDX-License-Identifier: MIT */
/*
 * Synchronous calls: the client's side (SOSP'95 5.5, 6.1).  A program that
 * wants the bare transfer defines these symbols itself.
 */
#include <aegis/error.h>
#include <aegis/transfer.h>
#include <exos/kept.inc>
#include <exos/pin.h>

	.set	noreorder
	.set	noat

	.section .pin.text, "ax"

/*
 * uint64_t exos_lrpc(u32 server, u32 arg)
 * v0 = server's name or error, v1 = a1 of the reply; a1-a3 are as the server
 * left them, or on error as they were.  Saves what C keeps, for the server
 * may leave anything in registers.  One call at a time: replies to two could
 * come in either order.
 */
	.globl	exos_lrpc
	.type	exos_lrpc, @function
exos_lrpc:
	lw	$v0, PIN_CALL($gp)
	addiu	$sp, $sp, -KEPT_BYTES
	bnez	$v0, call_busy
	 nop
	KEPT	sw, $sp
	sw	$sp, PIN_CALL($gp)
	lui	$v0, AE_SCALL >> 16
	syscall
	/* Here only on an error. */

/* The reply, or the death of the server.  Nothing is known but our pages. */
	.globl	exos_reply
exos_reply:
	lui	$gp, EXOS_PIN_HI
	lw	$t0, PIN_CALL($gp)
	move	$v1, $a1
	bnez	$t0, call_reply
	 sw	$zero, PIN_CALL($gp)
	jr	$ra			/* to exos_tlrpc's caller */
	 nop
call_reply:
	KEPT	lw, $t0
	move	$sp, $t0
	jr	$ra
	 addiu	$sp, $sp, KEPT_BYTES
call_busy:
	addiu	$sp, $sp, KEPT_BYTES
	jr	$ra
	 li	$v0, AE_EBUSY
	.size	exos_lrpc, . - exos_lrpc

/*
 * s32 exos_scall(u32 name, u32 m[3]): as exos_lrpc, all three words of the
 * message by way of memory.
 */
	.globl	exos_scall
	.type	exos_scall, @function
exos_scall:
	addiu	$sp, $sp, -32
	sw	$ra, 28($sp)
	sw	$a1, 24($sp)
	lw	$a2, 4($a1)
	lw	$a3, 8($a1)
	jal	exos_lrpc
	 lw	$a1, 0($a1)
	bltz	$v0, 1f
	 lw	$t0, 24($sp)
	lw	$ra, 28($sp)
	sw	$a1, 0($t0)
	sw	$a2, 4($t0)
	sw	$a3, 8($t0)
	jr	$ra
	 addiu	$sp, $sp, 32
1:	lw	$ra, 28($sp)
	nop
	jr	$ra
	 addiu	$sp, $sp, 32
	.size	exos_scall, . - exos_scall
