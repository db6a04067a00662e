/* SPDX-License-Identifier: MIT */
/*
 * Writing the event ring <aegis/event.h> on the paths that never see C.
 * Only the build with EVENTS has it.
 *
 * Every routine here is called in the middle of a path on which only k0 and
 * k1 are free, so it keeps t0-t3 and ra in words beside the
 * current-environment pointer.
 */
#include <aegis/env.h>
#include <aegis/event.h>
#include <aegis/sysnum.h>
#include "fast.h"
#include "offsets.h"
#include "r3000.h"

	.set	noreorder
	.set	noat
	.text

#ifdef EVENTS
#ifndef CLOSE_HOLE
#error "the event ring is written by leave_closed"
#endif

	.macro	BEGIN base
	sw	$t0, FAST_SAVED($\base)
	sw	$t1, FAST_SAVED+4($\base)
	sw	$t2, FAST_SAVED+8($\base)
	sw	$t3, FAST_SAVED+12($\base)
	sw	$ra, FAST_SAVED+16($\base)
	jal	event_append
	 nop
	.endm
	.macro	END base
	lw	$ra, FAST_SAVED+16($\base)
	lw	$t0, FAST_SAVED($\base)
	lw	$t1, FAST_SAVED+4($\base)
	lw	$t2, FAST_SAVED+8($\base)
	lw	$t3, FAST_SAVED+12($\base)
	.endm
	/* Byte of a record := number of the environment at p, or at its
	 * private block. */
	.macro	NUMBER p, field
	srl	$t3, \p, FAST_SHIFT
	sb	$t3, \field($t0)
	.endm
	.macro	KIND kind
	li	$t3, \kind
	sb	$t3, EV_KIND($t0)
	.endm

/*
 * A new record: t0 = its address, t2 = its number.  Number and tick are in
 * it, the rest is zero.  Uses t1-t3.
 *
 * A debugger that stops at event_wrap each time loses nothing: the ring is
 * full of whole records and the oldest is about to be overwritten.
 */
	.globl	event_append, event_wrap
event_append:
	lui	$t1, %hi(info_page)
	lw	$t2, %lo(info_page)+INFO_EVENTS_MADE($t1)
	lui	$t3, %hi(event_ring)
	addiu	$t2, $t2, 1
	andi	$t0, $t2, AE_NEVENT - 1
	bnez	$t0, 1f
	 sll	$t0, $t0, AE_EVENT_SHIFT
event_wrap:
	nop
1:	addu	$t0, $t0, $t3
	lw	$t3, %lo(info_page)+INFO_TICKS($t1)
	addiu	$t0, $t0, %lo(event_ring)
	sw	$t2, EV_SEQ($t0)
	sw	$t3, EV_TICK($t0)
	sw	$zero, EV_HEAD($t0)
	sw	$zero, EV_PC($t0)
	sw	$zero, EV_ARG($t0)
	sw	$zero, EV_ARG+4($t0)
	sw	$zero, EV_ARG+8($t0)
	sw	$zero, EV_RESULT($t0)
	jr	$ra
	 sw	$t2, %lo(info_page)+INFO_EVENTS_MADE($t1)

/* struct ae_event *event_new(void): the same, for C. */
	.globl	event_new
event_new:
	move	$t9, $ra
	jal	event_append
	 nop
	jr	$t9
	 move	$v0, $t0

/*
 * A system call or transfer begins.  k0 = caller's private block, k1 =
 * FAST_BASE, v0 and the arguments as the caller had them; ra is kept by
 * EVENT_CALL.  The record is finished by event_leave.
 */
	.macro	SHOW n, from		/* argument n, if bit n of t1 says so */
	sll	$t2, $t1, 31 - \n
	sra	$t2, $t2, 31
	and	$t2, $t2, \from
	sw	$t2, EV_ARG+4*\n($t0)
	.endm

	.globl	event_call
event_call:
	BEGIN	k1
	sw	$t2, FAST_CALL($k1)
	NUMBER	$k0, EV_ENV
	mfc0	$t1, C0_EPC
	andi	$t2, $v0, FAST_CALL_MASK
	sw	$t1, EV_PC($t0)
	bltz	$v0, 1f
	 srl	$t2, $t2, 2		/* t2 = number */
	lui	$t1, %hi(event_shows)
	addu	$t1, $t1, $t2
	lbu	$t1, %lo(event_shows)($t1) /* t1 = arguments to show */
	xori	$t3, $t2, SYS_event
	bnez	$t3, 2f
	 li	$t3, AE_EV_CALL
	b	2f
	 li	$t3, AE_EV_USER
1:	li	$t3, AE_EV_CALL
	li	$t1, 1			/* a name */
	beqz	$t2, 2f
	 li	$t2, AE_EV_SCALL
	li	$t1, 0
	li	$t2, AE_EV_REPLY
2:	sb	$t3, EV_KIND($t0)
	sb	$t2, EV_CODE($t0)
	SHOW	0, $a0
	SHOW	1, $a1
	SHOW	2, $a2
	END	k1
	jr	$ra
	 nop

/*
 * Out of the kernel, from leave_closed.  k0 = FAST_BASE, v0 = result if this
 * is the end of a call, the rest is the user's.  Finishes the record of the
 * call, and makes one if another environment goes on than the last time.
 */
	.globl	event_leave
event_leave:
	sw	$t0, FAST_SAVED($k0)
	sw	$t1, FAST_SAVED+4($k0)
	lw	$t1, FAST_CALL($k0)
	sw	$t2, FAST_SAVED+8($k0)
	sw	$t3, FAST_SAVED+12($k0)
	beqz	$t1, 1f
	 sw	$zero, FAST_CALL($k0)
	lui	$t3, %hi(event_ring)
	andi	$t0, $t1, AE_NEVENT - 1
	sll	$t0, $t0, AE_EVENT_SHIFT
	addu	$t0, $t0, $t3
	addiu	$t0, $t0, %lo(event_ring)
	lw	$t2, EV_SEQ($t0)
	lw	$t3, FAST_CUR($k0)
	bne	$t1, $t2, 1f		/* overwritten: a long call */
	 srl	$t3, $t3, FAST_SHIFT
	sb	$t3, EV_AFTER($t0)
	lbu	$t1, EV_ENV($t0)
	andi	$t3, $t3, AE_NENV - 1
	bne	$t1, $t3, 1f
	 lw	$t2, EV_PC($t0)
	lw	$k1, FAST_LEAVE($k0)
	addiu	$t2, $t2, 4
	bne	$k1, $t2, 1f		/* not after the syscall */
	 lbu	$t3, EV_KIND($t0)
	sw	$v0, EV_RESULT($t0)
	ori	$t3, $t3, AE_EV_RETURNED
	sb	$t3, EV_KIND($t0)
1:	lw	$t1, FAST_CUR($k0)
	lw	$t2, FAST_LAST($k0)
	sw	$ra, FAST_SAVED+16($k0)
	beq	$t1, $t2, 2f
	 lw	$k1, FAST_LEAVE($k0)
	jal	event_append
	 nop
	lw	$t1, FAST_CUR($k0)
	lw	$t2, FAST_LAST($k0)
	KIND	AE_EV_SWITCH
	NUMBER	$t2, EV_ENV
	NUMBER	$t1, EV_AFTER
	lw	$t3, GB_NAME($t1)
	sw	$k1, EV_PC($t0)
	sw	$t3, EV_ARG($t0)
	sw	$t1, FAST_LAST($k0)
2:	END	k0
	j	leave_logged
	 nop

/*
 * An exception goes to the application.  a0 = EPC, a1 = BadVAddr, a2 =
 * Cause, k1 = handler.
 */
	.globl	event_upcall
event_upcall:
	lui	$k0, FAST_HI
	BEGIN	k0
	lw	$t1, FAST_CUR($k0)
	KIND	AE_EV_UPCALL
	NUMBER	$t1, EV_ENV
	srl	$t1, $a2, 2
	andi	$t1, $t1, AE_NCAUSE - 1
	sb	$t1, EV_CODE($t0)
	sw	$a0, EV_PC($t0)
	sw	$a1, EV_ARG($t0)
	sw	$a2, EV_ARG+4($t0)
	sw	$k1, EV_ARG+8($t0)
	END	k0
	j	leave_closed
	 nop

/* A guaranteed mapping has answered a miss.  k1 = EPC. */
	.globl	event_refill
event_refill:
	lui	$k0, FAST_HI
	BEGIN	k0
	lw	$t1, FAST_CUR($k0)
	KIND	AE_EV_REFILL
	NUMBER	$t1, EV_ENV
	mfc0	$t1, C0_CAUSE
	mfc0	$t2, C0_ENTRYLO
	srl	$t1, $t1, 2
	andi	$t1, $t1, AE_NCAUSE - 1
	sb	$t1, EV_CODE($t0)
	mfc0	$t1, C0_BADVADDR
	sw	$k1, EV_PC($t0)
	sw	$t1, EV_ARG($t0)
	sw	$t2, EV_ARG+4($t0)
	END	k0
	j	leave_closed
	 nop

/*
 * TLBwr took an STLB slot from another address.  v0 = tag of that, a0 = the
 * new address, t3 = FAST_BASE; ra is kept by EVENT_DISPLACED.  Keeps t1.
 */
	.globl	event_displaced
event_displaced:
	sw	$t1, FAST_SAVED+4($t3)
	sw	$ra, FAST_SAVED+16($t3)
	jal	event_append
	 nop
	KIND	AE_EV_UNBIND
	srl	$t3, $v0, 21
	sb	$t3, EV_ENV($t0)
	sll	$t3, $v0, 11		/* the page number is bits 20..2 */
	srl	$t3, $t3, 1
	sw	$t3, EV_ARG($t0)
	sw	$a0, EV_ARG+4($t0)
	lui	$t3, FAST_HI
	lw	$ra, FAST_SAVED+16($t3)
	lw	$t1, FAST_SAVED+4($t3)
	jr	$ra
	 nop

	.section .rodata
/* A byte a call: bit n says that argument n is no part of a capability. */
event_shows:
#include "syscall_shows.h"
#endif
