/* SPDX-License-Identifier: MIT */
/*
 * What a page table is to ExOS.  A program has one of vm/pt-NAME.c, chosen
 * when it is linked (exos/build.mk), or its own: files pt-*.c and pt-*.S in
 * its folder that define these functions, and exos_miss and exos_mod by
 * way of vm/miss.inc.
 *
 * All of it is in the critical range: no slice ends in it, so no gate code
 * runs between two of its stores.  The miss handler may, as the caller's
 * stack and the table itself can miss: the table is whole after every store.
 * So these functions make no calls, touch no memory but the table, the
 * pinned pages and at most 256 bytes of stack, and are short.
 *
 * The table lies in the window at PT_WINDOW, in pages that exos_pin->root
 * names.  Others are read as zeros, and cannot be written.
 *
 * Addresses may lie anywhere in kuseg and within their page.
 */
#ifndef EXOS_VM_TABLE_H
#define EXOS_VM_TABLE_H

#include <exos/exos.h>

/* The table is empty and has no pages: set exos_pin->pt_kind. */
void exos_pt_init(void);

/* The entry of a page, or 0. */
u32 exos_pt_get(u32 va);

/*
 * Add an entry.  0; AE_EINUSE: there is one; AE_ENOMEM: the table is full;
 * or 1 + the index of a page of the window that it must have first.
 */
s32 exos_pt_add(u32 va, u32 lo);

/* Remove an entry.  Result: what it was, or 0. */
u32 exos_pt_remove(u32 va);

/* Keep some bits of an entry, and set some (exos_pt_apply).  Result: the entry
 * as it is then, or 0. */
u32 exos_pt_change(u32 va, u32 keep, u32 set);

/*
 * Ranges are done in runs: n pages, or those from va to end, that all lie
 * between two multiples of EXOS_PT_RUN pages.
 */
#define EXOS_PT_RUN 1024
#define EXOS_PT_NEXT_RUN(va)                          \
	(((va) & ~(EXOS_PT_RUN * AE_PAGE_SIZE - 1)) + \
	 EXOS_PT_RUN * AE_PAGE_SIZE)

/* What was seen in a range, after the change. */
struct exos_pt_seen {
	u32 n;	 /* entries */
	u32 all; /* bits that all of them have, if bits were set */
};

/* exos_pt_change for n pages of a run. */
void exos_pt_change_run(u32 va, u32 n, u32 keep, u32 set,
			struct exos_pt_seen *seen);

/* The first page from va on that has an entry, else end, in a run. */
u32 exos_pt_next(u32 va, u32 end);

/*
 * Bits of an entry change.  D follows from the others: it is never kept, and
 * whoever sets some sets it too, if all allow it.
 */
static inline __attribute__((always_inline)) u32
exos_pt_apply(u32 lo, u32 keep, u32 set)
{
	const u32 writable = AE_LO_V | PT_WRITE | PT_DIRTY;

	lo = (lo & keep) | set;
	if (set) /* no branch: AE_LO_D or nothing */
		lo |= ((lo & (writable | PT_COW)) == writable) * AE_LO_D;
	return lo;
}

/* One word of a row: one that is no entry is zero, and stays zero. */
static inline __attribute__((always_inline)) void
exos_pt_apply_word(volatile u32 *p, u32 lo, u32 keep, u32 set,
		   struct exos_pt_seen *seen)
{
	if (!set) {
		seen->n -= !lo;
		*p = lo & keep;
	} else if (lo) {
		*p = lo = exos_pt_apply(lo, keep, set);
		seen->all &= lo;
	} else {
		seen->n--;
	}
}

static inline __attribute__((always_inline)) void
exos_pt_apply_words(volatile u32 *p, u32 n, u32 stride, u32 keep, u32 set,
		    struct exos_pt_seen *to)
{
	struct exos_pt_seen seen = *to;

	seen.n += n;
	for (; n >= 4; n -= 4, p += 4 * stride) {
		u32 a = p[0], b = p[stride], c = p[2 * stride],
		    d = p[3 * stride];

		exos_pt_apply_word(p, a, keep, set, &seen);
		exos_pt_apply_word(p + stride, b, keep, set, &seen);
		exos_pt_apply_word(p + 2 * stride, c, keep, set, &seen);
		exos_pt_apply_word(p + 3 * stride, d, keep, set, &seen);
	}
	for (; n; n--, p += stride)
		exos_pt_apply_word(p, *p, keep, set, &seen);
	*to = seen;
}

/*
 * exos_pt_apply for n entries in a row, the first words of `stride' each.
 * What a range operation costs is this loop: once for each kind of change,
 * and four entries at a time.
 */
static inline __attribute__((always_inline)) void
exos_pt_apply_row(volatile u32 *p, u32 n, u32 stride, u32 keep, u32 set,
		  struct exos_pt_seen *seen)
{
	if (set)
		exos_pt_apply_words(p, n, stride, keep, set, seen);
	else
		exos_pt_apply_words(p, n, stride, keep, 0, seen);
}

#endif
