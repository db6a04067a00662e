/* SPDX-License-Identifier: MIT */
/*
 * The pinned pages of an ExOS program: 0x7fff0000 to 0x7fffffff, guaranteed
 * mappings all.  The first page holds the save areas and the code that must
 * never miss (start/pin.S); $gp holds its address in every ExOS program.
 */
#ifndef EXOS_PIN_H
#define EXOS_PIN_H

#include <aegis/env.h>
#include <aegis/intr.h>

#define EXOS_PIN	0x7fff0000
#define EXOS_TEXT	0x00400000	/* of a program's ordinary pages */
#define RAS_SHIFT	11	/* its first 2 KB: restartable sequences */
#define RAS_SLOT	32	/* bytes of one (sched/ras.S) */
#define EXOS_STACK	0x6fff0000	/* top of its stack */
#define EXOS_PIN_HI	0x7fff

/* Offsets from $gp.  Save areas first: a0-a2, EPC, then what we add (in the
 * interrupt area nothing: there the kernel counts pending ticks). */
#define PIN_TLBX	0x000	/* TLB miss */
#define PIN_GENX	0x040	/* every other exception */
#define PIN_INTX	0x080	/* start and end of slice */
#define X_EPC		AE_SAVE_EPC
#define X_BADVA		16
#define X_CAUSE		20
#define X_V0		24
#define X_A3		28
#define X_T0		32
#define X_T1		36
#define PIN_DEPTH	0x0c0	/* contexts put away, times CTX_BYTES */
#define PIN_PT_COUNT	0x0c4	/* entries in the page table */
#define PIN_PT		0x0c8	/* address of the page table */
#define PIN_NOTICED	0x0cc	/* the prologue had notices handled */
#define PIN_CALL	0x0d0	/* stack of the Scall that waits, or 0 */
#define PIN_PREEMPT	0x0d4	/* what preempted code is to call, or 0 */
#define PIN_CAPS	0x100	/* capabilities that the table names */
#define PIN_NCAPS	16
#define PIN_CTX		0x180	/* contexts: CTX_MAX of CTX_BYTES */
#define CTX_BYTES	144	/* 31 registers, hi, lo, EPC, two spare */
#define CTX_MAX		4
#define CTX_YIELDED	0	/* where exos_yield returns; 0: all is here */
#define CTX_HI		128
#define CTX_LO		132
#define CTX_EPC		136
#define PIN_BOOT	0x400	/* struct exos_boot */
#define PIN_HINTS	0x5c0	/* where pages were found last, */
#define PIN_NHINTS	256	/* by the low bits of their numbers */
#define PIN_IQ		0x9c0	/* struct ae_intq */
#define INT_EPC		12	/* offsets in struct ae_int */
#define INT_A0		16
#define INT_A1		20
#define INT_A2		24
#define PIN_REPO	0xbe0	/* struct ae_repo */
#define PIN_STUBS	0xd40	/* three restartable stubs of 32 bytes */

/* Page-table entries: EntryLo with, in the software bits, a capability
 * (bits 7..2) and flags. */
#define PT_CAP_SHIFT	2
#define PT_CAP(n)	((n) << PT_CAP_SHIFT)
#define PT_CAP_OF(lo)	(((lo) & 0xff) >> PT_CAP_SHIFT)
#define PT_OWNED	1	/* free the page when it is unmapped */
#define PT_MAX		2048	/* entries: 8 MB mapped at once */

#define CAP_PUBLIC	0	/* indices into PIN_CAPS */
#define CAP_PINNED	1
#define CAP_OWN		2

#define ESTACK_BYTES	0x2000	/* exception stack */
#define ESTACK_HOLE	0x1000	/* nothing is mapped below it */
#define ESTACK_ROOM	0x100	/* kept for C when a frame is pushed */

/* Frame on the exception stack: what C may clobber, and the event. */
#define F_AT		16
#define F_V0		20
#define F_V1		24
#define F_A0		28
#define F_A1		32
#define F_A2		36
#define F_A3		40
#define F_T0		44	/* t0-t7 */
#define F_T8		76
#define F_T9		80
#define F_SP		84
#define F_RA		88
#define F_HI		92
#define F_LO		96
#define F_EPC		100
#define F_BADVA		104
#define F_CAUSE		108
#define F_BYTES		112

#ifndef __ASSEMBLER__

/* The event an exception handler looks at, and may change. */
struct exos_frame {
	u32 args[4];		/* o32 argument area */
	u32 at, v0, v1, a0, a1, a2, a3;
	u32 t[8], t8, t9;
	u32 sp, ra, hi, lo;
	u32 epc, badvaddr, cause;
};

#define EXOS_BOOT_MAGIC	0x45784f53	/* "ExOS" */
#define EXOS_ARGS	400

/* What a parent writes into a child's first pinned page. */
struct exos_boot {
	u32 magic;		/* 0: the first environment */
	u32 parent;		/* name */
	struct ae_cap cap;	/* of the pinned pages */
	u32 args_len;
	char args[EXOS_ARGS];	/* words, each ended by 0 */
};

struct exos_pte {
	u32 va;
	u32 lo;
};

struct exos_pin {
	u32 tlbx[16], genx[16], intx[16];
	u32 depth;
	u32 pt_count;
	struct exos_pte *pt;
	u32 noticed;
	u32 call;
	u32 preempt;
	u32 pad2[10];
	struct ae_cap caps[PIN_NCAPS];
	u32 ctx[CTX_MAX][CTX_BYTES / 4];
	u32 pad1[(PIN_BOOT - PIN_CTX - CTX_MAX * CTX_BYTES) / 4];
	struct exos_boot boot;
	u32 pad3[(PIN_HINTS - PIN_BOOT - sizeof(struct exos_boot)) / 4];
	struct exos_pte *hint[PIN_NHINTS];
	struct ae_intq iq;
	struct ae_repo repo;
	u32 pad4[(PIN_STUBS - PIN_REPO - sizeof(struct ae_repo)) / 4];
};

_Static_assert(offsetof(struct exos_pin, depth) == PIN_DEPTH, "pin");
_Static_assert(offsetof(struct exos_pin, noticed) == PIN_NOTICED, "pin");
_Static_assert(offsetof(struct exos_pin, call) == PIN_CALL, "pin");
_Static_assert(offsetof(struct exos_pin, preempt) == PIN_PREEMPT, "pin");
_Static_assert(offsetof(struct exos_pin, caps) == PIN_CAPS, "pin");
_Static_assert(offsetof(struct exos_pin, ctx) == PIN_CTX, "pin");
_Static_assert(offsetof(struct exos_pin, boot) == PIN_BOOT, "pin");
_Static_assert(offsetof(struct exos_pin, hint) == PIN_HINTS, "pin");
_Static_assert(offsetof(struct exos_pin, iq) == PIN_IQ, "pin");
_Static_assert(offsetof(struct exos_pin, repo) == PIN_REPO, "pin");
_Static_assert(offsetof(struct ae_intq, pending) == 0, "pin");
_Static_assert(offsetof(struct ae_int, epc) == INT_EPC, "pin");
_Static_assert(offsetof(struct ae_int, a0) == INT_A0, "pin");
_Static_assert(offsetof(struct ae_int, a1) == INT_A1, "pin");
_Static_assert(offsetof(struct ae_int, a2) == INT_A2, "pin");
_Static_assert(sizeof(struct exos_pin) == PIN_STUBS, "pin");
_Static_assert(sizeof(struct exos_frame) == F_BYTES, "frame");
_Static_assert(offsetof(struct exos_frame, epc) == F_EPC, "frame");
_Static_assert(offsetof(struct exos_frame, sp) == F_SP, "frame");

#define exos_pin ((struct exos_pin *)EXOS_PIN)

#endif /* !__ASSEMBLER__ */
#endif
