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

#define EXOS_PIN    0x7fff0000
#define EXOS_TEXT   0x00400000 /* of a program's ordinary pages */
#define RAS_SHIFT   11	       /* its first 2 KB: restartable sequences */
#define RAS_SLOT    32	       /* bytes of one (sched/ras.S) */
#define EXOS_STACK  0x6fff0000 /* top of its stack */
#define EXOS_PIN_HI 0x7fff

/* Offsets from $gp.  Save areas first: a0-a2, EPC, then what we add (in the
 * interrupt area nothing: there the kernel counts pending ticks). */
#define PIN_TLBX     0x000 /* TLB miss */
#define PIN_GENX     0x040 /* every other exception */
#define PIN_INTX     0x080 /* start and end of slice */
#define X_EPC	     AE_SAVE_EPC
#define X_BADVA	     16
#define X_CAUSE	     20
#define X_V0	     24
#define X_A3	     28
#define X_T0	     32	   /* t0-t3 */
#define PIN_DEPTH    0x0c0 /* contexts put away, times CTX_BYTES */
#define PIN_PT_COUNT 0x0c4 /* the page table's own word */
#define PIN_PT_KIND  0x0c8 /* PT_LINEAR and so on, for debuggers */
#define PIN_NOTICED  0x0cc /* the prologue had notices handled */
#define PIN_CALL     0x0d0 /* stack of the Scall that waits, or 0 */
#define PIN_PREEMPT  0x0d4 /* what preempted code is to call, or 0 */
#define PIN_PROT     0x0d8 /* handler of protection faults, or 0 */
#define PIN_BUSY     0x0dc /* not 0: C runs on the exception stack */
#define PIN_ROOT     0x0e0 /* address of the page table's pages, and */
#define PIN_NONE     0x0e4 /* EntryLo of a page of zeros */
#define PIN_CAPS     0x100 /* capabilities that the table names */
#define PIN_NCAPS    16
#define PIN_CTX	     0x180 /* contexts: CTX_MAX of CTX_BYTES */
#define CTX_BYTES    144   /* 31 registers, hi, lo, EPC, two spare */
#define CTX_MAX	     4
#define CTX_YIELDED  0 /* where exos_yield returns; 0: all is here */
#define CTX_HI	     128
#define CTX_LO	     132
#define CTX_EPC	     136
#define PIN_BOOT     0x400 /* struct exos_boot */
#define PIN_TABX     0x5c0 /* miss of pinned code, in the table above all */
#define PIN_TRAP     0x5e0 /* frame of the fast protection fault */
#define PIN_IQ	     0x660 /* struct ae_intq */
#define INT_EPC	     12	   /* offsets in struct ae_int */
#define INT_A0	     16
#define INT_A1	     20
#define INT_A2	     24
#define PIN_REPO     0x880 /* struct ae_repo */
#define PIN_STUBS    0x9e0 /* restartable stubs of 32 bytes */

/*
 * The page table lies in ordinary pages, mapped in a window of its own that
 * only pinned code may touch.  PIN_ROOT points to their EntryLo words, also
 * pinned; 0 stands for a page of zeros.  A miss in the window is answered from
 * these alone (vm/miss.S).
 */
#define PT_WINDOW	0x7f000000
#define PT_WINDOW_SHIFT 21  /* log2 of its size */
#define PT_PAGES	512 /* pages of it */

/*
 * A page's entry is one word: EntryLo with, in the bits that TLBwr refuses,
 * what ExOS knows of the page.  Bit 8 is the hardware's G.  D is set only
 * while the page is writable and dirty and no copy: then no store faults.
 */
#define PT_SOFT	      0x1ff
#define PT_SOFT_BITS  9
#define PT_OWNED      0x001 /* free the page when it is unmapped */
#define PT_WRITE      0x002 /* may be written; D says without a fault */
#define PT_CAP_SHIFT  2	    /* index of the capability, 4 bits */
#define PT_CAP(n)     ((n) << PT_CAP_SHIFT)
#define PT_CAP_MASK   PT_CAP(PIN_NCAPS - 1)
#define PT_CAP_OF(lo) (((lo)&PT_CAP_MASK) >> PT_CAP_SHIFT)
#define PT_SHARED     0x040 /* fork shares it */
#define PT_COW	      0x080 /* copied before it is written */
#define PT_DIRTY      0x100 /* written since it was last clean */
#define PT_EXOS_D     (AE_LO_D | PT_WRITE | PT_DIRTY)

#define PT_TWO_LEVEL 1 /* values of PIN_PT_KIND */
#define PT_LINEAR    2
#define PT_INVERTED  3

/*
 * The inverted table's hash.  Neighbours within 64 pages stay neighbours, so
 * that a small program uses few pages of the table; what starts far apart
 * begins elsewhere.
 */
#define PT_HASH_SHIFT 6
#define PT_SLOTS      8192
#define PT_HASH_MASK  ((PT_SLOTS - 1) << 3) /* byte offset of a slot */

/* Exit status of a program whose page table was taken away. */
#define EXOS_NO_TABLE 127

#define CAP_PUBLIC 0 /* indices into PIN_CAPS */
#define CAP_PINNED 1 /* the page table's pages as well */
#define CAP_OWN	   2

#define ESTACK_BYTES 0x2000 /* exception stack */
#define ESTACK_HOLE  0x1000 /* nothing is mapped below it */
#define ESTACK_ROOM  0x100  /* kept for C when a frame is pushed */

/* Frame on the exception stack: what C may clobber, and the event. */
#define F_AT	16
#define F_V0	20
#define F_V1	24
#define F_A0	28
#define F_A1	32
#define F_A2	36
#define F_A3	40
#define F_T0	44 /* t0-t7 */
#define F_T8	76
#define F_T9	80
#define F_SP	84
#define F_RA	88
#define F_HI	92
#define F_LO	96
#define F_EPC	100
#define F_BADVA 104
#define F_CAUSE 108
#define F_BYTES 112

#ifndef __ASSEMBLER__

/* The event an exception handler looks at, and may change. */
struct exos_frame {
	u32 args[4]; /* o32 argument area */
	u32 at, v0, v1, a0, a1, a2, a3;
	u32 t[8], t8, t9;
	u32 sp, ra, hi, lo;
	u32 epc, badvaddr, cause;
};

#define EXOS_BOOT_MAGIC 0x45784f53 /* "ExOS" */
#define EXOS_ARGS	384

/* What a parent writes into a child's first pinned page. */
struct exos_boot {
	u32 magic;	       /* 0: the first environment */
	u32 parent;	       /* name */
	struct ae_cap cap;     /* of the pinned pages */
	struct ae_cap segment; /* of the segment that it shares */
	u32 segment_page;      /* where that begins, or 0: it has its own */
	u32 program;	       /* where its file is in the archive; 0: look */
	u32 args_len;
	char args[EXOS_ARGS]; /* words, each ended by 0 */
};

struct exos_pin {
	u32 tlbx[16], genx[16], intx[16];
	u32 depth;
	u32 pt_count;
	u32 pt_kind;
	u32 noticed;
	u32 call;
	u32 preempt;
	int (*prot)(struct exos_frame *f);
	u32 busy;
	u32 *root;
	u32 none;
	u32 pad5[6];
	struct ae_cap caps[PIN_NCAPS];
	u32 ctx[CTX_MAX][CTX_BYTES / 4];
	u32 pad1[(PIN_BOOT - PIN_CTX - CTX_MAX * CTX_BYTES) / 4];
	struct exos_boot boot;
	u32 pad2[(PIN_TABX - PIN_BOOT - sizeof(struct exos_boot)) / 4];
	u32 tabx[8];
	struct exos_frame trap;
	u32 pad3[(PIN_IQ - PIN_TRAP - F_BYTES) / 4];
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
_Static_assert(offsetof(struct exos_pin, prot) == PIN_PROT, "pin");
_Static_assert(offsetof(struct exos_pin, none) == PIN_NONE, "pin");
_Static_assert(offsetof(struct exos_pin, tabx) == PIN_TABX, "pin");
_Static_assert(offsetof(struct exos_pin, trap) == PIN_TRAP, "pin");
_Static_assert(offsetof(struct exos_pin, busy) == PIN_BUSY, "pin");
_Static_assert(offsetof(struct exos_pin, root) == PIN_ROOT, "pin");
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

/* Pinned code makes use of $gp, which holds EXOS_PIN in every program. */
#ifdef EXOS_NEAR
register struct exos_pin *exos_pin __asm__("$28");
#else
#define exos_pin ((struct exos_pin *)EXOS_PIN)
#endif

#endif /* !__ASSEMBLER__ */
#endif
