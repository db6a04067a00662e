/* SPDX-License-Identifier: MIT */
/* Clients and servers without ExOS, for the tests of control transfer. */
#include "../../include/child.inc"
#include "children.h"

	.macro	SCALL
	lui	$v0, AE_SCALL >> 16
	syscall
	.endm
	.macro	REPLY
	lui	$v0, AE_REPLY >> 16
	ori	$v0, $v0, AE_REPLY & 0xffff
	syscall
	.endm
	/* All that a transfer hands over but v0, with gp as the base. */
	.macro	ALL op, word
	.irp	n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18
	\op	$\n, 4*(\word+\n)($gp)
	.endr
	.irp	n, 19, 20, 21, 22, 23, 24, 25, 29, 30, 31
	\op	$\n, 4*(\word+\n)($gp)
	.endr
	.endm

	.text
/*
 * A client: calls W_PEER once.  Counts answers, errors, and slices that
 * begin, which none should while it waits.
 */
CHILD client
	SET_GP
	lw	$a0, 4*W_PEER($gp)
	lw	$a1, 4*W_ARG($gp)
	COUNT	W_CALLS, $t0
	SCALL
	SET_GP
	sw	$v0, 4*W_ERROR($gp)
	COUNT	W_ERRORS, $t0
	PARK
CHILD client_reply
	SET_GP
	sw	$v0, 4*W_REPLIER($gp)
	sw	$a1, 4*W_ARG($gp)
	COUNT	W_REPLIES, $t0
	PARK
CHILD client_slice
	SET_GP
	COUNT	W_SLICES, $t0
	lw	$t0, 4*W_REPLIES($gp)
	lw	$t1, 4*W_ERRORS($gp)
	nop
	or	$t0, $t0, $t1
	bnez	$t0, parked
	 nop
	COUNT	W_EARLY, $t0
	PARK

/* A client that uses the FPU. */
CHILD client_fpu
	li	$a0, 1
	CALL	SYSV_FPUmod
	b	client
	 nop

/* A client that has a value in every register. */
CHILD client_all
	SET_GP
	lw	$t0, 4*(W_OUT+32)($gp)
	lw	$t1, 4*(W_OUT+33)($gp)
	mthi	$t0
	mtlo	$t1
	ALL	lw, W_OUT
	SCALL
	PARK
CHILD client_all_reply
	ALL	sw, W_IN
	mfhi	$t0
	mflo	$t1
	sw	$t0, 4*(W_IN+32)($gp)
	sw	$t1, 4*(W_IN+33)($gp)
	SET_GP
	sw	$v0, 4*W_REPLIER($gp)
	COUNT	W_REPLIES, $t0
	PARK
CHILD server_all
	ALL	sw, W_IN
	mfhi	$t0
	mflo	$t1
	sw	$t0, 4*(W_IN+32)($gp)
	sw	$t1, 4*(W_IN+33)($gp)
	SET_GP
	sw	$v0, 4*W_CALLER($gp)
	COUNT	W_CALLED, $t0
	lw	$t0, 4*(W_OUT+32)($gp)
	lw	$t1, 4*(W_OUT+33)($gp)
	mthi	$t0
	mtlo	$t1
	ALL	lw, W_OUT
	REPLY
	PARK

/*
 * A server that answers when W_GO is set: with its argument and one more.
 * It yields while it waits, and so goes on at its prologue.
 */
CHILD server
	SET_GP
	sw	$v0, 4*W_CALLER($gp)
	sw	$a1, 4*W_ARG($gp)
	COUNT	W_CALLED, $t0
	li	$t0, 1
	sw	$t0, 4*W_SERVING($gp)
CHILD server_slice
	SET_GP
	COUNT	W_SLICES, $t0
	lw	$t0, 4*W_SERVING($gp)
	lw	$t1, 4*W_GO($gp)
	beqz	$t0, server_park
	 nop
	bnez	$t1, server_answer
	 nop
server_park:
	PARK
server_answer:
	sw	$zero, 4*W_SERVING($gp)
	lw	$a1, 4*W_ARG($gp)
	nop
	addiu	$a1, $a1, 1
	REPLY
	SET_GP
	sw	$v0, 4*W_ERROR($gp)
	COUNT	W_ERRORS, $t0
	PARK
CHILD server_fpu
	li	$a0, 1
	CALL	SYSV_FPUmod
	SET_GP
	COUNT	W_CALLS, $t0
	PARK

/* A server that asks W_PEER before it answers. */
CHILD middle
	SET_GP
	sw	$v0, 4*W_CALLER($gp)
	COUNT	W_CALLED, $t0
	lw	$a0, 4*W_PEER($gp)
	addiu	$a1, $a1, 10
	SCALL
CHILD middle_reply
	SET_GP
	sw	$v0, 4*W_REPLIER($gp)
	COUNT	W_REPLIES, $t0
	REPLY
	PARK

/* A server that ends itself. */
CHILD dying
	move	$a0, $zero
	li	$a1, 7
	CALL	SYSV_env_free
	PARK

/* A server that makes an asynchronous call, then goes on as `server`. */
CHILD server_acall
	SET_GP
	sw	$v0, 4*W_CALLER($gp)
	sw	$a1, 4*W_ARG($gp)
	COUNT	W_CALLED, $t0
	li	$t0, 1
	sw	$t0, 4*W_SERVING($gp)
	lw	$a0, 4*W_PEER($gp)
	nop
	CALL	SYSV_Acall
	PARK

/* Makes one asynchronous call. */
CHILD acaller
	SET_GP
	lw	$a0, 4*W_PEER($gp)
	lw	$a1, 4*W_ARG($gp)
	COUNT	W_CALLS, $t0
	CALL	SYSV_Acall
	SET_GP
	sw	$v0, 4*W_ERROR($gp)
	COUNT	W_ERRORS, $t0
	PARK
CHILD acalled
	SET_GP
	sw	$v0, 4*W_CALLER($gp)
	sw	$a1, 4*W_ARG($gp)
	COUNT	W_CALLED, $t0
CHILD parked
	PARK

/* Acall gates that hand the processor to W_NEXT. */
	.macro	HANDS_ON call
	SET_GP
	COUNT	W_CALLED, $t0
	lw	$a0, 4*W_NEXT($gp)
	nop
	CALL	\call
	PARK
	.endm
CHILD acalled_yields
	HANDS_ON SYSV_Yield
CHILD acalled_acalls
	HANDS_ON SYSV_Acall

/* Calls itself, then runs on. */
CHILD own
	SET_GP
	CALL	SYSV_self
	move	$a0, $v0
	SCALL
	PARK
CHILD own_gate
	SET_GP
	sw	$v0, 4*W_CALLER($gp)
	COUNT	W_CALLED, $t0
	REPLY
	PARK
CHILD children_end
