/* SPDX-License-Identifier: MIT */
/*
 * System calls: leaf path, stack path, and control transfer (SOSP'95 5.2,
 * 5.5).  The sign of v0 tells a transfer from a call.
 */
#include <aegis/env.h>
#include <aegis/error.h>
#include <aegis/sysnum.h>
#include "event.inc"
#include "offsets.h"
#include "r3000.h"

	.set	noreorder
	.set	noat
	.cfi_sections .debug_frame	/* not in the image */
	.text

/*
 * Cause 8, from the general vector (#01-#11).
 * At this point: k0 = caller's private block, a0 saved in it;
 * k1 = FAST_BASE; v0 = number * 4, or negative for a transfer.
 */
	.globl	sys_entry
sys_entry:
	.cfi_startproc
	.cfi_signal_frame
	.cfi_return_column 66
	.cfi_undefined 66		/* in EPC, which has no column */
	EVENT_CALL
sys_join:
	bltz	$v0, transfer		/* #12 */
	 andi	$v0, $v0, FAST_CALL_MASK /* #13 unused numbers are in the table */
	addu	$v0, $v0, $k1		/* #14 */
	lw	$v0, FAST_TBL($v0)	/* #15 */
	mfc0	$k1, C0_EPC		/* #16 */
	jr	$v0			/* #17 */
	 addiu	$k1, $k1, 4		/* #18 past the syscall */
	/* Leaf code begins here: k0 = private block, k1 = return, v0 free. */

/*
 * Synchronous control transfer.
 * At this point: v0 = 0 for Scall, else Reply; a0 = callee's name.
 *
 * One compare of the gate word with the name presented says: such an
 * environment lives, it is this generation of it, it owns its ASID, it does
 * not use the FPU, it has a gate, the gate takes calls, and is not busy.
 * Before it, nothing is done that transfer_slow cannot undo.
 */
transfer:
	bnez	$v0, reply		/* #14 */
	 andi	$v0, $a0, FAST_NAME_MASK /* #15 */
	PLANTED(PLANT_SCALL)
	addu	$v0, $v0, $k1		/* #16 callee */
	sw	$v0, FAST_CUR($k1)	/* #17 */
	lw	$k1, GB_WORD($v0)	/* #18 */
	mtc0	$a0, C0_CONTEXT		/* #19 tag is the name's top */
	bne	$k1, $a0, scall_slow	/* #20 */
	 mtc0	$a0, C0_ENTRYHI		/* #21 ASID is in the name too */
	/* Point of no return. */
	sw	$k0, GB_WORD($v0)	/* #22 busy, and for whom */
	lw	$k1, GB_GATE($v0)	/* #23 */
	lw	$v0, PB_GB+GB_NAME($k0)	/* #24 who calls */
	LEAVE				/* #25 #26 */

/*
 * Reply to the environment whose call we serve.  Only the kernel writes the
 * gate word, so nobody else can.
 */
reply:
	lw	$v0, PB_GB+GB_WORD($k0)	/* #16 caller's private block? */
	lw	$k1, PB_GB+GB_NAME($k0)	/* #17 who replies */
	bgez	$v0, reply_slow		/* #18 a name or 0: nobody waits */
	 addiu	$v0, $v0, -FAST_PB	/* #19 caller */
	sw	$k1, PB_GB+GB_WORD($k0)	/* #20 our gate opens again */
	lw	$k1, GB_FAST($v0)	/* #21 */
	lw	$k0, PB_GB+GB_NAME($k0)	/* #22 */
	beqz	$k1, reply_undo		/* #23 */
	 mtc0	$k1, C0_CONTEXT		/* #24 */
	/* Point of no return. */
	mtc0	$k1, C0_ENTRYHI		/* #25 */
	lui	$k1, FAST_HI		/* #26 */
	sw	$v0, FAST_CUR($k1)	/* #27 */
	lw	$k1, GB_REPLY($v0)	/* #28 */
	move	$v0, $k0		/* #29 */
	LEAVE				/* #30 #31 */

/* Undo what the fast paths did in hope; then C decides, all registers saved. */
scall_slow:
	/* k0 = caller's private block; CUR, Context and EntryHi are callee's */
	lw	$v0, PB_GB+GB_NAME($k0)
	addiu	$k0, $k0, -FAST_PB
	mtc0	$v0, C0_CONTEXT
	mtc0	$v0, C0_ENTRYHI
	lui	$k1, FAST_HI
	sw	$k0, FAST_CUR($k1)
scall_c:
	lui	$k0, %hi(transfer_scall)
	j	frame_entry
	 addiu	$k0, $k0, %lo(transfer_scall)

reply_undo:
	/* k0 = own name, v0 = caller; the gate is open, Context is 0 */
	mtc0	$k0, C0_CONTEXT
	andi	$k0, $k0, FAST_NAME_MASK
	lui	$k1, FAST_HI
	addu	$k0, $k0, $k1
	addiu	$v0, $v0, FAST_PB
	sw	$v0, GB_WORD($k0)
reply_slow:
	lui	$k0, %hi(transfer_reply)
	j	frame_entry
	 addiu	$k0, $k0, %lo(transfer_reply)

/*
 * Cause 8 of an environment that uses the FPU: its transfers must not hand
 * the coprocessor on, so they take the slow path.
 */
	.globl	sys_entry_fpu
sys_entry_fpu:
	EVENT_CALL
	bgez	$v0, 1f
	 andi	$v0, $v0, FAST_CALL_MASK
	beqz	$v0, scall_c
	 nop
	b	reply_slow
	 nop
1:	addiu	$k0, $v0, -SYSV_Acall	/* as good as a transfer */
	beqz	$k0, 2f
	 addiu	$k0, $v0, -SYSV_Yield
	beqz	$k0, 3f
	 nop
	lui	$k1, FAST_HI
	lw	$k0, FAST_CUR($k1)
	j	sys_join
	 addiu	$k0, $k0, FAST_PB
2:	j	acall_c
	 nop
3:	j	yield_c
	 nop

/*
 * Stack path.  Each call has a thunk that names its C function; generated.
 *
 * Two break every binding of page a0.  When there are many, they must be
 * searched for, and the call is made again until all are found: then it keeps
 * all registers (core/page.c).
 */
	.macro	STACK_CALL name
stack_\name:
	.ifc	\name, Dealloc
	IF_MANY	frame_\name
	.endif
	.ifc	\name, chcap
	IF_MANY	frame_\name
	.endif
	lui	$v0, %hi(sys_\name)
	j	stack_entry
	 addiu	$v0, $v0, %lo(sys_\name)
	.endm
	.macro	IF_MANY function
	lui	$v0, %hi(page_count)
	lw	$v0, %lo(page_count)($v0)
	lui	$k0, %hi(page_records)
	sltu	$v0, $a0, $v0
	beqz	$v0, 1f			/* no such page */
	 lw	$k0, %lo(page_records)($k0)
	sll	$v0, $a0, PAGE_SHIFT
	addu	$k0, $k0, $v0
	lhu	$v0, PG_BINDINGS($k0)
	lui	$k0, %hi(\function)
	sltiu	$v0, $v0, 2
	beqz	$v0, frame_entry
	 addiu	$k0, $k0, %lo(\function)
1:
	.endm
#include "syscall_thunks.h"

/*
 * At this point: v0 = C function, k1 = return address, a0-a3 and t0-t3 =
 * arguments.  C preserves s0-s8 and gp and does not use t4-t8 (build.mk); the
 * other registers are cleared, so that nothing the kernel held is seen.
 */
	.globl	stack_entry
stack_entry:
	lui	$k0, %hi(kstack_top)
	sw	$sp, %lo(kstack_top)+KS_SP($k0)
	sw	$ra, %lo(kstack_top)+KS_RA($k0)
	sw	$k1, %lo(kstack_top)+KS_PC($k0)
	sw	$t0, %lo(kstack_top)+16($k0)
	sw	$t1, %lo(kstack_top)+20($k0)
	sw	$t2, %lo(kstack_top)+24($k0)
	sw	$t3, %lo(kstack_top)+28($k0)
	lui	$k1, FAST_HI
	lw	$ra, FAST_CUR($k1)
	addiu	$sp, $k0, %lo(kstack_top)
	.cfi_def_cfa 29, 0
	.cfi_offset 29, KS_SP
	.cfi_offset 31, KS_RA
	.cfi_offset 66, KS_PC
	sw	$k1, FAST_CUR($k1)	/* an exception now is a panic */
	lui	$k0, %hi(kcur)
	sw	$ra, %lo(kcur)($k0)
#ifdef CHECKS
	lui	$k0, %hi(check_arg)
	sw	$a0, %lo(check_arg)($k0)
#endif
	jalr	$v0
	 nop
#ifdef CHECKS
	lui	$a1, %hi(check_arg)
	lw	$a1, %lo(check_arg)($a1)
	jal	check_call
	 move	$a0, $v0
#endif
	lui	$k0, %hi(kcur)
	lw	$t0, %lo(kcur)($k0)
	lui	$k1, FAST_HI
	sw	$t0, FAST_CUR($k1)
	lw	$k1, KS_PC($sp)
	lw	$ra, KS_RA($sp)
	.cfi_same_value 31
	.cfi_register 66, 27
	lw	$sp, KS_SP($sp)
	.cfi_same_value 29
	move	$at, $zero
	move	$v1, $zero
	move	$a0, $zero
	move	$a1, $zero
	move	$a2, $zero
	move	$a3, $zero
	move	$t0, $zero
	move	$t1, $zero
	move	$t2, $zero
	move	$t3, $zero
	move	$t9, $zero
	mthi	$zero
	mtlo	$zero
	LEAVE
	.cfi_endproc

#ifdef CHECKS
	.bss
	.align	2
check_arg:
	.space	4			/* first argument of the call */
#endif
