/* SPDX-License-Identifier: MIT */
/*
 * The kernel is left at the end of a system call or transfer, in the build
 * with CHECKS: C looks at what the call touched.
 */
#include <aegis/env.h>
#include "check.inc"
#include "offsets.h"
#include "r3000.h"

	.set	noreorder
	.set	noat
	.cfi_sections .debug_frame	/* not in the image */
	.text

#ifdef CHECKS
/* Registers that C may change: the kernel's leaves t4-t8 alone (build.mk). */
	.macro	EACH op, base
	\op	$at, 0(\base)
	\op	$v0, 4(\base)
	\op	$v1, 8(\base)
	\op	$a0, 12(\base)
	\op	$a1, 16(\base)
	\op	$a2, 20(\base)
	\op	$a3, 24(\base)
	\op	$t0, 28(\base)
	\op	$t1, 32(\base)
	\op	$t2, 36(\base)
	\op	$t3, 40(\base)
	\op	$t9, 44(\base)
	\op	$sp, 48(\base)
	\op	$ra, 52(\base)
	.endm
#define SAVED_HI 56
#define SAVED_LO 60

/*
 * From leave_closed, and back to it: k0 = FAST_BASE, k1 = private block of who
 * made the call; all other registers are those that the user goes on with.
 */
	.globl	check_leave
check_leave:
	.cfi_startproc
	.cfi_signal_frame
	.cfi_undefined 31
	sw	$zero, FAST_CALLER($k0)
	lui	$k0, %hi(check_saved)
	addiu	$k0, $k0, %lo(check_saved)
	EACH	sw, $k0
	mfhi	$t0
	mflo	$t1
	sw	$t0, SAVED_HI($k0)
	sw	$t1, SAVED_LO($k0)
	lui	$t0, FAST_HI
	lw	$t1, FAST_CUR($t0)
	lui	$t2, %hi(kcur)
	sw	$t1, %lo(kcur)($t2)
	sw	$t0, FAST_CUR($t0)	/* an exception now is a panic */
	lui	$sp, %hi(kstack_top)
	addiu	$sp, $sp, %lo(kstack_top)
	move	$a0, $v0
	jal	check_left
	 move	$a1, $k1
	lui	$t0, %hi(kcur)
	lw	$t1, %lo(kcur)($t0)
	lui	$t0, FAST_HI
	sw	$t1, FAST_CUR($t0)
	lui	$k0, %hi(check_saved)
	addiu	$k0, $k0, %lo(check_saved)
	lw	$t0, SAVED_HI($k0)
	lw	$t1, SAVED_LO($k0)
	mthi	$t0
	mtlo	$t1
	EACH	lw, $k0
	j	leave_checked
	 lui	$k0, FAST_HI
	.cfi_endproc

	.bss
	.align	2
check_saved:
	.space	64
#endif
