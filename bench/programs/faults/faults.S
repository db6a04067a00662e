/* SPDX-License-Identifier: MIT */
/* The stores that fault: counted from after each to the next instruction. */
	.set	noreorder
	.set	noat
	.text

	.macro	STORES name
	.globl	faults_\name, \name\()_store, \name\()_start, \name\()_end
faults_\name:				/* a0 = first page, a1 = end */
\name\()_start:
1:	nop
\name\()_store:
	sw	$a0, 0($a0)
	addiu	$a0, $a0, 0x1000
	bne	$a0, $a1, 1b
	 nop
\name\()_end:
	jr	$ra
	 nop
	.endm

	STORES	zero
	STORES	clean
	STORES	copy
