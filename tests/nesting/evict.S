/* SPDX-License-Identifier: MIT */
/*
 * What tests/nesting puts into unused memory beside the kernel: empties all
 * TLB entries but the wired ones, and for `forget' the STLB, as if other
 * environments had needed them.
 *
 * Entered in kernel mode as a vector is, EPC and Status set.  Spoils k0 and
 * k1, as every refill does, and keeps the rest.
 */
#include <aegis/mem.h>
#include "fast.h"
#include "offsets.h"
#include "r3000.h"

#define EVICT_ADDR	0x80010000	/* linked and placed here */
#define GENERAL_VECTOR	0x80000080

	.set	noreorder
	.set	noat
	.text

	.macro	EVICT
	lui	$k0, EVICT_ADDR >> 16
	sw	$1, %lo(saved)($k0)
	sw	$2, %lo(saved)+4($k0)
	mfc0	$1, C0_ENTRYHI		/* EntryHi: the ASID */
	li	$k1, TLB_WIRED << 8
	sw	$1, %lo(saved)+8($k0)
1:	sll	$1, $k1, 4		/* an address that never misses */
	lui	$2, 0x8000
	or	$1, $1, $2
	mtc0	$k1, C0_INDEX
	mtc0	$1, C0_ENTRYHI
	mtc0	$zero, C0_ENTRYLO
	addiu	$k1, $k1, 1 << 8
	tlbwi
	sltiu	$1, $k1, TLB_ENTRIES << 8
	bnez	$1, 1b
	 nop
	lw	$1, %lo(saved)+8($k0)
	lw	$2, %lo(saved)+4($k0)
	mtc0	$1, C0_ENTRYHI
	lw	$1, %lo(saved)($k0)
	.endm

	/*
	 * The STLB, too, as if others' entries had taken the place of all:
	 * each page loses its bindings.  page_records is the kernel's.
	 */
	.macro	FORGET
	lui	$k0, EVICT_ADDR >> 16
	sw	$1, %lo(saved)($k0)
	sw	$2, %lo(saved)+4($k0)
	sw	$3, %lo(saved)+8($k0)
	lui	$3, %hi(page_records)
	lw	$3, %lo(page_records)($3)
	lui	$k0, STLB_ADDR >> 16
	ori	$k1, $k0, AE_STLB_TAGS
2:	lw	$1, AE_STLB_TAGS($k0)
	lw	$2, 0($k0)
	beqz	$1, 3f
	 srl	$2, $2, AE_PAGE_SHIFT
	sll	$2, $2, PAGE_SHIFT
	addu	$2, $2, $3
	lhu	$1, PG_BINDINGS($2)
	sw	$zero, AE_STLB_TAGS($k0)
	addiu	$1, $1, -1
	sh	$1, PG_BINDINGS($2)
	sw	$zero, 0($k0)
3:	addiu	$k0, $k0, 4
	bne	$k0, $k1, 2b
	 nop
	lui	$k0, EVICT_ADDR >> 16
	lw	$1, %lo(saved)($k0)
	lw	$2, %lo(saved)+4($k0)
	lw	$3, %lo(saved)+8($k0)
	.endm

	.globl	evict, evict_interrupt, forget
evict:					/* ... and go on in user mode */
	EVICT
	mfc0	$k1, C0_EPC
	li	$k0, -0x777
	jr	$k1
	 rfe

forget:
	FORGET
	EVICT
	mfc0	$k1, C0_EPC
	li	$k0, -0x777
	jr	$k1
	 rfe

evict_interrupt:			/* ... and take an interrupt */
	EVICT
	li	$k0, -0x777
	j	GENERAL_VECTOR
	 li	$k1, -0x777

saved:	.space	12
