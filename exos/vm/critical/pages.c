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
 * In one go, as there is one window for it (load.c maps it for good).  What
 * is copied may be anybody's page; the copy is ours.
 */
s32
exos_copy_page(u32 va, u32 to)
{
	const u32 *from = (const u32 *)va;
	u32 *window = (u32 *)EXOS_COPY;
	u32 lo = to << AE_PAGE_SHIFT | AE_LO_V | PT_EXOS_D | PT_CAP(CAP_OWN);
	u32 idle = exos_pt_get(EXOS_COPY);
	s32 e;

	exos_pt_change(EXOS_COPY, 0, lo);
	e = exos_bind(EXOS_COPY, lo);
	for (u32 i = 0; !e && i < AE_PAGE_SIZE / 4; i += 4) {
		window[i] = from[i];
		window[i + 1] = from[i + 1];
		window[i + 2] = from[i + 2];
		window[i + 3] = from[i + 3];
	}
	exos_pt_change(EXOS_COPY, 0, idle);
	exos_unbind(EXOS_COPY);
	if (e)
		return e;
	exos_pt_change(va, 0, lo | PT_OWNED);
	return exos_bind(va, lo);
}
