/* SPDX-License-Identifier: MIT */
/*
 * The slow way into C with every register saved, for interrupts, unhandled
 * exceptions, slow transfers and register-preserving calls; and the one way
 * back, which also enters a different environment when C changed kcur and
 * the frame.
 */
#include <aegis/env.h>
#include "fast.h"
#include "leave.h"
#include "offsets.h"
#include "r3000.h"

	.set	noreorder
	.set	noat
	.cfi_sections .debug_frame	/* not in the image */
	.text

	.macro	SAVE_FRAME base
	.irp	n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17
	sw	$\n, FR_REG+4*\n(\base)
	.endr
	.irp	n, 18, 19, 20, 21, 22, 23, 24, 25, 28, 29, 30, 31
	sw	$\n, FR_REG+4*\n(\base)
	.endr
	mfhi	$t0
	mflo	$t1
	mfc0	$t2, C0_STATUS
	mfc0	$t3, C0_CAUSE
	mfc0	$t4, C0_EPC
	mfc0	$t5, C0_BADVADDR
	sw	$t0, FR_HI(\base)
	sw	$t1, FR_LO(\base)
	sw	$t2, FR_STATUS(\base)
	sw	$t3, FR_CAUSE(\base)
	sw	$t4, FR_EPC(\base)
	sw	$t5, FR_BADVADDR(\base)
	.endm

	/*
	 * From here every register is in the frame.  The return is column 66,
	 * that of signal frames on MIPS: ra is a register like the others.
	 */
	.macro	CFI_FRAME base
	.cfi_def_cfa \base, 0
	.irp	n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17
	.cfi_offset \n, FR_REG+4*\n
	.endr
	.irp	n, 18, 19, 20, 21, 22, 23, 24, 25, 28, 29, 30, 31
	.cfi_offset \n, FR_REG+4*\n
	.endr
	.cfi_offset 64, FR_HI
	.cfi_offset 65, FR_LO
	.cfi_offset 66, FR_EPC
	.endm

/* Interrupts, and causes for which an environment gave no handler. */
	.globl	intr_entry
intr_entry:
	lui	$k0, %hi(interrupt)
	j	frame_entry
	 addiu	$k0, $k0, %lo(interrupt)

	.globl	unhandled_entry
unhandled_entry:
	lui	$k0, %hi(unhandled)
	j	frame_entry
	 addiu	$k0, $k0, %lo(unhandled)

/* At this point: k0 = C function, void f(struct frame *). */
	.globl	frame_entry
frame_entry:
	.cfi_startproc
	.cfi_signal_frame
	.cfi_return_column 66
	.cfi_undefined 66
	lui	$k1, %hi(kframe)
	addiu	$k1, $k1, %lo(kframe)
	SAVE_FRAME $k1
	CFI_FRAME 27
	lui	$t0, FAST_HI
	lw	$t1, FAST_CUR($t0)
	lui	$t2, %hi(kcur)
	sw	$t1, %lo(kcur)($t2)
	sw	$t0, FAST_CUR($t0)	/* an exception now is a panic */
	lui	$sp, %hi(kstack_top)
	addiu	$sp, $sp, %lo(kstack_top)
	move	$s0, $k1
	CFI_FRAME 16
	jalr	$k0
	 move	$a0, $k1

/* Back to user mode, to whatever kcur, Context and kframe now say. */
	.globl	frame_return
frame_return:
#ifdef CHECKS
	lui	$sp, %hi(kstack_top)
	jal	check_frame
	 addiu	$sp, $sp, %lo(kstack_top)
#endif
	lui	$k1, %hi(kframe)
	addiu	$k1, $k1, %lo(kframe)
	CFI_FRAME 27
	lui	$t0, %hi(kcur)
	lw	$t1, %lo(kcur)($t0)
	lui	$t2, FAST_HI
	sw	$t1, FAST_CUR($t2)
	lw	$t0, FR_HI($k1)
	lw	$t1, FR_LO($k1)
	lw	$t2, FR_STATUS($k1)
	mthi	$t0
	mtlo	$t1
	mtc0	$t2, C0_STATUS
	.irp	n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17
	lw	$\n, FR_REG+4*\n($k1)
	.endr
	.irp	n, 18, 19, 20, 21, 22, 23, 24, 25, 28, 29, 30, 31
	lw	$\n, FR_REG+4*\n($k1)
	.endr
	lw	$k1, FR_EPC($k1)
	move	$k0, $zero
	LEAVE
	.cfi_endproc

/*
 * void enter_fresh(const struct entry *): the start of a slice, in whatever
 * kcur and Context say; every register is zero that the entry does not give.
 */
	.globl	enter_fresh
enter_fresh:
	lui	$t0, %hi(kcur)
	lw	$t1, %lo(kcur)($t0)
	lui	$t2, FAST_HI
	sw	$t1, FAST_CUR($t2)
	lw	$t0, EN_STATUS($a0)
	lw	$k1, EN_PC($a0)
	mtc0	$t0, C0_STATUS
	mthi	$zero
	mtlo	$zero
	lw	$v0, EN_V0($a0)
	lw	$a1, EN_A1($a0)
	lw	$a2, EN_A2($a0)
	lw	$a0, EN_A0($a0)
	.irp	n, 1, 3, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19
	move	$\n, $zero
	.endr
	.irp	n, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30, 31
	move	$\n, $zero
	.endr
	LEAVE

/* An exception while the kernel ran: CUR was environment 0. */
	.globl	panic_entry
panic_entry:
	.cfi_startproc
	.cfi_signal_frame
	.cfi_return_column 66
	.cfi_undefined 66
	lui	$k1, %hi(panic_frame)
	addiu	$k1, $k1, %lo(panic_frame)
	SAVE_FRAME $k1
	CFI_FRAME 27
	lui	$sp, %hi(kstack_top)
	addiu	$sp, $sp, %lo(kstack_top)
	move	$s0, $k1
	CFI_FRAME 16
	jal	panic_exception
	 move	$a0, $k1
1:	b	1b
	 nop
	.cfi_endproc

	.bss
	.globl	kframe, panic_frame, kcur, kstack_top
	.align	3
kframe:	.space	FR_SIZE
panic_frame: .space FR_SIZE
kcur:	.space	4
	.align	3
kstack:	.space	KSTACK_BYTES
kstack_top:
	.space	KS_SIZE
	.size	kstack_top, KS_SIZE	/* the last one, for bench/size.py */
