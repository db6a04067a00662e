/* SPDX-License-Identifier: MIT */
/*
 * Application-level virtual memory (SOSP'95 6.2): the page table, regions
 * and their fault handlers, and pages shared with others.  Addresses and
 * lengths are in bytes, n in pages; an address names the page that it is in.
 */
#ifndef EXOS_VM_H
#define EXOS_VM_H

#include <aegis/env.h>
#include <aegis/error.h>
#include <exos/far.h>
#include <exos/pin.h>

/* ---- pages ---- */

/*
 * An entry of the page table is one word: EntryLo (page number << 12,
 * AE_LO_V, AE_LO_N) with PT_CAP(index of a capability) and PT_* flags.
 */

/*
 * Map a page.  AE_LO_D means writable and dirty already; PT_WRITE without it,
 * writable and clean: the first store makes it dirty.  What was mapped there
 * is unmapped.  AE_EINVAL: not an address below the pinned segment, or a page
 * that is ours (PT_OWNED) where a fork would not look: programs use the heap,
 * mmap, and EXOS_FREE to EXOS_FREE_END.
 * AE_ENOMEM: no memory for the table, or the table is full.
 */
EXOS_PINNED s32 exos_map(u32 va, u32 lo);
/* Remove it again; a PT_OWNED page is freed with its last mapping here. */
EXOS_PINNED s32 exos_unmap(u32 va);
/* The entry of a page, or 0. */
EXOS_PINNED u32 exos_lookup(u32 va);
/* The first mapped page at or above va and below end, else end. */
EXOS_PINNED u32 exos_next(u32 va, u32 end);

/*
 * Clear and set PT_WRITE, PT_DIRTY, PT_SHARED, AE_LO_N (uncached) or AE_LO_V
 * (any access) in the entries of n pages; TLB and STLB follow, by one range
 * call when there is more than one page.  Rights that are given may still
 * cost a fault at their first use.  Result: how many pages are mapped.
 */
EXOS_PINNED s32 exos_change(u32 va, u32 n, u32 clear, u32 set);
/* Make n pages read-only or writable.  AE_EINVAL if one is not mapped. */
EXOS_PINNED s32 exos_protect(u32 va, u32 n, int writable);
/* Was it written since it was mapped, or last cleaned?  No fault, no call. */
EXOS_PINNED int exos_dirty(u32 va);
/* Forget that n pages were written. */
EXOS_PINNED s32 exos_clean(u32 va, u32 n);

/* Free the pages of the table that have become empty.  Result: how many.
 * Done by itself when memory is short. */
EXOS_PINNED u32 exos_trim(void);

/* A zeroed physical page, its capabilities CAP_OWN: its number, or an error. */
EXOS_PINNED s32 exos_alloc(void);

/* Make a capability of words that nobody else knows. */
EXOS_PINNED void exos_cap_new(struct ae_cap *c);

/*
 * The index of a capability, for PT_CAP: equal capabilities share one.
 * AE_ENOMEM: there are PIN_NCAPS already.  Forgotten by exos_cap_drop, and
 * when the last page that is mapped with it is unmapped.
 */
EXOS_PINNED s32 exos_cap_add(const struct ae_cap *c);
EXOS_PINNED void exos_cap_drop(u32 index);

/* ---- regions ---- */

/*
 * Who answers a fault on a page that is not mapped, or not so: the handler
 * returns 0 when the access can be tried again, else an error.  It gets a
 * copy, and may change regions, its own too.
 */
struct exos_region {
	u32 start, end;
	int (*fault)(struct exos_region *r, u32 va, int write);
	u32 arg;    /* the handler's */
	u32 origin; /* what arg is about; start if 0.  Splitting keeps it */
	u32 flags;  /* RG_* */
};

#define RG_READONLY  1
#define RG_NOACCESS  2
#define RG_SHARED    4	/* its pages get PT_SHARED */
#define RG_ANONYMOUS 8	/* joins its like: handler without arg */
#define RG_KEPT	     16 /* mprotect cannot make it writable */

/*
 * These return AE_EINVAL for bad addresses and where it is said, and
 * AE_ENOMEM when they would need more than 682 regions, or a page for them;
 * then nothing has changed.
 */

/* AE_EINVAL: it overlaps another. */
EXOS_PINNED s32 exos_region_add(const struct exos_region *r);
/* Remove the region that starts there. */
EXOS_PINNED s32 exos_region_remove(u32 start);
/* Move the end of the region that starts there.  AE_EINVAL: it would overlap
 * another. */
EXOS_PINNED s32 exos_region_resize(u32 start, u32 end);
/* The i-th region by address: 0, or AE_EINVAL when there are no more. */
EXOS_PINNED s32 exos_region_get(u32 i, struct exos_region *r);
/* Cut a range out of all regions; its pages stay as they are. */
EXOS_PINNED s32 exos_region_cut(u32 start, u32 end);
/* Change the flags of a range.  AE_EINVAL: regions do not cover all of it. */
EXOS_PINNED s32 exos_region_flags(u32 start, u32 end, u32 clear, u32 set);
/* Do regions cover a range without a gap? */
EXOS_PINNED int exos_region_covers(u32 start, u32 end);
/* The lowest gap of len bytes from start on, or 0. */
EXOS_PINNED u32 exos_region_gap(u32 start, u32 end, u32 len);

/* Handlers: demand zero; the same for a stack, which has a guard below. */
EXOS_PINNED int exos_fault_zero(struct exos_region *r, u32 va, int write);
EXOS_PINNED int exos_fault_stack(struct exos_region *r, u32 va, int write);
#define EXOS_GUARD AE_PAGE_SIZE /* bytes a stack's region begins with */

/* ---- one page in several places ---- */

/*
 * Map the n pages mapped at `from' at `to' as well: the same pages, or with
 * copy != 0 pages that look the same until either side is written.
 * AE_EINVAL: one is not mapped, or not ours.
 */
EXOS_PINNED s32 exos_alias(u32 to, u32 from, u32 n, int copy);

/*
 * Make n private pages of ours copy-on-write, so that somebody else can be
 * given them as well: a store copies first.  Shared pages stay as they are.
 */
EXOS_PINNED s32 exos_cow(u32 va, u32 n);

/*
 * Pages for other environments, by capability: give n pages of ours a new
 * capability, which reads, or with `writable' writes.  Tell others *cap and
 * the page numbers (exos_lookup(va) >> AE_PAGE_SHIFT); it ends with
 * exos_unexport, at once and everywhere.
 * AE_EINVAL: not n pages of ours.
 */
EXOS_PINNED s32 exos_export(u32 va, u32 n, int writable, struct ae_cap *cap);
EXOS_PINNED s32 exos_unexport(u32 va, u32 n);
/*
 * Map n pages of others.  AE_EACCES: the capability does not allow it;
 * AE_EPAGE: no such page.  Nothing is mapped then.
 */
EXOS_PINNED s32 exos_import(u32 va, const u32 *pages, u32 n,
			    const struct ae_cap *cap, int writable);

/* ---- exceptions ---- */

/*
 * Handler of an exception (AE_EXC_*): 0 resumes at f->epc, anything else
 * ends the program.  For TLB faults it is asked after the regions.
 */
typedef int exos_handler(struct exos_frame *f);
EXOS_PINNED exos_handler *exos_on_exception(u32 cause, exos_handler *h);

/*
 * Handler of stores to pages that are mapped without PT_WRITE, the fast way:
 * it is asked first.  0 resumes at f->epc; otherwise the fault goes on to
 * the regions and exos_on_exception's handlers.  While it runs, its own
 * faults take the slower way.
 */
static inline exos_handler *
exos_on_protection(exos_handler *h)
{
	exos_handler *old = exos_pin->prot;

	exos_pin->prot = h;
	return old;
}

#endif
