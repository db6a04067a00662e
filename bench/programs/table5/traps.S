/* SPDX-License-Identifier: MIT */
/*
 * The measured exceptions, twice: in a bare environment and in the program.
 * Dispatch is counted to the first instruction of the handler; dispatch and
 * return to the instruction after the trapping one, where both handlers
 * resume.
 */
#include <aegis/sysnum.h>
#include <exos/pin.h>
#include "../../bare.h"
#include "../../bare.inc"
#include "../../window.h"

	.set	noreorder
	.set	noat

/* One round, s0 times: t2 = 0x7fffffff, t3 = a page that is read-only. */
	.macro	TRAPS who
	.globl	table5_\who\()_start, table5_\who\()_end
	.globl	table5_\who\()_unalign, table5_\who\()_overflow
	.globl	table5_\who\()_coproc, table5_\who\()_prot
	lui	$t2, 0x7fff
	ori	$t2, $t2, 0xffff
table5_\who\()_start:
1:
table5_\who\()_unalign:
	lw	$t1, 1($t3)
	nop
table5_\who\()_overflow:
	add	$t1, $t2, $t2
	/* A word, since programs are checked for being free of these. */
	.type	table5_\who\()_coproc, @object
table5_\who\()_coproc:
	.word	0x44090000		/* mfc1 $t1, $f0 */
	.size	table5_\who\()_coproc, 4
	nop
table5_\who\()_prot:
	sw	$zero, 0($t3)
	addiu	$s0, $s0, -1
	bnez	$s0, 1b
	 nop
table5_\who\()_end:
	.endm

	.section .pin.text, "ax"
	.balign	512
	.globl	bare_code
bare_code:

/*
 * The way back: restarted from its first instruction when interrupted, for
 * k1 may be lost then (32 bytes, as the kernel wants).
 */
	.globl	bare_stub, bare_stub_end
bare_stub:
	lw	$k1, BARE_GENX+X_EPC($gp)
	lw	$a0, BARE_GENX+AE_SAVE_A0($gp)
	lw	$a1, BARE_GENX+AE_SAVE_A1($gp)
	lw	$a2, BARE_GENX+AE_SAVE_A2($gp)
	jr	$k1
	 nop
	nop
	nop
bare_stub_end:

/*
 * The handler: a0 = EPC.  Goes on after the instruction; gp is known in this
 * environment, so the way back needs no kernel and keeps every register.
 */
	.globl	table5_handler
table5_handler:
	addiu	$a0, $a0, 4
	b	bare_stub
	 sw	$a0, BARE_GENX+X_EPC($gp)

	.globl	table5_bare
table5_bare:
	lui	$gp, BARE_DATA_HI
	addiu	$gp, $gp, BARE_DATA_LO
	lui	$t3, %hi(bare_code)
	addiu	$t3, $t3, %lo(bare_code)
	li	$s0, BENCH_ROUNDS
	TRAPS	bare
	b	bare_exit
	 nop
	BARE_END

	.text
	.globl	table5_exos
table5_exos:				/* a0 = rounds, a1 = page */
	addiu	$sp, $sp, -32
	sw	$s0, 24($sp)
	move	$s0, $a0
	move	$t3, $a1
	TRAPS	exos
	lw	$s0, 24($sp)
	jr	$ra
	 addiu	$sp, $sp, 32
