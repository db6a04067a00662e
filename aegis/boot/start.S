/* SPDX-License-Identifier: MIT */
/* First instructions after the PROM: clear memory, get a stack, go to C. */
#include "fast.h"
#include "r3000.h"

	.set	noreorder
	.set	noat
	.text

/* a0 = argc, a1 = argv, a2 = magic, a3 = PROM callbacks; status unknown. */
	.globl	_start
_start:
	mtc0	$zero, C0_STATUS	/* interrupts off, vectors in RAM */
	nop
	nop
	la	$t0, fast_start
	la	$t1, fast_end
1:	sw	$zero, 0($t0)
	addiu	$t0, $t0, 4
	bne	$t0, $t1, 1b
	 nop
	la	$t0, bss_start
	la	$t1, kernel_end
2:	sw	$zero, 0($t0)
	addiu	$t0, $t0, 4
	sltu	$t2, $t0, $t1
	bnez	$t2, 2b
	 nop
	la	$sp, kstack_top
	move	$fp, $zero
	jal	boot
	 move	$ra, $zero
3:	b	3b
	 nop
