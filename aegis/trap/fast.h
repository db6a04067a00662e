/* SPDX-License-Identifier: MIT */
/*
 * Fixed addresses of the tables that the fast paths use.  kernel.ld places
 * them; everything is within 32 KB of one lui.
 *
 *	80020000  stlb	 data words, then tag words (exposed)
 *	80028000  SV	 save pointers, 16 words an environment
 *	8002c000  XH	 handlers, 16 words an environment (exposed)
 *	80030000  GB	 gate records, struct ae_gate (exposed)
 *	80034000  PB	 private scratch, 16 words an environment
 *	80038000  XL	 guaranteed mappings, 16 pairs an environment
 *	80040000  kernel text
 *
 * An environment is named inside the kernel by p = FAST_BASE + 64 * number,
 * by the address of its private block, p + FAST_PB, or by its number.  The
 * last FAST_SPARE numbers are never given out: their SV and XH slots hold
 * the current-environment pointer and the call table.
 */
#ifndef AEGIS_FAST_H
#define AEGIS_FAST_H

#define STLB_ADDR	0x80020000
#define FAST_BASE	0x80030000
#define FAST_HI		0x8003		/* FAST_BASE >> 16 */
#define XL_ADDR		0x80038000
#define FAST_END	0x80040000
#define XL_HI		0x8004		/* reached with negative offsets */
#define XL_OFF		(-0x8000)
#define FAST_SHIFT	6		/* log2 of bytes a record */
#define FAST_SPARE	4

/* Offsets from p (the first four) or from FAST_BASE (the others). */
#define FAST_SV		(-0x8000)
#define FAST_XH		(-0x4000)
#define FAST_GB		0
#define FAST_PB		0x4000
#define FAST_CUR	(FAST_XH - FAST_SPARE * 64)
#define FAST_TBL	(-FAST_SPARE * 64)
#define FAST_NCALL	(FAST_SPARE * 16)	/* call numbers, a power of 2 */
#define FAST_CALL_MASK	((FAST_NCALL - 1) << 2)

/* Words beside the current-environment pointer, for the debug build. */
#define FAST_LEAVE	(FAST_CUR + 4)	/* leave_closed: where to go */
#define FAST_CALL	(FAST_CUR + 8)	/* number of its event, in a call */
#define FAST_LAST	(FAST_CUR + 12)	/* CUR when the kernel was last left */
#define FAST_RA		(FAST_CUR + 16)	/* ra, at the hooks of event.inc */
#define FAST_SAVED	(FAST_CUR + 20)	/* t0-t3 and ra, in event.S */

/*
 * Offset of a record within a name.  One bit more than numbers have: see
 * "Gate words" in docs/design.md.  A private block's address has that bit
 * set, so a caller's record in a gate word can never be presented as a name.
 */
#define FAST_NAME_MASK	0x7fc0

/*
 * Private block: word 2 stays zero (a gate word is compared there), and so
 * do the words from PB_END to PB_PROLOGUE (others of a gate record are).
 */
#define PB_A0		0
#define PB_T0		4
#define PB_ZERO		8
#define PB_T1		12
#define PB_T2		16
#define PB_T3		20
#define PB_END		24
#define PB_PROLOGUE	44	/* start-of-slice entry, for Yield */

/* From a private block to its gate record. */
#define PB_GB		(FAST_GB - FAST_PB)

#endif
