/* SPDX-License-Identifier: MIT */
/*
 * The two R3000 exception vectors: TLB refill from the STLB, and dispatch of
 * every other exception to the application (SOSP'95 5.3, 5.4).
 *
 * Both run with interrupts off and use k0 and k1 alone.  They are copied to
 * 0x80000000 and 0x80000080 at boot, so branches stay inside a vector and
 * everything else is a jump.
 */
#include <aegis/env.h>
#include "event.inc"
#include "r3000.h"

	.set	noreorder
	.set	noat
	.cfi_sections .debug_frame	/* not in the image */
	.text

/*
 * UTLB miss: jumped to by the hardware for a kuseg address without a TLB
 * entry.  Copied to 0x80000000, at most 32 instructions.
 *
 * The STLB is two tables of words, seen through the eight wired TLB entries
 * at 0xffff8000: data at -0x8000, tags at -0x4000.  The index is the VPN
 * xored with the process tag shifted high, so that equal addresses of two
 * environments do not meet in one slot.  #nn counts instructions.
 */
	.globl	utlb_vector, utlb_vector_end
utlb_vector:
	.cfi_startproc
	.cfi_signal_frame
	.cfi_undefined 31
	PLANTED(PLANT_REFILL)
	mfc0	$k0, C0_CONTEXT		/* #01 tag and VPN of the miss */
	mfc0	$k1, C0_CONTEXT		/* #02 */
	srl	$k0, $k0, 11		/* #03 tag over the VPN's top */
	xor	$k0, $k0, $k1		/* #04 */
	andi	$k0, $k0, AE_STLB_MASK	/* #05 slot */
	lw	$k1, -0x8000($k0)	/* #06 data */
	lw	$k0, -0x8000+AE_STLB_TAGS($k0) /* #07 tag */
	mtc0	$k1, C0_ENTRYLO		/* #08 hoping for a hit */
	mfc0	$k1, C0_CONTEXT		/* #09 */
	nop				/* #10 mfc0 delay */
	bne	$k0, $k1, 1f		/* #11 whole tag in one compare */
	 mfc0	$k1, C0_EPC		/* #12 */
	tlbwr				/* #13 EntryHi is as the miss set it */
	LEAVE				/* #14 #15 */

1:	/* STLB miss.  The pinned segment is the kernel's to answer. */
	mfc0	$k1, C0_BADVADDR	/* #13 */
	lui	$k0, FAST_HI		/* #14 */
	srl	$k1, $k1, 28		/* #15 */
	addiu	$k1, $k1, -(AE_PINNED_BASE >> 28) /* #16 */
	beqz	$k1, 2f			/* #17 */
	 lw	$k0, FAST_CUR($k0)	/* #18 */
	mfc0	$k1, C0_CAUSE		/* #19 */
	j	dispatch_join		/* #20 the application's miss */
	 nop				/* #21 mfc0 delay */
2:	j	pinned_miss
	 nop
	.cfi_endproc
utlb_vector_end:

/*
 * Every other exception, interrupt and system call.  Copied to 0x80000080.
 * Saves a0-a2 in the save area for this cause, loads EPC, BadVAddr and Cause
 * into them and jumps to the handler, in user mode, interrupts on.  A handler
 * at or above 0x80000000 is the kernel's own.
 */
	.globl	general_vector, general_join, general_vector_end
general_vector:
	.cfi_startproc
	.cfi_signal_frame
	.cfi_undefined 31
	PLANTED(PLANT_DISPATCH)
	lui	$k0, FAST_HI		/* #01 */
	mfc0	$k1, C0_CAUSE		/* #02 */
	lw	$k0, FAST_CUR($k0)	/* #03 current environment */
general_join:
	andi	$k1, $k1, AE_CAUSE_MASK	/* #04 */
	addu	$k0, $k0, $k1		/* #05 */
	lw	$k1, FAST_XH($k0)	/* #06 handler */
	lw	$k0, FAST_SV($k0)	/* #07 save area */
	bltz	$k1, 1f			/* #08 the kernel's */
	 sw	$a0, AE_SAVE_A0($k0)	/* #09 */
	sw	$a1, AE_SAVE_A1($k0)	/* #10 */
	sw	$a2, AE_SAVE_A2($k0)	/* #11 */
	mfc0	$a0, C0_EPC		/* #12 */
	mfc0	$a1, C0_BADVADDR	/* #13 */
	mfc0	$a2, C0_CAUSE		/* #14 */
	LEAVE_UPCALL			/* #15 #16 */
1:	/* At this point: k0 = private block, with a0 saved in it. */
	jr	$k1			/* #10 */
	 lui	$k1, FAST_HI		/* #11 */
	.cfi_endproc
general_vector_end:

/*
 * Miss in the pinned segment that the STLB did not answer: the guaranteed
 * mapping in slot VPN mod 16 of the addressed environment, if it is for this
 * page; otherwise the application's handler.
 */
	.globl	pinned_miss
pinned_miss:
	.cfi_startproc
	.cfi_signal_frame
	.cfi_undefined 31
	mfc0	$k1, C0_CONTEXT
	nop
	srl	$k0, $k1, 14		/* number * 128 */
	andi	$k0, $k0, (AE_NENV - 1) << 7
	sll	$k1, $k1, 1		/* slot * 8 */
	andi	$k1, $k1, (AE_NPIN - 1) << 3
	addu	$k0, $k0, $k1
	lui	$k1, XL_HI
	addu	$k0, $k0, $k1
	lw	$k1, XL_OFF+4($k0)	/* EntryLo */
	lw	$k0, XL_OFF($k0)	/* Context value it is for */
	mtc0	$k1, C0_ENTRYLO
	mfc0	$k1, C0_CONTEXT
	nop
	bne	$k0, $k1, 1f
	 mfc0	$k1, C0_EPC
	tlbwr
	LEAVE_REFILLED
1:	lui	$k0, FAST_HI
	lw	$k0, FAST_CUR($k0)
	mfc0	$k1, C0_CAUSE
	j	dispatch_join
	 nop
	.cfi_endproc

#ifdef CLOSE_HOLE
/*
 * GXemul keeps translations of kernel pages usable in user mode until they
 * are dropped, which isolating the data cache does.  On the chip this is
 * harmless: nothing is loaded or stored while it is isolated.
 *
 * GXemul looks for interrupts but every few thousand instructions, and then
 * takes none that comes in the kernel.  An environment that never completes
 * an instruction (its handler's first faults again) would keep the machine
 * for ever; so an interrupt that waits is taken here.
 */
	.globl	leave_closed
leave_closed:
	lui	$k0, FAST_HI
	sw	$k1, FAST_LEAVE($k0)
#ifdef EVENTS
	/* Is there a call's record to finish, or a switch to tell of? */
	lw	$k1, FAST_CALL($k0)
	nop
	bnez	$k1, 1f
	 lw	$k1, FAST_CUR($k0)
	lw	$k0, FAST_LAST($k0)
	nop
	beq	$k0, $k1, leave_logged
	 lui	$k0, FAST_HI
1:	j	event_leave
	 nop
	.globl	leave_logged
leave_logged:
#endif
	mfc0	$k1, C0_STATUS
	lui	$k0, ST_ISC >> 16
	or	$k0, $k0, $k1
	mtc0	$k0, C0_STATUS
	nop
	nop
	nop
	mtc0	$k1, C0_STATUS
	nop
	nop
	mfc0	$k0, C0_CAUSE
	nop
	and	$k1, $k1, $k0
	andi	$k1, $k1, ST_IM		/* waits, and is not masked? */
	bnez	$k1, 1f
	 lui	$k0, FAST_HI
	lw	$k1, FAST_LEAVE($k0)
	nop
	jr	$k1
	 rfe
1:	lui	$k0, %hi(interrupt_leaving)
	j	frame_entry
	 addiu	$k0, $k0, %lo(interrupt_leaving)
#endif
