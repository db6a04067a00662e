/* SPDX-License-Identifier: MIT */
/*
 * The code of an ExOS program that must never miss: entry points for every
 * event the kernel delivers (misses and protection faults: vm/miss.inc), and
 * the ways back, which need no kernel (SOSP'95 5.3, 5.4).  All of it is the
 * environment's critical range: a clock tick in here is recorded, not
 * delivered, so the save areas are in use by one event at a time.
 * docs/design.md has the nesting table.
 *
 * $gp = EXOS_PIN in every ExOS program (compiled with -G0, which leaves it
 * alone), so a save area is reached without a free register.
 */
#include <aegis/sysnum.h>
#include <exos/pin.h>
#include "area.inc"

	.section .pin.desc, "aw", @progbits
	.globl	exos_desc
	.align	2
exos_desc:			/* struct ae_env_desc; pins are the loader's */
	.word	0			/* Int: the kernel's */
	.word	exos_mod		/* Mod */
	.word	exos_miss		/* TLBL */
	.word	exos_miss		/* TLBS */
	.rept	4			/* AdEL AdES IBE DBE */
	.word	exos_exception
	.endr
	.word	0			/* Sys: the kernel's */
	.rept	7			/* Bp RI CpU Ov, and three unused */
	.word	exos_exception
	.endr
	.word	exos_init		/* init */
	.word	exos_prologue
	.word	exos_epilogue
	.word	exos_gate
	.word	exos_reply
	.word	exos_agate
	.word	exos_interrupt
	.word	0			/* flags: the gate opens later */
	.word	EXOS_PIN		/* save_va */
	.word	PIN_TLBX, PIN_GENX, PIN_INTX
	.word	PIN_IQ, PIN_REPO
	.word	stub_first, stub_end
	.word	critical_first, critical_end
	.word	0, 0			/* capability: the loader's */
	.fill	AE_NPIN * 16, 1, 0

	.section .pin.text, "ax"

/*
 * Restartable stubs: the last instructions of a way back.  k1 dies at any
 * miss or interrupt, so an event inside a stub resumes at its first
 * instruction (the kernel rounds EPC down to 32 bytes).  The stub and the
 * save areas share a page, so once its first instruction has been fetched
 * no miss can come inside it.  No load reaches the delay slot of the jump.
 */
	.macro	STUB name, args, epc
	.globl	\name
	.type	\name, @function
\name:
	CFI_AREA \args, \epc
	lw	$k1, \epc($gp)
	lw	$a0, \args($gp)
	lw	$a1, \args+4($gp)
	lw	$a2, \args+8($gp)
	nop
	jr	$k1
	 nop
	nop
	.cfi_endproc
	.size	\name, . - \name
	.endm
critical_first:
	.globl	critical_first, stub_first, stub_end
stub_first:
	STUB	stub_tlbx, PIN_TLBX+AE_SAVE_A0, PIN_TLBX+X_EPC
	STUB	stub_genx, PIN_GENX+AE_SAVE_A0, PIN_GENX+X_EPC
	STUB	stub_intx, PIN_INTX+AE_SAVE_A0, PIN_INTX+X_EPC
	STUB	stub_tabx, PIN_TLBX+AE_SAVE_A0, PIN_TABX
	STUB	stub_trap, PIN_TRAP+F_A0, PIN_TRAP+F_EPC
stub_end:

/*
 * Every other exception: a0 = EPC, a1 = BadVAddr, a2 = Cause; their old
 * values are in the genx area.  Builds a frame on the exception stack (below
 * what is there if we are on it already) and calls C.
 */
	.globl	exos_exception
	.type	exos_exception, @function
exos_exception:
	CFI_AREA PIN_GENX+AE_SAVE_A0, PIN_GENX+X_EPC
	.cfi_register 66, 4
	sw	$a0, PIN_GENX+X_EPC($gp)
	.cfi_offset 66, PIN_GENX+X_EPC
	sw	$a1, PIN_GENX+X_BADVA($gp)
	sw	$a2, PIN_GENX+X_CAUSE($gp)
	/* On the exception stack already, or in the hole below it? */
	lui	$a0, %hi(exos_estack - ESTACK_HOLE)
	addiu	$a0, $a0, %lo(exos_estack - ESTACK_HOLE)
	subu	$a1, $sp, $a0
	sltiu	$a1, $a1, ESTACK_HOLE + ESTACK_BYTES
	bnez	$a1, 1f
	 move	$a2, $sp
	lw	$a1, PIN_BUSY($gp)
	addiu	$a2, $a0, ESTACK_HOLE + ESTACK_BYTES
	bnez	$a1, estack_held
	 nop
estack_room:
1:	addiu	$a2, $a2, -F_BYTES
	subu	$a1, $a2, $a0
	sltiu	$a1, $a1, ESTACK_HOLE + ESTACK_ROOM
	bnez	$a1, estack_full
	 nop
	sw	$sp, F_SP($a2)
	move	$sp, $a2
	sw	$1, F_AT($sp)
	sw	$v0, F_V0($sp)
	sw	$v1, F_V1($sp)
	sw	$a3, F_A3($sp)
	sw	$t0, F_T0($sp)
	sw	$t1, F_T0+4($sp)
	sw	$t2, F_T0+8($sp)
	sw	$t3, F_T0+12($sp)
	sw	$t4, F_T0+16($sp)
	sw	$t5, F_T0+20($sp)
	sw	$t6, F_T0+24($sp)
	sw	$t7, F_T0+28($sp)
	sw	$t8, F_T8($sp)
	sw	$t9, F_T9($sp)
	sw	$ra, F_RA($sp)
	mfhi	$t0
	mflo	$t1
	lw	$a0, PIN_GENX+AE_SAVE_A0($gp)
	lw	$a1, PIN_GENX+AE_SAVE_A1($gp)
	lw	$a2, PIN_GENX+AE_SAVE_A2($gp)
	lw	$v0, PIN_GENX+X_EPC($gp)
	lw	$v1, PIN_GENX+X_BADVA($gp)
	lw	$a3, PIN_GENX+X_CAUSE($gp)
	sw	$t0, F_HI($sp)
	sw	$t1, F_LO($sp)
	sw	$a0, F_A0($sp)
	sw	$a1, F_A1($sp)
	IF_RAS	$v0, $t0, exception_in_ras
	 sw	$a2, F_A2($sp)
exception_outside:
	sw	$v0, F_EPC($sp)
	sw	$v1, F_BADVA($sp)
	sw	$a3, F_CAUSE($sp)
	/* The save areas are free again; the interrupted code can be found. */
	.cfi_def_cfa 29, 0
	.cfi_offset 1, F_AT
	.cfi_offset 2, F_V0
	.cfi_offset 3, F_V1
	.cfi_offset 4, F_A0
	.cfi_offset 5, F_A1
	.cfi_offset 6, F_A2
	.cfi_offset 7, F_A3
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	.cfi_offset 8+\n, F_T0+4*\n
	.endr
	.cfi_offset 24, F_T8
	.cfi_offset 25, F_T9
	.cfi_offset 29, F_SP
	.cfi_offset 31, F_RA
	.cfi_offset 64, F_HI
	.cfi_offset 65, F_LO
	.cfi_offset 66, F_EPC
	sw	$gp, PIN_BUSY($gp)
	jal	exos_fault
	 move	$a0, $sp
	/* The highest frame there can be is the last to go. */
	lui	$t2, %hi(exos_estack + ESTACK_BYTES - F_BYTES)
	addiu	$t2, $t2, %lo(exos_estack + ESTACK_BYTES - F_BYTES)
	subu	$t2, $sp, $t2
	sw	$t2, PIN_BUSY($gp)
	.globl	exos_exception_exit
exos_exception_exit:
	lw	$t0, F_HI($sp)
	lw	$t1, F_LO($sp)
	mthi	$t0
	mtlo	$t1
	lw	$1, F_AT($sp)
	lw	$v0, F_V0($sp)
	lw	$v1, F_V1($sp)
	lw	$a3, F_A3($sp)
	lw	$t1, F_T0+4($sp)
	lw	$t2, F_T0+8($sp)
	lw	$t3, F_T0+12($sp)
	lw	$t4, F_T0+16($sp)
	lw	$t5, F_T0+20($sp)
	lw	$t6, F_T0+24($sp)
	lw	$t7, F_T0+28($sp)
	lw	$t8, F_T8($sp)
	lw	$t9, F_T9($sp)
	lw	$ra, F_RA($sp)
	lw	$a0, F_A0($sp)
	lw	$a1, F_A1($sp)
	lw	$a2, F_A2($sp)
	lw	$t0, F_EPC($sp)
	sw	$a0, PIN_GENX+AE_SAVE_A0($gp)
	sw	$a1, PIN_GENX+AE_SAVE_A1($gp)
	sw	$a2, PIN_GENX+AE_SAVE_A2($gp)
	sw	$t0, PIN_GENX+X_EPC($gp)
	lw	$t0, F_T0($sp)
	lw	$sp, F_SP($sp)
	b	stub_genx
	 nop
	.cfi_endproc
	.size	exos_exception, . - exos_exception

	/*
	 * C ran on the exception stack when something else began: gate code,
	 * on a stack of its own.  Go below what was put away there.  (If there
	 * is none, a handler left by longjmp.)  a0 = hole, a2 = top.
	 */
estack_held:
	sw	$v0, PIN_GENX+X_V0($gp)
	sw	$v1, PIN_GENX+X_A3($gp)
	lw	$a1, PIN_DEPTH($gp)
	lw	$v0, PIN_CALL($gp)	/* a stack, too */
1:	nop
	subu	$v1, $v0, $a0
	sltiu	$v1, $v1, ESTACK_HOLE + ESTACK_BYTES
	beqz	$v1, 2f
	 sltu	$v1, $v0, $a2
	beqz	$v1, 2f
	 nop
	move	$a2, $v0
2:	beqz	$a1, 3f
	 addiu	$a1, $a1, -CTX_BYTES
	addu	$v0, $a1, $gp
	b	1b
	 lw	$v0, PIN_CTX+4*29($v0)
3:	lw	$v0, PIN_GENX+X_V0($gp)
	b	estack_room
	 lw	$v1, PIN_GENX+X_A3($gp)

/*
 * Interrupt: a0 = the queue's entry, where a0-a2 and EPC are.  To C it is an
 * exception with cause 0 (a gate may not have set gp yet).
 */
	.globl	exos_interrupt
	.type	exos_interrupt, @function
exos_interrupt:
	lui	$gp, EXOS_PIN_HI
	lw	$a1, INT_A0($a0)
	lw	$a2, INT_A1($a0)
	sw	$a1, PIN_GENX+AE_SAVE_A0($gp)
	sw	$a2, PIN_GENX+AE_SAVE_A1($gp)
	lw	$a1, INT_A2($a0)
	lw	$a0, INT_EPC($a0)
	sw	$a1, PIN_GENX+AE_SAVE_A2($gp)
	move	$a1, $zero
	b	exos_exception
	 move	$a2, $zero
	.size	exos_interrupt, . - exos_interrupt

	/* Too deep.  Start over on an empty stack, for the last words. */
estack_full:
	addiu	$sp, $a0, ESTACK_HOLE + ESTACK_BYTES - F_BYTES
	lw	$a0, PIN_GENX+X_EPC($gp)
	j	exos_estack_overflow
	 nop
exception_in_ras:
	REWIND	$v0, exception_outside

/*
 * End of slice.  a0 = EPC, a1 = ticks, a2 = Cause; a0-a2 and EPC are in the
 * intx area.  Puts the registers away as the newest context and yields.
 */
	.globl	exos_epilogue
	.type	exos_epilogue, @function
exos_epilogue:
	CFI_AREA PIN_INTX+AE_SAVE_A0, PIN_INTX+X_EPC
	lui	$gp, EXOS_PIN_HI	/* a gate may not have set it yet */
	lw	$a0, PIN_DEPTH($gp)
	nop
	sltiu	$a1, $a0, CTX_MAX * CTX_BYTES
	beqz	$a1, ctx_full
	 addu	$a1, $a0, $gp		/* a1 = context */
	addiu	$a0, $a0, CTX_BYTES
	sw	$a0, PIN_DEPTH($gp)
	.irp	n, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18
	sw	$\n, PIN_CTX+4*\n($a1)
	.endr
	.irp	n, 19, 20, 21, 22, 23, 24, 25, 29, 30, 31
	sw	$\n, PIN_CTX+4*\n($a1)
	.endr
	mfhi	$t0
	mflo	$t1
	lw	$t2, PIN_INTX+AE_SAVE_A0($gp)
	lw	$t3, PIN_INTX+AE_SAVE_A1($gp)
	lw	$t4, PIN_INTX+AE_SAVE_A2($gp)
	lw	$t5, PIN_INTX+X_EPC($gp)
	sw	$t0, PIN_CTX+CTX_HI($a1)
	sw	$t1, PIN_CTX+CTX_LO($a1)
	sw	$t2, PIN_CTX+4*4($a1)
	sw	$t3, PIN_CTX+4*5($a1)
	IF_RAS	$t5, $t6, epilogue_in_ras
	 sw	$t4, PIN_CTX+4*6($a1)
epilogue_outside:
	sw	$t5, PIN_CTX+CTX_EPC($a1)
	sw	$zero, PIN_CTX+CTX_YIELDED($a1)
	sw	$zero, PIN_INTX+AE_SAVE_PENDING($gp)
	.globl	exos_park
exos_park:
	move	$a0, $zero
	li	$v0, SYSV_Yield
	syscall
	b	exos_park		/* Yield to the next slice cannot fail */
	 nop
	.cfi_endproc
	.size	exos_epilogue, . - exos_epilogue
ctx_full:
	lw	$a0, PIN_INTX+X_EPC($gp)
	j	exos_ctx_overflow
	 nop
epilogue_in_ras:
	REWIND	$t5, epilogue_outside

/*
 * Start of slice, or somebody's Yield: registers hold nothing of ours.  Takes
 * up the newest context; an environment without one (a server between calls)
 * gives the slice away.
 */
	.globl	exos_prologue
exos_prologue:
	lui	$gp, EXOS_PIN_HI
	lw	$a0, PIN_DEPTH($gp)
	lw	$a2, PIN_IQ($gp)	/* notices that wait */
	beqz	$a0, prologue_empty
	 addiu	$a1, $a0, -CTX_BYTES
	addu	$t1, $a1, $gp
	lw	$ra, PIN_CTX+CTX_YIELDED($t1)
	sw	$a1, PIN_DEPTH($gp)
	bnez	$ra, exos_yielded
	 move	$a1, $t1
	.globl	exos_resume, exos_resume_diverted, exos_yielded
exos_resume:
	lw	$t2, PIN_PREEMPT($gp)
	lw	$t0, PIN_CTX+CTX_HI($a1)
	bnez	$t2, exos_resume_diverted
	 lw	$t1, PIN_CTX+CTX_LO($a1)
resume_as_it_was:
	mthi	$t0
	mtlo	$t1
	lw	$t2, PIN_CTX+4*4($a1)
	lw	$t3, PIN_CTX+4*5($a1)
	lw	$t4, PIN_CTX+4*6($a1)
	lw	$t5, PIN_CTX+CTX_EPC($a1)
	sw	$t2, PIN_INTX+AE_SAVE_A0($gp)
	sw	$t3, PIN_INTX+AE_SAVE_A1($gp)
	sw	$t4, PIN_INTX+AE_SAVE_A2($gp)
	sw	$t5, PIN_INTX+X_EPC($gp)
	.irp	n, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18
	lw	$\n, PIN_CTX+4*\n($a1)
	.endr
	.irp	n, 19, 20, 21, 22, 23, 24, 25, 29, 30, 31
	lw	$\n, PIN_CTX+4*\n($a1)
	.endr
	/* Notices that came meanwhile, and nobody is at it?  (A slice may end
	 * before the first is taken out of the queue.) */
	lw	$a0, PIN_IQ($gp)
	lw	$a1, PIN_NOTICED($gp)
	beqz	$a0, stub_intx
	 lw	$a2, PIN_INTX+AE_SAVE_A1($gp)
	bnez	$a1, stub_intx
	 sw	$a0, PIN_NOTICED($gp)
	lw	$a1, PIN_INTX+AE_SAVE_A0($gp)
	sw	$a2, PIN_GENX+AE_SAVE_A1($gp)
	sw	$a1, PIN_GENX+AE_SAVE_A0($gp)
	lw	$a1, PIN_INTX+AE_SAVE_A2($gp)
	lw	$a0, PIN_INTX+X_EPC($gp)
	sw	$a1, PIN_GENX+AE_SAVE_A2($gp)
	li	$a1, PIN_NOTICED	/* to be cleared when done */
	b	exos_exception
	 move	$a2, $zero

	/*
	 * An ordinary stack is in use, so the exception stack is not.  The
	 * context stays where it is until C is done with it.
	 */
exos_resume_diverted:
	lw	$t2, PIN_CTX+4*29($a1)
	lui	$t3, AE_PINNED_BASE >> 16
	sltu	$t3, $t2, $t3
	beqz	$t3, resume_as_it_was
	 nop
	sw	$a0, PIN_DEPTH($gp)
	sw	$gp, PIN_BUSY($gp)
	lui	$sp, %hi(exos_estack + ESTACK_BYTES - 32)
	jal	exos_divert_context
	 addiu	$sp, $sp, %lo(exos_estack + ESTACK_BYTES - 32)
	lw	$a0, PIN_DEPTH($gp)
	sw	$zero, PIN_BUSY($gp)
	addiu	$a0, $a0, -CTX_BYTES
	sw	$a0, PIN_DEPTH($gp)
	addu	$a1, $a0, $gp
	lw	$t0, PIN_CTX+CTX_HI($a1)
	b	resume_as_it_was
	 lw	$t1, PIN_CTX+CTX_LO($a1)

	/*
	 * exos_yield's context is what C keeps over a call.  With notices to
	 * be handled it becomes a whole one.
	 */
exos_yielded:
	bnez	$a2, yielded_noticed
	 lw	$16, PIN_CTX+4*16($a1)
	.irp	n, 17, 18, 19, 20, 21, 22, 23, 29, 30
	lw	$\n, PIN_CTX+4*\n($a1)
	.endr
	jr	$ra
	 move	$v0, $zero
yielded_noticed:
	sw	$zero, PIN_CTX+4*2($a1)	/* v0 */
	b	exos_resume
	 sw	$ra, PIN_CTX+CTX_EPC($a1)

	/* No context; notices are handled all the same. */
prologue_empty:
	lw	$a1, PIN_IQ($gp)
	lui	$a0, %hi(exos_park)
	beqz	$a1, exos_park
	 addiu	$a0, $a0, %lo(exos_park)
	sw	$a1, PIN_NOTICED($gp)	/* nobody is: there is no context */
	li	$a1, PIN_NOTICED
	b	exos_exception
	 move	$a2, $zero

/*
 * s32 exos_yield(u32 name): give the slice away, go on at the next one, or
 * when somebody yields to us.
 */
	.globl	exos_yield
	.type	exos_yield, @function
exos_yield:
	lw	$v0, PIN_DEPTH($gp)
	nop
	sltiu	$v1, $v0, CTX_MAX * CTX_BYTES
	beqz	$v1, ctx_full
	 addu	$v1, $v0, $gp
	addiu	$v0, $v0, CTX_BYTES
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 29, 30
	sw	$\n, PIN_CTX+4*\n($v1)
	.endr
	sw	$ra, PIN_CTX+CTX_YIELDED($v1)
	sw	$v0, PIN_DEPTH($gp)
	li	$v0, SYSV_Yield
	.globl	exos_yield_trap
exos_yield_trap:
	syscall
	lw	$a0, PIN_DEPTH($gp)	/* an error: still here */
	nop
	addiu	$a0, $a0, -CTX_BYTES
	jr	$ra
	 sw	$a0, PIN_DEPTH($gp)
	.size	exos_yield, . - exos_yield
	/* The page table's code follows, then critical_end: program.ld. */

	/* Diverted code: sp = frame of what was interrupted, t9 = function. */
	.section .pin.init, "ax"
	.globl	exos_diverted
exos_diverted:
	jalr	$t9
	 move	$a0, $sp
	j	exos_exception_exit
	 nop


/* First entry: a0 = info page, a1 a2 = capability of our pages or zero. */
	.globl	exos_init
exos_init:
	lui	$gp, EXOS_PIN_HI
	lui	$sp, %hi(exos_estack + ESTACK_BYTES - 32)
	addiu	$sp, $sp, %lo(exos_estack + ESTACK_BYTES - 32)
	jal	exos_load
	 nop
	/* v0 = entry in ordinary memory */
	la	$sp, EXOS_STACK - 32
	move	$fp, $zero
	jr	$v0
	 move	$ra, $zero

	.globl	exos_estack
	/* Stacks lie above holes, so that running over is a fault. */
	.section .pin.estack, "aw", @nobits
	.align	12
exos_estack:
	.space	ESTACK_BYTES
