/* SPDX-License-Identifier: MIT */
/*
 * Leaf calls: primitive operations that use no stack and change no register
 * but v0 (SOSP'95 table 3).
 *
 * On entry: k0 = caller's private block (a0 saved in it), k1 = address after
 * the syscall, v0 free.  Interrupts are off.
 */
#include <aegis/env.h>
#include <aegis/error.h>
#include "event.inc"
#include "offsets.h"
#include "r3000.h"

	.set	noreorder
	.set	noat
	.cfi_sections .debug_frame	/* not in the image */
	.text

	.macro	LEAF name
	.globl	leaf_\name
leaf_\name:
	.cfi_startproc
	.cfi_signal_frame
	.cfi_register 31, 27		/* the caller goes on at k1 */
	.endm
	.macro	LEAF_END
	.cfi_endproc
	.endm
	/* Register-preserving calls written in C: all registers are saved. */
	.macro	FRAME_CALL name
	LEAF \name
	lui	$k0, %hi(frame_\name)
	j	frame_entry
	 addiu	$k0, $k0, %lo(frame_\name)
	LEAF_END
	.endm

/* An unused number. */
LEAF bad
	li	$v0, AE_ENOSYS
	LEAVE
LEAF_END

/* self: the caller's name. */
LEAF self
	PLANTED(PLANT_LEAF)
	lw	$v0, PB_GB+GB_NAME($k0)	/* #19 */
	LEAVE				/* #20 #21 */
LEAF_END

/* event(a, b, c): the record was written by EVENT_CALL. */
LEAF event
#ifdef EVENTS
	move	$v0, $zero
#else
	li	$v0, AE_ENOSYS
#endif
	LEAVE
LEAF_END

/* CIDswitch(name): fast to a child that holds its ASID. */
LEAF CIDswitch
	lw	$k1, PB_GB+GB_NAME($k0)	/* own name */
	andi	$v0, $a0, FAST_NAME_MASK
	lui	$k0, FAST_HI
	addu	$v0, $v0, $k0
	lw	$k0, GB_FAST($v0)
	lw	$v0, GB_PARENT($v0)
	bne	$k0, $a0, 1f
	 nop
	bne	$v0, $k1, 1f
	 nop
	mtc0	$a0, C0_CONTEXT
	mtc0	$a0, C0_ENTRYHI
	mfc0	$k1, C0_EPC
	move	$v0, $zero
	addiu	$k1, $k1, 4
	LEAVE
1:	lui	$k0, %hi(frame_CIDswitch)
	j	frame_entry
	 addiu	$k0, $k0, %lo(frame_CIDswitch)
LEAF_END

/*
 * Yield(name): enter an environment at its prologue, v0 = who yields, every
 * other register as it was.  Whoever serves a call leaves a client behind,
 * which C must note; 0 is the next slice.
 */
LEAF Yield
	beqz	$a0, 3f			/* #19 */
	 andi	$v0, $a0, FAST_NAME_MASK /* #20 */
	lui	$k1, FAST_HI		/* #21 */
	addu	$v0, $v0, $k1		/* #22 to whom */
	lw	$k1, PB_GB+GB_WORD($k0)	/* #23 */
	nop				/* #24 */
	bltz	$k1, 2f			/* #25 */
	 lw	$k1, GB_YFAST($v0)	/* #26 */
	mtc0	$a0, C0_CONTEXT		/* #27 hoping */
	bne	$k1, $a0, 1f		/* #28 */
	 mtc0	$a0, C0_ENTRYHI		/* #29 */
	/* Point of no return. */
	lui	$k1, %hi(processor_told) /* #30 */
	sw	$zero, %lo(processor_told)($k1) /* #31 */
	lui	$k1, FAST_HI		/* #32 */
	sw	$v0, FAST_CUR($k1)	/* #33 */
	lw	$k1, FAST_PB+PB_PROLOGUE($v0) /* #34 */
	lw	$v0, PB_GB+GB_NAME($k0)	/* #35 who yields */
	LEAVE				/* #36 #37 */
1:	lw	$k0, PB_GB+GB_NAME($k0)
	nop
	mtc0	$k0, C0_CONTEXT
	mtc0	$k0, C0_ENTRYHI
	.globl	yield_c
yield_c:				/* by name or not */
2:	lui	$k0, %hi(frame_Yield)
	j	frame_entry
	 addiu	$k0, $k0, %lo(frame_Yield)
3:	lui	$v0, %hi(sys_yield_next)
	j	stack_entry
	 addiu	$v0, $v0, %lo(sys_yield_next)
LEAF_END

/*
 * Acall(name): like the fast Scall, but nobody waits and no gate is busy.
 * A caller that serves leaves a waiting client behind, which C must note.
 */
LEAF Acall
	lw	$v0, PB_GB+GB_WORD($k0)
	lui	$k1, FAST_HI
	bltz	$v0, 1f
	 andi	$v0, $a0, FAST_NAME_MASK
	addu	$v0, $v0, $k1
	lw	$k1, GB_AFAST($v0)
	mtc0	$a0, C0_CONTEXT
	bne	$k1, $a0, 1f
	 mtc0	$a0, C0_ENTRYHI
	/* Point of no return. */
	lui	$k1, FAST_HI
	sw	$v0, FAST_CUR($k1)
	lw	$k1, GB_AGATE($v0)
	lw	$v0, PB_GB+GB_NAME($k0)
	LEAVE
1:	lw	$k0, PB_GB+GB_NAME($k0)
	nop
	mtc0	$k0, C0_CONTEXT
	mtc0	$k0, C0_ENTRYHI
	.globl	acall_c
acall_c:
	lui	$k0, %hi(transfer_acall)
	j	frame_entry
	 addiu	$k0, $k0, %lo(transfer_acall)
LEAF_END

FRAME_CALL FPUmod
FRAME_CALL env_free
FRAME_CALL TLBprotect
FRAME_CALL TLBunprotect
FRAME_CALL TLBdelete

/*
 * TLBwr(va, lo, cap.lo, cap.hi): check the capability, bind in STLB and TLB.
 * Everything is checked before anything changes.  A page's binding count is
 * the number of STLB entries naming it.  A displaced mapping stays in the
 * TLB (an instruction and its data may share a slot, and both are needed at
 * once); its page is marked loose.
 */
LEAF TLBwr
	sw	$t0, PB_T0($k0)
	sw	$t1, PB_T1($k0)
	sw	$t2, PB_T2($k0)
	sw	$t3, PB_T3($k0)
	bltz	$a0, tlbwr_einval	/* kuseg only */
	 andi	$v0, $a1, AE_LO_G | AE_LO_SOFT
	bnez	$v0, tlbwr_einval
	 andi	$v0, $a1, AE_LO_V
	beqz	$v0, tlbwr_einval
	 lui	$t1, %hi(page_count)
	lw	$t1, %lo(page_count)($t1)
	srl	$t0, $a1, AE_PAGE_SHIFT	/* t0 = page number */
	sltu	$v0, $t0, $t1
	beqz	$v0, tlbwr_epage
	 lui	$t1, %hi(page_caps)
	lw	$t1, %lo(page_caps)($t1)
	sll	$t2, $t0, PAGE_CAPS_SHIFT
	addu	$t1, $t1, $t2		/* t1 = the page's capabilities */
	lw	$v0, PC_WRITE_LO($t1)
	lw	$t2, PC_WRITE_HI($t1)
	xor	$v0, $v0, $a2
	xor	$t2, $t2, $a3
	or	$v0, $v0, $t2
	beqz	$v0, 1f			/* write capability: grants all */
	 andi	$v0, $a1, AE_LO_D
	bnez	$v0, tlbwr_eacces
	 lw	$v0, PC_READ_LO($t1)
	lw	$t2, PC_READ_HI($t1)
	xor	$v0, $v0, $a2
	xor	$t2, $t2, $a3
	or	$v0, $v0, $t2
	bnez	$v0, tlbwr_eacces
	 nop
1:	/* Granted.  t1 = tag word, t2 = STLB slot. */
	mfc0	$t1, C0_CONTEXT
	srl	$v0, $a0, AE_PAGE_SHIFT
	sll	$v0, $v0, 2
	srl	$t1, $t1, 21
	sll	$t1, $t1, 21
	or	$t1, $t1, $v0
	srl	$t2, $t1, 11
	xor	$t2, $t2, $t1
	andi	$t2, $t2, AE_STLB_MASK
	srl	$v0, $t2, 2		/* slot number, for the hint */
	lui	$t3, STLB_ADDR >> 16
	addu	$t2, $t2, $t3
	/* The page gains a binding. */
	lui	$t3, %hi(page_records)
	lw	$t3, %lo(page_records)($t3)
	sll	$t0, $t0, PAGE_SHIFT
	addu	$t0, $t0, $t3
	lhu	$t3, PG_BINDINGS($t0)
	sh	$v0, PG_HINT($t0)
	addiu	$t3, $t3, 1
	sh	$t3, PG_BINDINGS($t0)
	/* What was in the slot?  v0 = its tag, t0 = its data. */
	lw	$v0, AE_STLB_TAGS($t2)
	lw	$t0, 0($t2)
	sw	$t1, AE_STLB_TAGS($t2)
	beqz	$v0, 3f
	 sw	$a1, 0($t2)
	/* Its page loses a binding. */
	srl	$t0, $t0, AE_PAGE_SHIFT
	sll	$t0, $t0, PAGE_SHIFT
	lui	$t2, %hi(page_records)
	lw	$t2, %lo(page_records)($t2)
	nop
	addu	$t0, $t0, $t2
	lhu	$t2, PG_BINDINGS($t0)
	nop
	addiu	$t2, $t2, -1
	beq	$v0, $t1, 3f		/* same address: replaced below */
	 sh	$t2, PG_BINDINGS($t0)
	/* Another address: it may stay in the TLB, so its page is marked. */
	li	$t2, 1
	sb	$t2, PG_LOOSE($t0)
	EVENT_DISPLACED
3:	/* Into the TLB: in place of an entry for this address, or anywhere. */
	srl	$t2, $t1, 21		/* own ASID from the tag */
	andi	$t2, $t2, HI_PID >> HI_PID_SHIFT
	sll	$t2, $t2, HI_PID_SHIFT
	srl	$v0, $a0, AE_PAGE_SHIFT
	sll	$v0, $v0, AE_PAGE_SHIFT
	or	$t2, $t2, $v0
	mtc0	$t2, C0_ENTRYHI
	mtc0	$a1, C0_ENTRYLO
	tlbp
	mfc0	$v0, C0_INDEX
	lw	$t0, PB_T0($k0)
	lw	$t1, PB_T1($k0)
	lw	$t2, PB_T2($k0)
	bltz	$v0, 4f
	 lw	$t3, PB_T3($k0)
	tlbwi
	move	$v0, $zero
	LEAVE
4:	tlbwr
	move	$v0, $zero
	LEAVE

tlbwr_einval:
	b	tlbwr_fail
	 li	$v0, AE_EINVAL
tlbwr_epage:
	b	tlbwr_fail
	 li	$v0, AE_EPAGE
tlbwr_eacces:
	li	$v0, AE_EACCES
tlbwr_fail:
	lw	$t0, PB_T0($k0)
	lw	$t1, PB_T1($k0)
	lw	$t2, PB_T2($k0)
	lw	$t3, PB_T3($k0)
	LEAVE
LEAF_END

/* TLBvadelete(va) */
LEAF TLBvadelete
	bltz	$a0, 3f
	 sw	$t0, PB_T0($k0)
	sw	$t1, PB_T1($k0)
	sw	$t2, PB_T2($k0)
	mfc0	$t0, C0_CONTEXT
	srl	$v0, $a0, AE_PAGE_SHIFT
	sll	$v0, $v0, 2
	srl	$t0, $t0, 21
	sll	$t2, $t0, HI_PID_SHIFT
	sll	$t0, $t0, 21
	or	$t0, $t0, $v0		/* t0 = tag word */
	srl	$t1, $t0, 11
	xor	$t1, $t1, $t0
	andi	$t1, $t1, AE_STLB_MASK
	lui	$v0, STLB_ADDR >> 16
	addu	$t1, $t1, $v0		/* t1 = slot */
	lw	$v0, AE_STLB_TAGS($t1)
	andi	$t2, $t2, HI_PID	/* t2 = ASID */
	bne	$v0, $t0, 1f
	 lw	$v0, 0($t1)
	sw	$zero, AE_STLB_TAGS($t1)
	sw	$zero, 0($t1)
	srl	$v0, $v0, AE_PAGE_SHIFT
	sll	$v0, $v0, PAGE_SHIFT
	lui	$t0, %hi(page_records)
	lw	$t0, %lo(page_records)($t0)
	nop
	addu	$v0, $v0, $t0
	lhu	$t0, PG_BINDINGS($v0)
	nop
	addiu	$t0, $t0, -1
	sh	$t0, PG_BINDINGS($v0)
1:	srl	$v0, $a0, AE_PAGE_SHIFT
	sll	$v0, $v0, AE_PAGE_SHIFT
	or	$v0, $v0, $t2
	mtc0	$v0, C0_ENTRYHI
	nop
	tlbp
	mfc0	$v0, C0_INDEX
	lui	$t0, 0x8000
	bltz	$v0, 2f
	 sll	$v0, $v0, 4
	or	$t0, $t0, $v0
	or	$t0, $t0, $t2		/* EntryHi keeps the current ASID */
	mtc0	$t0, C0_ENTRYHI
	mtc0	$zero, C0_ENTRYLO
	nop
	tlbwi
	nop
	nop
2:	lw	$t0, PB_T0($k0)
	lw	$t1, PB_T1($k0)
	lw	$t2, PB_T2($k0)
	move	$v0, $zero
	LEAVE
3:	li	$v0, AE_EINVAL
	LEAVE
LEAF_END
