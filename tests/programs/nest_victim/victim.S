/* SPDX-License-Identifier: MIT */
/*
 * The loop that tests/nesting interrupts: known values in every register,
 * then misses, faults, an overflow and a yield, then a look at the registers.
 *
 * k0 and k1 are nobody's and $gp is ExOS's; every other register, sp too,
 * holds a word of nest_known throughout the events.
 */
#include <aegis/sysnum.h>
#include <aegis/transfer.h>
#include <exos/pin.h>

	.set	noreorder
	.set	noat

	.macro	ALL_BUT_AT op, area
	.irp	n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
	\op	$\n, %lo(\area)+4*\n($gp)
	.endr
	.irp	n, 17, 18, 19, 20, 21, 22, 23, 24, 25, 29, 30, 31
	\op	$\n, %lo(\area)+4*\n($gp)
	.endr
	.endm

	/* Those that C keeps over a call. */
	.macro	KEPT op, area
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 29, 30
	\op	$\n, %lo(\area)+4*\n($gp)
	.endr
	.endm

	.macro	DELETE_PAGE		/* a0 = its address; v0 becomes 0 */
	li	$v0, SYSV_TLBvadelete
	syscall
	.endm

	.macro	DELETE_TABLE		/* the page that has this one's entry */
	lw	$a0, %lo(nest_table)($gp)
	li	$v0, SYSV_TLBvadelete
	syscall
	lw	$a0, %lo(nest_known)+4*4($gp)
	.endm

	.text
/*
 * void nest_loop(void): rounds until nest_check or nest_yielded says stop.
 */
	.globl	nest_loop
nest_loop:
	addiu	$sp, $sp, -64
	KEPT	sw, nest_c
	sw	$ra, %lo(nest_c)+4*31($gp)

	.globl	nest_round
nest_round:
	lw	$t0, %lo(nest_known)+4*32($gp)
	lw	$t1, %lo(nest_known)+4*33($gp)
	mthi	$t0
	mtlo	$t1
	lw	$1, %lo(nest_known)+4($gp)
	ALL_BUT_AT lw, nest_known

	.globl	nest_events
nest_events:
	DELETE_PAGE
	lw	$v1, 0($a0)		/* a miss on a load */
	nop
	sw	$v1, 4($a0)		/* a store to a clean page */
	DELETE_PAGE
	sw	$v1, 4($a0)		/* a miss on a store */
	DELETE_PAGE
	b	1f
	 lw	$v1, 4($a0)		/* in a branch delay slot */
	.globl	nest_dead
nest_dead:
	nop
1:	DELETE_TABLE
	DELETE_PAGE
	lw	$v1, 0($a0)		/* a miss, in which the table misses */
	nop
	sw	$v1, 0($t2)		/* may not be written: skipped */
	lw	$v1, 0($a1)		/* not in the page table: a fault */
	nop
	add	$1, $t0, $t1		/* overflow: at stays what it is */
	.globl	nest_spin
nest_spin:
	nop
	nop
	.globl	nest_events_end
nest_events_end:
	sw	$1, %lo(nest_seen)+4($gp)
	ALL_BUT_AT sw, nest_seen
	mfhi	$t0
	mflo	$t1
	sw	$t0, %lo(nest_seen)+4*32($gp)
	sw	$t1, %lo(nest_seen)+4*33($gp)
	KEPT	lw, nest_c
	jal	nest_check
	 nop
	bnez	$v0, 2f
	 nop

	/* A yield that fails and one that does not. */
	KEPT	lw, nest_known
	lui	$t9, %hi(exos_yield)
	addiu	$t9, $t9, %lo(exos_yield)
	jalr	$t9
	 li	$a0, -1
	sw	$v0, %lo(nest_seen)+4*2($gp)
	lui	$t9, %hi(exos_yield)
	addiu	$t9, $t9, %lo(exos_yield)
	jalr	$t9
	 move	$a0, $zero
	sw	$v0, %lo(nest_seen)+4*3($gp)
	KEPT	sw, nest_seen
	KEPT	lw, nest_c
	jal	nest_yielded
	 nop
	beqz	$v0, nest_round
	 nop
2:	lw	$ra, %lo(nest_c)+4*31($gp)
	nop
	jr	$ra
	 addiu	$sp, $sp, 64

/*
 * All of the other environment, which runs elsewhere: it gives every slice
 * away, the second kind after a call to the victim (name in its first word).
 */
	.globl	nest_neighbour, nest_caller, nest_caller_reply
	.globl	nest_neighbour_end
nest_neighbour:
	move	$a0, $zero
	li	$v0, SYSV_Yield
	syscall
	b	nest_neighbour
	 nop
nest_caller:
	lui	$a0, 0x7000
	lw	$a0, 0($a0)
	lui	$gp, 0x1234		/* nobody may depend on these */
	lui	$sp, 0x4321
	lui	$v0, AE_SCALL >> 16
	syscall
nest_caller_reply:
	b	nest_neighbour
	 nop
nest_neighbour_end:

	.section .pin.data, "aw"
	.align	2
	/* Registers by number, then hi and lo. */
	.globl	nest_known, nest_seen, nest_stop, nest_table
nest_known:
	.space	34 * 4
nest_seen:
	.space	34 * 4
nest_c:	.space	34 * 4			/* C's, meanwhile */
nest_stop:
	.word	0
nest_table:
	.word	0
