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

/*
 * A page from va on before which nothing has an entry, at most end.  It has
 * one itself unless it is the first of a run, or end.
 */
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

/*
 * exos_pt_apply for n entries in a row, the first words of `stride' each.  A
 * word of zero is no entry and stays zero.  What a range operation costs is
 * these loops, so they do four entries at a time.  They return how many were
 * zero.
 */
static inline __attribute__((always_inline)) void
exos_pt_keep_word(volatile u32 *p, u32 lo, u32 keep, u32 *none)
{
	if (__builtin_expect(lo != 0, 1))
		*p = lo & keep;
	else
		++*none;
}

static inline __attribute__((always_inline)) u32
exos_pt_keep_row(volatile u32 *p, u32 n, u32 stride, u32 keep)
{
	u32 none = 0;

	for (; n >= 4; n -= 4, p += 4 * stride) {
		u32 a = p[0], b = p[stride], c = p[2 * stride],
		    d = p[3 * stride];

		exos_pt_keep_word(p, a, keep, &none);
		exos_pt_keep_word(p + stride, b, keep, &none);
		exos_pt_keep_word(p + 2 * stride, c, keep, &none);
		exos_pt_keep_word(p + 3 * stride, d, keep, &none);
	}
	for (; n; n--, p += stride)
		exos_pt_keep_word(p, *p, keep, &none);
	return none;
}

/*
 * What is set depends on the bits of the entry.  Most are like the one before
 * and change as it did.
 */
static inline __attribute__((always_inline)) u32
exos_pt_set_row(volatile u32 *p, u32 n, u32 stride, u32 keep, u32 set, u32 *all)
{
	const u32 bits = AE_PAGE_SIZE - 1; /* below the page's number */
	u32 like = ~0, change = 0, none = 0;

	while (n) {
		u32 a = *p;

		if (n >= 4) {
			u32 b = p[stride], c = p[2 * stride], d = p[3 * stride];

			if (!(((a ^ like) | (b ^ like) | (c ^ like) |
			       (d ^ like)) &
			      bits)) {
				p[0] = a ^ change;
				p[stride] = b ^ change;
				p[2 * stride] = c ^ change;
				p[3 * stride] = d ^ change;
				p += 4 * stride;
				n -= 4;
				continue;
			}
		}
		if (a) {
			change = a ^ exos_pt_apply(a, keep, set);
			*p = a ^ change;
			*all &= a ^ change;
			like = a & bits ? a : ~0u; /* not like a zero */
		} else {
			none++;
		}
		p += stride;
		n--;
	}
	return none;
}

static inline __attribute__((always_inline)) void
exos_pt_apply_row(volatile u32 *p, u32 n, u32 stride, u32 keep, u32 set,
		  struct exos_pt_seen *seen)
{
	seen->n += n;
	seen->n -= set ? exos_pt_set_row(p, n, stride, keep, set, &seen->all) :
			 exos_pt_keep_row(p, n, stride, keep);
}

#endif
