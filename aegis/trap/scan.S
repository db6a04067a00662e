/* SPDX-License-Identifier: MIT */
/*
 * Searches of the STLB, for C; interrupts are off.  All of it is 4096 slots,
 * so an instruction a slot counts.
 */
#include <aegis/mem.h>
#include "fast.h"
#include "offsets.h"
#include "r3000.h"

	.set	noreorder
	.set	noat
	.cfi_sections .debug_frame	/* not in the image */
	.text

#define UNROLLED 8			/* slots a round */

/*
 * Apply `body' to slots a1 .. a1 + n, n a multiple of UNROLLED.  \table is
 * where its words are.  In the body a1 + \off = the slot's data word, and \reg
 * its word of \table, which the body must replace in the delay slot of its
 * first branch: two slots on, so that no load delay is waited for.  v0 = 0
 * ends the search.
 */
	.macro	SCAN name, body, table, last
	.globl	\name
	.type	\name, @function
\name:	.cfi_startproc
	lui	$t9, STLB_ADDR >> 16
	sll	$a1, $a1, 2
	sll	$a2, $a2, 2
	addu	$a1, $a1, $t9
	addu	$a2, $a2, $a1		/* a2 = end */
	lw	$t0, \table($a1)
	lw	$t1, \table+4($a1)
	\last
1:	\body	$t0, 0
	\body	$t1, 4
	\body	$t0, 8
	\body	$t1, 12
	\body	$t0, 16
	\body	$t1, 20
	\body	$t0, 24
	\body	$t1, 28
	addiu	$a1, $a1, 4 * UNROLLED
	beqz	$v0, 2f
	 nop
	bne	$a1, $a2, 1b
	 nop
2:	jr	$ra
	 nop
	.cfi_endproc
	.size	\name, . - \name
	.endm

/*
 * u32 stlb_drop_page(u32 page, u32 slot, u32 n, u32 bindings): remove the
 * entries that name a page, which has so many.  Result: how many are left.
 * Not for page 0, which empty slots name.
 */
	.macro	PAGE_BEGIN
	sll	$a0, $a0, AE_PAGE_SHIFT
	move	$v0, $a3
	.endm
	.macro	PAGE reg, off
	xor	\reg, \reg, $a0
	srl	\reg, \reg, AE_PAGE_SHIFT
	bnez	\reg, 9f
	 lw	\reg, \off+8($a1)
	sw	$zero, \off($a1)
	sw	$zero, AE_STLB_TAGS+\off($a1)
	addiu	$v0, $v0, -1
9:
	.endm
	SCAN	stlb_drop_page, PAGE, 0, PAGE_BEGIN

/*
 * void stlb_drop_tag(u32 tag, u32 slot, u32 n): remove the entries of an
 * address space; tag = name >> 21.
 */
	.macro	TAG_BEGIN
	lui	$t3, %hi(page_records)
	lw	$t3, %lo(page_records)($t3)
	move	$v0, $a2		/* not 0: to the end */
	.endm
	.macro	TAG reg, off
	srl	\reg, \reg, 21
	bne	\reg, $a0, 9f
	 lw	\reg, AE_STLB_TAGS+\off+8($a1)
	lw	$t2, \off($a1)
	sw	$zero, AE_STLB_TAGS+\off($a1)
	srl	$t2, $t2, AE_PAGE_SHIFT
	sll	$t2, $t2, PAGE_SHIFT
	addu	$t2, $t2, $t3		/* its page's record */
	lhu	$v1, PG_BINDINGS($t2)
	sw	$zero, \off($a1)
	addiu	$v1, $v1, -1
	sh	$v1, PG_BINDINGS($t2)
9:
	.endm
	SCAN	stlb_drop_tag, TAG, AE_STLB_TAGS, TAG_BEGIN
