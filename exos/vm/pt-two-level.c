/* SPDX-License-Identifier: MIT */
/*
 * The two-level table: an entry for each page of the address space, in the
 * window in the order of addresses; only the pages of it that have entries
 * exist.  exos_pin->root is its first level.
 */
#include "table.h"

#define LEAF_SHIFT (AE_PAGE_SHIFT + 10) /* EXOS_PT_RUN entries a page: 4 MB */
#define PART_SHIFT (LEAF_SHIFT - 3)	/* an eighth of that */

/* Bit n of a page's byte: its n-th eighth has had an entry. */
static u8 parts[PT_PAGES] __attribute__((aligned(4)));

static inline volatile u32 *
entry(u32 va)
{
	return (volatile u32 *)PT_WINDOW + (va >> AE_PAGE_SHIFT);
}

void
exos_pt_init(void)
{
	exos_pin->pt_kind = PT_TWO_LEVEL;
}

u32
exos_pt_get(u32 va)
{
	return *entry(va);
}

s32
exos_pt_add(u32 va, u32 lo)
{
	if (!exos_pin->root[va >> LEAF_SHIFT])
		return 1 + (va >> LEAF_SHIFT);
	if (*entry(va))
		return AE_EINUSE;
	parts[va >> LEAF_SHIFT] |= 1 << (va >> PART_SHIFT & 7);
	*entry(va) = lo;
	return 0;
}

u32
exos_pt_remove(u32 va)
{
	volatile u32 *p = entry(va);
	u32 lo = *p;

	if (lo)
		*p = 0;
	return lo;
}

u32
exos_pt_change(u32 va, u32 keep, u32 set)
{
	volatile u32 *p = entry(va);
	u32 lo = *p;

	if (lo)
		*p = lo = exos_pt_apply(lo, keep, set);
	return lo;
}

void
exos_pt_change_run(u32 va, u32 n, u32 keep, u32 set, struct exos_pt_seen *seen)
{
	exos_pt_apply_row(entry(va), n, 1, keep, set, seen);
}

/* The first page from va on that is in a part which has had entries. */
static inline u32
next_part(u32 va, u32 end)
{
	while (va < end) {
		u32 leaf = va >> LEAF_SHIFT;
		u32 there = parts[leaf] >> (va >> PART_SHIFT & 7);

		if (there & 1)
			break;
		if (there) {
			va = ((va >> PART_SHIFT) + 1) << PART_SHIFT;
			continue;
		}
		/* Four pages of the table at a time, where all are empty. */
		do
			leaf++;
		while (leaf & 3 && !parts[leaf]);
		while (leaf < PT_PAGES && !(leaf & 3) &&
		       !*(const u32 *)&parts[leaf])
			leaf += 4;
		if (leaf >= PT_PAGES)
			return end;
		va = leaf << LEAF_SHIFT;
	}
	return va;
}

u32
exos_pt_next(u32 va, u32 end)
{
	while ((va = next_part(va, end)) < end) {
		u32 stop = ((va >> PART_SHIFT) + 1) << PART_SHIFT;
		const volatile u32 *p = entry(va);

		if (stop > end)
			stop = end;
		for (; va < stop; va += AE_PAGE_SIZE)
			if (*p++)
				return va;
	}
	return end;
}
