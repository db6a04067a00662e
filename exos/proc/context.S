/* SPDX-License-Identifier: MIT */
/* Where a forked child begins: fork's own return, once more. */
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
