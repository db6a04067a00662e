/* SPDX-License-Identifier: MIT */
/*
 * Environments: names, exposed tables, save areas and the description from
 * which one is made (SOSP'95 5.1; Engler's thesis, "Aegis' Interface").
 * Slices are in <aegis/slice.h>, interrupts and revocation in <aegis/intr.h>.
 */
#ifndef AEGIS_ENV_H
#define AEGIS_ENV_H

#include <aegis/mem.h>

#define AE_NENV		256	/* environment numbers; 0 is the kernel's */
#define AE_NCAUSE	16	/* Cause.ExcCode values */
#define AE_CAUSE_MASK	0x3c	/* ExcCode within Cause, times four */

/* Cause.ExcCode (R3000 manual). */
#define AE_EXC_INT	0
#define AE_EXC_MOD	1	/* store to a page without D */
#define AE_EXC_TLBL	2	/* miss or invalid page, load or fetch */
#define AE_EXC_TLBS	3	/* miss or invalid page, store */
#define AE_EXC_ADEL	4	/* address error, load or fetch */
#define AE_EXC_ADES	5	/* address error, store */
#define AE_EXC_IBE	6	/* bus error, fetch */
#define AE_EXC_DBE	7	/* bus error, data */
#define AE_EXC_SYS	8
#define AE_EXC_BP	9
#define AE_EXC_RI	10	/* reserved instruction */
#define AE_EXC_CPU	11	/* coprocessor unusable */
#define AE_EXC_OV	12	/* overflow */

/*
 * A name is one positive word: generation in bits 30..29 and 20..15, number
 * in bits 28..21 and again in 13..6.  Bits 31..21 are thus the STLB tag as
 * Context wants it, bits 11..6 the ASID as EntryHi wants it, and bits 13..6
 * the offset of the environment's 64-byte records.  Nothing is decoded.
 */
#define AE_NAME_NUMBER(name)	(((name) >> 6) & (AE_NENV - 1))
#define AE_NAME_SELF		0	/* where a call takes a name */

/*
 * Save area: the words the kernel stores before it enters a handler.
 * PENDING counts the ticks that came in the critical range and were not
 * delivered; the application clears it.
 */
#define AE_SAVE_A0	0
#define AE_SAVE_A1	4
#define AE_SAVE_A2	8
#define AE_SAVE_EPC	12	/* interrupt area only; else a0 holds it */
#define AE_SAVE_PENDING	16	/* interrupt area only: see below */
#define AE_SAVE_BYTES	20

/* Gate flags. */
#define AE_GATE_CALLS	1	/* accepts Scall */
#define AE_GATE_REENTRANT 2	/* never busy: accepts Scall at any time */
#define AE_GATE_FLAGS	(AE_GATE_CALLS | AE_GATE_REENTRANT)

/* Values of ae_gate.state. */
#define AE_ENV_FREE	0
#define AE_ENV_LIVE	1
#define AE_ENV_ZOMBIE	2	/* dead, but somebody may ask for it */

/* Exit status of an environment that the kernel ended. */
#define AE_EXIT_KILLED	0x100	/* freed by its parent */
#define AE_EXIT_FAULT	0x200	/* + ExcCode: exception without handler */
#define AE_EXIT_EXCESS	0x300	/* did not end its slice in time */

#define AE_DATA_BYTES	64	/* application data an environment */

#ifndef __ASSEMBLER__

/*
 * What a control transfer and a scheduler look at: one exposed record an
 * environment, 64 bytes.  `word` is the gate word: the environment's own
 * name when the gate is open on the fast path, the kernel address of the
 * caller's record while it serves a call, else 0.
 */
struct ae_gate {
	u32 flags;	/* AE_GATE_* */
	u32 name;
	u32 word;
	u32 gate;	/* entry for Scall */
	u32 reply;	/* entry for the reply to our own Scall */
	u32 fast;	/* name if it can be entered at once, else 0 */
	u32 afast;	/* name if an Acall can enter at once, else 0 */
	u32 agate;	/* entry for Acall */
	u32 parent;	/* name of the creator */
	u32 yfast;	/* name if a Yield can enter it at once, else 0 */
	u32 state;	/* AE_ENV_FREE, LIVE or ZOMBIE */
	u32 status;	/* exit status, when ZOMBIE */
	u32 excess;	/* ticks taken beyond the end of a slice */
	u32 slices;	/* slices started */
	u32 pages;	/* physical pages held */
	u32 nslices;	/* slices of the vector owned */
};

/* Exposed: words that mean what the application says (env_write). */
struct ae_env_data {
	u32 word[AE_DATA_BYTES / 4];
};

/* Exposed: the handler of each exception, 64 bytes an environment. */
struct ae_handlers {
	u32 pc[AE_NCAUSE];
};

/* One guaranteed mapping to make: a page the creator may map. */
struct ae_pin {
	u32 va;			/* in the pinned segment; 0: slot unused */
	u32 lo;			/* EntryLo */
	struct ae_cap cap;	/* write capability when lo has D */
};

/* What env_create reads.  Addresses are the new environment's. */
struct ae_env_desc {
	u32 handler[AE_NCAUSE];	/* 0: the environment is ended instead */
	u32 init;		/* first entry; a0 = info page number */
	u32 prologue;		/* start of slice; v0 = 0, or who yielded */
	u32 epilogue;		/* end of slice; a0 = EPC */
	u32 gate;		/* Scall; 0: none */
	u32 reply;		/* reply to our Scall; 0: we make none */
	u32 agate;		/* Acall; 0: none */
	u32 interrupt;		/* interrupts; 0: they wait in the queue */
	u32 flags;
	u32 save_va;		/* pinned page with the save areas, writable */
	u32 tlbx, genx, intx;	/* save areas: byte offsets in that page */
	u32 iq;			/* struct ae_intq there; 0: none */
	u32 repo;		/* struct ae_repo there; 0: none */
	u32 restart, restart_end; /* 32-byte restartable stubs */
	u32 critical, critical_end; /* slice upcalls wait here */
	struct ae_cap cap;	/* presenting it is a right to this
				   environment; 0: its parent's alone */
	struct ae_pin pin[AE_NPIN];
};

#endif /* !__ASSEMBLER__ */
#endif
