/* SPDX-License-Identifier: MIT */
/*
 * Atomic operations as restartable sequences: the R3000 has no ll/sc.
 *
 * Each is a slot of 32 bytes in the first 2 KB of a program's text.  An end
 * of slice or an exception that finds EPC in a slot resumes at the slot's
 * beginning (start/pin.S), so nobody else has run between the load and the
 * store of a sequence that gets to its store.  What must hold of a slot:
 * its one store is its last instruction, in the delay slot of the return
 * (EPC is then the return's), and its arguments stay in their registers.
 *
 * The names are those that GCC calls for __sync_* and __atomic_* of 1, 2 and
 * 4 bytes; a memory order, the last argument, is of no matter.  Arguments
 * are as wide as the object, results may have rubbish above it: so GCC takes
 * them.
 */
#include <exos/pin.h>

	.set	noreorder
	.set	noat
	.section .text.ras, "ax", @progbits
	.balign	RAS_SLOT

	.macro	SLOT name, other
	.balign	RAS_SLOT
	.globl	\name
	.type	\name, @function
	.ifnb	\other
	.globl	\other
	.type	\other, @function
\other:
	.endif
\name:
	.endm

	/* v0 = old value; v1 goes to memory. */
	.macro	FETCH_OP name, size, load, store, insn, operand=$a1, invert=0
	SLOT	__sync_fetch_and_\name\()_\size, __atomic_fetch_\name\()_\size
	\load	$v0, 0($a0)
	nop
	\insn	$v1, $v0, \operand
	.if	\invert
	nor	$v1, $v1, $zero
	.endif
	jr	$ra
	 \store	$v1, 0($a0)
	.endm

	/* v0 = new value. */
	.macro	OP_FETCH name, size, load, store, insn, invert=0
	SLOT	__sync_\name\()_and_fetch_\size, __atomic_\name\()_fetch_\size
	\load	$v0, 0($a0)
	nop
	\insn	$v0, $v0, $a1
	.if	\invert
	nor	$v0, $v0, $zero
	.endif
	jr	$ra
	 \store	$v0, 0($a0)
	.endm

	.macro	ATOMICS size, load, store
	.irp	op, FETCH_OP, OP_FETCH
	\op	add, \size, \load, \store, addu
	\op	sub, \size, \load, \store, subu
	\op	or, \size, \load, \store, or
	\op	and, \size, \load, \store, and
	\op	xor, \size, \load, \store, xor
	\op	nand, \size, \load, \store, and, invert=1
	.endr
	/* v0 = old value; a1 goes to memory. */
	SLOT	__sync_lock_test_and_set_\size, __atomic_exchange_\size
	\load	$v0, 0($a0)
	jr	$ra
	 \store	$a1, 0($a0)
	/* v0 = old value; if that is a1, a2 goes to memory. */
	SLOT	__sync_val_compare_and_swap_\size
	\load	$v0, 0($a0)
	nop
	bne	$v0, $a1, differs
	 nop
	jr	$ra
	 \store	$a2, 0($a0)
	.endm

	ATOMICS	4, lw, sw
	ATOMICS	2, lhu, sh
	ATOMICS	1, lbu, sb

	/* Not to be rewound: nothing was stored.  In reach of a branch. */
	.section .text.ras_near, "ax", @progbits
differs:
	jr	$ra
	 nop
