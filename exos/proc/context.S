/* SPDX-License-Identifier: MIT */
/* Where a forked child begins, and handlers of signals on other stacks. */
#include <exos/pin.h>

	.set	noreorder
	.text
/*
 * int context_save(u32 context[]): what C keeps over a call, as exos_yield
 * puts it away.  An environment whose newest context this is starts its first
 * slice here, with 0; the caller gets 1.
 */
	.globl	context_save
	.type	context_save, @function
context_save:
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 29, 30
	sw	$\n, 4*\n($a0)
	.endr
	sw	$ra, CTX_YIELDED($a0)
	jr	$ra
	 li	$v0, 1
	.size	context_save, . - context_save

/*
 * void signal_switch(sig, info, context, handler, top): calls the handler
 * with the first three on the stack that ends at top.
 */
	.globl	signal_switch
	.type	signal_switch, @function
signal_switch:
	lw	$t0, 16($sp)
	move	$t9, $a3
	addiu	$t0, $t0, -24		/* its argument area, sp and ra */
	sw	$sp, 16($t0)
	sw	$ra, 20($t0)
	jalr	$t9
	 move	$sp, $t0
	lw	$ra, 20($sp)
	lw	$sp, 16($sp)
	jr	$ra
	 nop
	.size	signal_switch, . - signal_switch
