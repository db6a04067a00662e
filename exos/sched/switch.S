/* SPDX-License-Identifier: MIT */
/*
 * void exos_thread_switch(u32 *from_sp, u32 to_sp): leave one thread, with
 * what C keeps on its stack, and go on in another that was left so.
 */
#include <exos/kept.inc>

	.set	noreorder
	.text
	.globl	exos_thread_switch
	.type	exos_thread_switch, @function
exos_thread_switch:
	addiu	$sp, $sp, -KEPT_BYTES
	KEPT	sw, $sp
	sw	$sp, 0($a0)
	move	$sp, $a1
	KEPT	lw, $sp
	nop
	jr	$ra
	 addiu	$sp, $sp, KEPT_BYTES
	.size	exos_thread_switch, . - exos_thread_switch
