/* SPDX-License-Identifier: MIT */
/* Pages put into the table's window, and in the place of others. */
#include "../private.h"

u32 exos_root[PT_PAGES]; /* EntryLo of the table's pages */

s32
exos_root_set(u32 index, u32 lo)
{
	volatile u32 *root = &exos_root[index];

	if (index >= PT_PAGES || *root)
		return AE_EINUSE;
	*root = lo;
	exos_unbind(PT_WINDOW + (index << AE_PAGE_SHIFT)); /* the zeros */
	return 0;
}

/* Take a page out that is all zeros: its EntryLo, or 0. */
u32
exos_root_trim(u32 index)
{
	const u32 va = PT_WINDOW + (index << AE_PAGE_SHIFT);
	u32 lo = exos_root[index];

	for (u32 i = 0; lo && i < AE_PAGE_SIZE / 4; i++)
		if (((const u32 *)va)[i])
			return 0;
	exos_root[index] = 0;
	exos_unbind(va);
	return lo;
}

/*
 * Our copy takes the place of a page at va, whose entry was lo: 1, or 0 when
 * it was not so any more.
 */
s32
exos_copy_in(u32 va, u32 lo, u32 page)
{
	u32 new = page << AE_PAGE_SHIFT | AE_LO_V | PT_EXOS_D | PT_OWNED |
		  PT_CAP(CAP_OWN);

	if (exos_pt_get(va) != lo)
		return 0;
	exos_pt_change(va, 0, new);
	if (exos_bind(va, new))
		exos_unbind(va);
	return 1;
}

s32
exos_mark_taken(u32 va, u32 lo)
{
	if (exos_pt_get(va) != lo)
		return 0;
	exos_pt_change(va, PT_CAP_MASK, PT_TAKEN);
	exos_unbind(va);
	return 1;
}
