/* SPDX-License-Identifier: MIT */
/* Reads a word in the address space of another environment. */
#include <aegis/sysnum.h>
#include <exos/pin.h>

	.set	noreorder
	.section .pin.text, "ax"

/*
 * u32 word_of(u32 name, const void *va, s32 errors[2])
 * Between the switches only pinned code runs, which the child has too.
 */
	.globl	word_of
word_of:
	li	$v0, SYSV_CIDswitch
	syscall
	move	$t0, $v0
	lw	$t1, 0($a1)
	move	$a0, $zero
	li	$v0, SYSV_CIDswitch
	syscall
	sw	$t0, 0($a2)
	sw	$v0, 4($a2)
	jr	$ra
	 move	$v0, $t1
