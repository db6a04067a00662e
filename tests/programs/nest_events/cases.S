/* SPDX-License-Identifier: MIT */
/*
 * Small pieces of code that raise one exception each, with the words of
 * nest_before in every register, and leave what they find in nest_after.
 *
 * For each case, x_pc is where EPC must point and x_go where its handler may
 * go on.  Base registers are t2 and s0, operands t0 and t1; t3 is not zero.
 */
#include <exos/pin.h>

	.set	noreorder
	.set	noat

	.macro	MOST op, area
	.irp	n, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 18
	\op	$\n, %lo(\area)+4*\n($gp)
	.endr
	.irp	n, 19, 20, 21, 22, 23, 24, 25, 29, 30, 31
	\op	$\n, %lo(\area)+4*\n($gp)
	.endr
	.endm
	.macro	KEPT op
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 29, 30, 31
	\op	$\n, %lo(c_registers)+4*\n($gp)
	.endr
	.endm

	.macro	CASE name
	.globl	case_\name, \name\()_pc, \name\()_go
case_\name:
	jal	load_all
	 nop
	lw	$ra, %lo(nest_before)+4*31($gp)
	nop
	.endm

	/* insn, plainly and in the delay slot of a branch that is taken. */
	.macro	BOTH name, insn:vararg
	CASE	\name
\name\()_pc:
	\insn
\name\()_go:
	nop
	j	nest_done
	 nop
	CASE	\name\()_slot
\name\()_slot_pc:
	bnez	$t3, \name\()_slot_go
	 \insn
	li	$s7, 0			/* not here */
\name\()_slot_go:
	nop
	j	nest_done
	 nop
	.endm

	.text
/* void nest_case(void (*code)(void)) */
	.globl	nest_case
nest_case:
	KEPT	sw
	jr	$a0
	 nop

load_all:
	sw	$ra, %lo(c_registers)+4*2($gp)
	lw	$t0, %lo(nest_before)+4*32($gp)
	lw	$t1, %lo(nest_before)+4*33($gp)
	mthi	$t0
	mtlo	$t1
	MOST	lw, nest_before
	lw	$1, %lo(nest_before)+4*1($gp)
	lw	$t0, %lo(nest_before)+4*8($gp)
	lw	$ra, %lo(c_registers)+4*2($gp)
	lw	$t1, %lo(nest_before)+4*9($gp)
	jr	$ra
	 nop

	.globl	nest_done
nest_done:
	MOST	sw, nest_after
	sw	$1, %lo(nest_after)+4*1($gp)
	sw	$t0, %lo(nest_after)+4*8($gp)
	sw	$t1, %lo(nest_after)+4*9($gp)
	mfhi	$t0
	mflo	$t1
	sw	$t0, %lo(nest_after)+4*32($gp)
	sw	$t1, %lo(nest_after)+4*33($gp)
	KEPT	lw
	nop
	jr	$ra
	 nop

	BOTH	lw, lw $v1, 0($t2)
	BOTH	lh, lh $v1, 0($t2)
	BOTH	lhu, lhu $v1, 0($t2)
	BOTH	sw, sw $v1, 0($t2)
	BOTH	sh, sh $v1, 0($t2)
	BOTH	add, add $1, $t0, $t1
	BOTH	addi, addi $1, $t0, -1
	BOTH	break, break 7
	BOTH	load, lw $v1, 0($s0)
	BOTH	store, sw $v1, 0($s0)

	/* The branch is not taken, and its delay slot faults all the same. */
	CASE	untaken
untaken_pc:
	beqz	$t3, 1f
	 lw	$v1, 0($s0)
	nop
untaken_go:
	j	nest_done
	 nop
1:	li	$s7, 0
	j	nest_done
	 nop

	/* A branch that sets ra before its delay slot faults. */
	CASE	link
link_pc:
	bgezal	$t3, link_go
	 lw	$v1, 0($s0)
	li	$s7, 0
link_go:
	nop
	j	nest_done
	 nop

	/* Into another page and on from there to t4. */
	CASE	jump
jump_pc:
	jr	$s0
	 nop
jump_go:
	j	nest_done
	 nop

	/* 64 pages from s0 on are touched, then pinned memory is. */
	CASE	sweep
sweep_pc:
	move	$v1, $s0
1:	lw	$zero, 0($v1)
	addiu	$t2, $t2, -1
	bnez	$t2, 1b
	 addiu	$v1, $v1, 4096
	lw	$v1, %lo(nest_magic)($gp)
	nop
sweep_go:
	j	nest_done
	 nop

	/*
	 * Not MIPS I, or not there: kept out of the text, whose every word
	 * is checked to be an instruction of the R3000.
	 */
	.data
	.align	2
	BOTH	ll, .word 0xc1430000		/* ll v1, 0(t2) */
	BOTH	mul, .word 0x71091802		/* mul v1, t0, t1 */
	BOTH	cop1, .word 0x44030000		/* mfc1 v1, $f0 */
	BOTH	cop2, .word 0x48030000		/* mfc2 v1, $0 */

	.section .pin.data, "aw"
	.align	2
	.globl	nest_before, nest_after, nest_magic
nest_before:	.space	34 * 4		/* registers by number, hi, lo */
nest_after:	.space	34 * 4
c_registers:	.space	34 * 4
nest_magic:	.word	0x6d616769
