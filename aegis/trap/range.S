/* SPDX-License-Identifier: MIT */
/*
 * The STLB's part of the range calls.  A run is n pages whose numbers agree
 * above the low 9 bits; interrupts are off.
 *
 * Four pages whose numbers agree above the low 2 bits lie in one 16-byte
 * group of the STLB, in an order that is the same for the whole run: the
 * index is the page's number xored with bits that no page of the run differs
 * in.  So the group is found once for all four.
 */
#include <aegis/mem.h>
#include "fast.h"
#include "offsets.h"
#include "r3000.h"

	.set	noreorder
	.set	noat
	.cfi_sections .debug_frame	/* not in the image */
	.text

/*
 * Apply `body' to each page of a run: a0 = tag of the first, a1 = n.  In the
 * body t0 = its group's data words, \off = where in them the page would be,
 * and \tag holds its tag; t1 and t2 are free.  The result is v1.
 */
	.macro	RUN name, body, begin=NOTHING
	.globl	\name
	.type	\name, @function
\name:	.cfi_startproc
	\begin
	lui	$t9, STLB_ADDR >> 16
	srl	$1, $a0, 11		/* what the hash xors the tag with */
1:	beqz	$a1, 4f
	 andi	$v0, $a0, 3 << 2
	bnez	$v0, 2f			/* not the first of a group */
	 sltiu	$v0, $a1, 4
	beqz	$v0, 3f
	 andi	$v0, $1, 3 << 2
2:	xor	$t0, $a0, $1
	andi	$t0, $t0, AE_STLB_MASK
	addu	$t0, $t0, $t9
	\body	0, $a0
	addiu	$a1, $a1, -1
	b	1b
	 addiu	$a0, $a0, 4
	/* At this point: v0 = what the order within a group is xored with. */
3:	or	$a0, $a0, $v0		/* a0 = tag of the group's first word */
	xor	$t0, $a0, $1
	andi	$t0, $t0, AE_STLB_MASK
	addu	$t0, $t0, $t9
	\body	0, $a0
	xori	$v0, $a0, 4
	\body	4, $v0
	xori	$v0, $a0, 8
	\body	8, $v0
	xori	$v0, $a0, 12
	\body	12, $v0
	addiu	$a1, $a1, -4
	sltiu	$v0, $a1, 4
	beqz	$v0, 3b
	 addiu	$a0, $a0, 16
	srl	$a0, $a0, 4
	b	1b
	 sll	$a0, $a0, 4
4:	jr	$ra
	 move	$v0, $v1
	.cfi_endproc
	.size	\name, . - \name
	.endm

	.macro	NOTHING
	.endm

	/* A page is bound if its slot has its tag. */
	.macro	KEEP off, tag
	lw	$t1, AE_STLB_TAGS+\off($t0)
	lw	$t2, \off($t0)
	bne	$t1, \tag, 9f
	 and	$t2, $t2, $a2
	sw	$t2, \off($t0)
9:
	.endm

	.macro	SET off, tag
	lw	$t1, AE_STLB_TAGS+\off($t0)
	lw	$t2, \off($t0)
	bne	$t1, \tag, 9f
	 or	$t2, $t2, $a2
	sw	$t2, \off($t0)
9:
	.endm

	.macro	CHECK off, tag
	lw	$t1, AE_STLB_TAGS+\off($t0)
	lw	$t2, \off($t0)
	bne	$t1, \tag, 9f
	 srl	$t2, $t2, AE_PAGE_SHIFT
	sll	$t2, $t2, PAGE_CAPS_SHIFT
	addu	$t2, $t2, $t3
	lw	$t1, PC_WRITE_LO($t2)
	lw	$t2, PC_WRITE_HI($t2)
	xor	$t1, $t1, $a2
	xor	$t2, $t2, $a3
	or	$v1, $v1, $t1
	or	$v1, $v1, $t2
9:
	.endm

	.macro	CLEAR off, tag
	lw	$t1, AE_STLB_TAGS+\off($t0)
	lw	$t2, \off($t0)
	bne	$t1, \tag, 9f
	 srl	$t2, $t2, AE_PAGE_SHIFT
	sll	$t2, $t2, PAGE_SHIFT
	addu	$t2, $t2, $t3		/* its page's record */
	lhu	$t1, PG_BINDINGS($t2)
	sw	$zero, AE_STLB_TAGS+\off($t0)
	addiu	$t1, $t1, -1
	sh	$t1, PG_BINDINGS($t2)
	sw	$zero, \off($t0)
9:
	.endm

/* void stlb_keep_run(u32 tag, u32 n, u32 bits): in the data of those bound. */
	RUN	stlb_keep_run, KEEP

/* void stlb_set_run(u32 tag, u32 n, u32 bits) */
	RUN	stlb_set_run, SET

/* void stlb_clear_run(u32 tag, u32 n): removes those bound. */
	.macro	CLEAR_BEGIN
	lui	$t3, %hi(page_records)
	lw	$t3, %lo(page_records)($t3)
	.endm
	RUN	stlb_clear_run, CLEAR, CLEAR_BEGIN

/*
 * u32 stlb_check_run(u32 tag, u32 n, u32 cap_lo, u32 cap_hi): 0 if the
 * capability is the write capability of all that are bound.  Takes the same
 * time whatever differs.
 */
	.macro	CHECK_BEGIN
	lui	$t3, %hi(page_caps)
	lw	$t3, %lo(page_caps)($t3)
	move	$v1, $zero
	.endm
	RUN	stlb_check_run, CHECK, CHECK_BEGIN
