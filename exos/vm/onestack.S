/* SPDX-License-Identifier: MIT */
/* Calling a function on the exception stack. */
#include <exos/pin.h>

	.set	noreorder
	.set	noat
	.cfi_sections .debug_frame
	.text
/*
 * s32 exos_on_estack(s32 (*f)(const void *), const void *arg): call f, which
 * is pinned code, on the exception stack, and tell others that it is in use
 * (start/pin.S).  Only for code on an ordinary stack, which never has the
 * exception stack in use.
 */
	.globl	exos_on_estack
	.type	exos_on_estack, @function
exos_on_estack:
	.cfi_startproc
	lui	$v1, %hi(exos_estack + ESTACK_BYTES - 32)
	addiu	$v1, $v1, %lo(exos_estack + ESTACK_BYTES - 32)
	sw	$ra, 28($v1)
	sw	$sp, 24($v1)
	sw	$gp, PIN_BUSY($gp)
	move	$sp, $v1
	.cfi_def_cfa 29, 0
	.cfi_offset 29, 24
	.cfi_offset 31, 28
	move	$v0, $a0
	jalr	$v0
	 move	$a0, $a1
	lw	$ra, 28($sp)
	sw	$zero, PIN_BUSY($gp)
	lw	$sp, 24($sp)
	jr	$ra
	 nop
	.cfi_endproc
	.size	exos_on_estack, . - exos_on_estack
