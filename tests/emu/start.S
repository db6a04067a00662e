/* SPDX-License-Identifier: MIT */
/*
 * Start and interrupt entry of the emulator tests' guest, bare metal on a
 * DECstation 5000/200. Delay slots are indented by one more space.
 */
	.set	noreorder
	.set	noat

#define C0_CAUSE	$13
#define C0_STATUS	$12
#define C0_EPC		$14

	.text
/* From the PROM: a0 = argc, a1 = argv, a2 = magic, a3 = callbacks. */
	.globl	_start
_start:
	lui	$sp, %hi(stack_top)
	addiu	$sp, $sp, %lo(stack_top)
	jal	guest_main
	 addiu	$sp, $sp, -32		/* argument home */
1:	b	1b
	 nop

/*
 * Copied to 0x80000080, at most 32 instructions. k0 and k1 are free.
 */
	.globl	exception_vector, exception_vector_end
exception_vector:
	lui	$k0, %hi(exception)
	addiu	$k0, $k0, %lo(exception)
	jr	$k0
	 nop
exception_vector_end:

/*
 * From the vector, in kernel mode on the interrupted stack, interrupts off.
 * Calls handle_exception(cause, epc) with all caller-saved registers kept.
 */
exception:
	addiu	$sp, $sp, -112
	sw	$1, 24($sp)
	sw	$2, 28($sp)
	sw	$3, 32($sp)
	sw	$4, 36($sp)
	sw	$5, 40($sp)
	sw	$6, 44($sp)
	sw	$7, 48($sp)
	sw	$8, 52($sp)
	sw	$9, 56($sp)
	sw	$10, 60($sp)
	sw	$11, 64($sp)
	sw	$12, 68($sp)
	sw	$13, 72($sp)
	sw	$14, 76($sp)
	sw	$15, 80($sp)
	sw	$24, 84($sp)
	sw	$25, 88($sp)
	sw	$31, 92($sp)
	mfhi	$2
	mflo	$3
	sw	$2, 96($sp)
	sw	$3, 100($sp)
	mfc0	$4, C0_CAUSE
	mfc0	$5, C0_EPC
	nop				/* mfc0 delay */
	jal	handle_exception
	 sw	$5, 104($sp)
	lw	$2, 96($sp)
	lw	$3, 100($sp)
	mthi	$2
	mtlo	$3
	lw	$1, 24($sp)
	lw	$2, 28($sp)
	lw	$3, 32($sp)
	lw	$4, 36($sp)
	lw	$5, 40($sp)
	lw	$6, 44($sp)
	lw	$7, 48($sp)
	lw	$8, 52($sp)
	lw	$9, 56($sp)
	lw	$10, 60($sp)
	lw	$11, 64($sp)
	lw	$12, 68($sp)
	lw	$13, 72($sp)
	lw	$14, 76($sp)
	lw	$15, 80($sp)
	lw	$24, 84($sp)
	lw	$25, 88($sp)
	lw	$31, 92($sp)
	lw	$k0, 104($sp)
	addiu	$sp, $sp, 112		/* and the load delay */
	jr	$k0
	 rfe

/* set_status(value) */
	.globl	set_status
set_status:
	mtc0	$4, C0_STATUS
	nop
	jr	$31
	 nop

/*
 * spin(n, &done): exactly 4 n + 1 instructions from spin to spin_end, for
 * n > 0; *done counts the rounds, for an interrupt handler to look at.
 */
	.globl	spin, spin_end
spin:
	addiu	$2, $0, 0
1:	addiu	$2, $2, 1
	sw	$2, 0($5)
	bne	$2, $4, 1b
	 nop
spin_end:
	jr	$31
	 nop

/*
 * idle(): until `wake` is nonzero, in the one loop by which GXemul notices
 * that the processor idles.
 */
	.globl	idle
idle:
1:	lui	$3, %hi(wake)
	lw	$2, %lo(wake)($3)
	nop
	beq	$2, $0, 1b
	 nop
	jr	$31
	 nop

/* undefined(): an opcode that no MIPS has. */
	.globl	undefined
undefined:
	.word	0x74000000
	jr	$31
	 nop

	.bss
	.align	3
	.space	16384
stack_top:
