/* SPDX-License-Identifier: MIT */
/*
 * The two-level table: an entry for each page of the address space, in the
 * window in the order of addresses; only the pages of it that have entries
 * exist.  exos_pin->root is its first level.
 */
#include "table.h"

#define LEAF_SHIFT (AE_PAGE_SHIFT + 10) /* EXOS_PT_RUN entries a page: 4 MB */

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

u32
exos_pt_next(u32 va, u32 end)
{
	const u32 group = 8 * AE_PAGE_SIZE;
	u32 stop;

	while (va < end && !exos_pin->root[va >> LEAF_SHIFT])
		va = EXOS_PT_NEXT_RUN(va);
	stop = EXOS_PT_NEXT_RUN(va);
	if (stop > end)
		stop = end;
	while (va < stop && !*entry(va)) {
		const volatile u32 *p = entry(va);

		va += AE_PAGE_SIZE;
		if (va & (group - 1))
			continue;
		for (p++; va < stop && !(p[0] | p[1] | p[2] | p[3] | p[4] |
					 p[5] | p[6] | p[7]);
		     p += 8)
			va += group;
	}
	return va < end ? va : end;
}
