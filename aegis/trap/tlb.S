/* SPDX-License-Identifier: MIT */
/* TLB and coprocessor operations that C calls; interrupts are off. */
#include <aegis/env.h>
#include "r3000.h"

	.set	noreorder
	.set	noat
	.cfi_sections .debug_frame	/* not in the image */
	.text

	.macro	FUNC name
	.globl	\name
	.type	\name, @function
\name:	.cfi_startproc
	.endm
	.macro	END name
	.cfi_endproc
	.size	\name, . - \name
	.endm

/* void tlb_set(u32 index, u32 hi, u32 lo) */
FUNC tlb_set
	mfc0	$t0, C0_ENTRYHI
	sll	$a0, $a0, 8
	mtc0	$a0, C0_INDEX
	mtc0	$a1, C0_ENTRYHI
	mtc0	$a2, C0_ENTRYLO
	nop
	tlbwi
	nop
	mtc0	$t0, C0_ENTRYHI
	jr	$ra
	 nop
END tlb_set

/* void tlb_get(u32 index, u32 *hi, u32 *lo) */
FUNC tlb_get
	mfc0	$t0, C0_ENTRYHI
	sll	$a0, $a0, 8
	mtc0	$a0, C0_INDEX
	nop
	nop
	tlbr
	nop
	mfc0	$t1, C0_ENTRYHI
	mfc0	$t2, C0_ENTRYLO
	mtc0	$t0, C0_ENTRYHI
	sw	$t1, 0($a1)
	jr	$ra
	 sw	$t2, 0($a2)
END tlb_get

/* void tlb_drop(u32 hi): invalidate the entry that matches EntryHi hi. */
FUNC tlb_drop
	mfc0	$t0, C0_ENTRYHI
	mtc0	$a0, C0_ENTRYHI
	nop
	tlbp
	mfc0	$t1, C0_INDEX
	lui	$t2, 0x8000		/* kseg0: never looked up */
	bltz	$t1, 1f
	 sll	$t1, $t1, 4
	or	$t2, $t2, $t1		/* a different one for each index */
	mtc0	$t2, C0_ENTRYHI
	mtc0	$zero, C0_ENTRYLO
	nop
	tlbwi
	nop
1:	mtc0	$t0, C0_ENTRYHI
	jr	$ra
	 nop
END tlb_drop

/* void tlb_flush(void): invalidate all entries but the wired ones. */
FUNC tlb_flush
	mfc0	$t0, C0_ENTRYHI
	li	$t1, TLB_WIRED << 8
	lui	$t2, 0x8000
	ori	$t2, $t2, TLB_WIRED << AE_PAGE_SHIFT
	li	$t3, TLB_ENTRIES << 8
	mtc0	$zero, C0_ENTRYLO
1:	mtc0	$t1, C0_INDEX
	mtc0	$t2, C0_ENTRYHI
	addiu	$t1, $t1, 1 << 8
	addiu	$t2, $t2, 1 << AE_PAGE_SHIFT
	bne	$t1, $t3, 1b
	 tlbwi
	nop
	mtc0	$t0, C0_ENTRYHI
	jr	$ra
	 nop
END tlb_flush

/* void set_context(u32 name): tag and ASID of an environment. */
FUNC set_context
	mtc0	$a0, C0_CONTEXT
	mtc0	$a0, C0_ENTRYHI
	jr	$ra
	 nop
END set_context

FUNC get_cause
	mfc0	$v0, C0_CAUSE
	jr	$ra
	 nop
END get_cause

FUNC get_context
	mfc0	$v0, C0_CONTEXT
	jr	$ra
	 nop
END get_context

/* void fpu_clear(void): zero every FPU register; CU1 only in here. */
FUNC fpu_clear
	mfc0	$t0, C0_STATUS
	lui	$t1, ST_CU1 >> 16
	or	$t1, $t1, $t0
	mtc0	$t1, C0_STATUS
	nop
	nop
	nop
	.set	hardfloat
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	mtc1	$zero, $f\n
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	mtc1	$zero, $f\n
	.endr
	ctc1	$zero, $31
	.set	softfloat
	nop
	mtc0	$t0, C0_STATUS
	nop
	jr	$ra
	 nop
END fpu_clear

/*
 * void icache_flush(u32 kseg0, u32 bytes): invalidate instruction-cache
 * lines by storing bytes with caches isolated and swapped (R3000 manual,
 * chapter 5); runs uncached.
 */
FUNC icache_flush
	la	$t0, 1f
	lui	$t1, 0x2000		/* kseg0 to kseg1 */
	or	$t0, $t0, $t1
	jr	$t0
	 nop
1:	mfc0	$t2, C0_STATUS
	lui	$t3, (ST_ISC | ST_SWC) >> 16
	mtc0	$t3, C0_STATUS
	addu	$a1, $a1, $a0
	nop
	nop
2:	sb	$zero, 0($a0)
	sb	$zero, 4($a0)
	sb	$zero, 8($a0)
	sb	$zero, 12($a0)
	addiu	$a0, $a0, 16
	sltu	$t0, $a0, $a1
	bnez	$t0, 2b
	 nop
	nop
	nop
	mtc0	$t2, C0_STATUS
	nop
	nop
	nop
	jr	$ra
	 nop
END icache_flush

/* void page_zero(u32 kseg0) */
FUNC page_zero
	addiu	$t0, $a0, AE_PAGE_SIZE
1:	.irp	n, 0, 20, 40, 60, 80, 100
	sw	$zero, \n($a0)
	sw	$zero, \n+4($a0)
	sw	$zero, \n+8($a0)
	sw	$zero, \n+12($a0)
	sw	$zero, \n+16($a0)
	.endr
	sw	$zero, 120($a0)
	addiu	$a0, $a0, 128
	bne	$a0, $t0, 1b
	 sw	$zero, -4($a0)
	jr	$ra
	 nop
END page_zero

/* void page_copy(u32 to, u32 from): kseg0 both */
FUNC page_copy
	addiu	$t9, $a1, AE_PAGE_SIZE
1:	.irp	n, 0, 16, 32, 48, 64, 80, 96, 112
	lw	$t0, \n($a1)
	lw	$t1, \n+4($a1)
	lw	$t2, \n+8($a1)
	lw	$t3, \n+12($a1)
	sw	$t0, \n($a0)
	sw	$t1, \n+4($a0)
	sw	$t2, \n+8($a0)
	sw	$t3, \n+12($a0)
	.endr
	addiu	$a1, $a1, 128
	bne	$a1, $t9, 1b
	 addiu	$a0, $a0, 128
	jr	$ra
	 nop
END page_copy
