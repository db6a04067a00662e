/* SPDX-License-Identifier: MIT */
/* Ways into an adversary, and its way into the kernel. */
#include "../adversary.h"

	.set	noreorder
	.set	noat
	.section .text.entry, "ax"

/* Every entry: nothing is remembered but what is in memory. */
	.globl	adversary_entry
adversary_entry:
	lui	$sp, ADV_STACK >> 16
	ori	$sp, $sp, ADV_STACK & 0xffff
	j	adversary_loop
	 move	$ra, $zero

	.org	ADV_EPILOGUE - ADV_CODE
	lui	$sp, ADV_STACK >> 16
	ori	$sp, $sp, ADV_STACK & 0xffff
	j	adversary_epilogue
	 move	$ra, $zero

/* s32 adversary_call(u32 v0, const u32 args[8]) */
	.globl	adversary_call
adversary_call:
	move	$v0, $a0
	move	$t9, $a1
	lw	$a0, 0($t9)
	lw	$a1, 4($t9)
	lw	$a2, 8($t9)
	lw	$a3, 12($t9)
	lw	$t0, 16($t9)
	lw	$t1, 20($t9)
	lw	$t2, 24($t9)
	lw	$t3, 28($t9)
	syscall
	jr	$ra
	 nop
