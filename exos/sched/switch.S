/* SPDX-License-Identifier: MIT */
/*
 * void exos_thread_switch(u32 *from_sp, u32 to_sp): leave one thread, with
 * what C keeps on its stack, and go on in another that was left so.
 */
	.set	noreorder
	.text
	.globl	exos_thread_switch
	.type	exos_thread_switch, @function
exos_thread_switch:
	addiu	$sp, $sp, -40
	sw	$s0, 0($sp)
	sw	$s1, 4($sp)
	sw	$s2, 8($sp)
	sw	$s3, 12($sp)
	sw	$s4, 16($sp)
	sw	$s5, 20($sp)
	sw	$s6, 24($sp)
	sw	$s7, 28($sp)
	sw	$fp, 32($sp)
	sw	$ra, 36($sp)
	sw	$sp, 0($a0)
	move	$sp, $a1
	lw	$s0, 0($sp)
	lw	$s1, 4($sp)
	lw	$s2, 8($sp)
	lw	$s3, 12($sp)
	lw	$s4, 16($sp)
	lw	$s5, 20($sp)
	lw	$s6, 24($sp)
	lw	$s7, 28($sp)
	lw	$fp, 32($sp)
	lw	$ra, 36($sp)
	nop
	jr	$ra
	 addiu	$sp, $sp, 40
	.size	exos_thread_switch, . - exos_thread_switch
