/* SPDX-License-Identifier: MIT */
/*
 * Pages that we have mapped more than once: a count for each physical page,
 * of mappings beyond the first.  Most programs have none, and no counts.
 */
#include "../private.h"

static u32 total; /* of all counts */

static inline volatile u16 *
count(u32 page)
{
	return (volatile u16 *)EXOS_FRAMES + page;
}

s32
exos_frames_add(u32 page)
{
	if (*count(page) == 0xffff)
		return AE_ENOMEM;
	++*count(page);
	total++;
	return 0;
}

s32
exos_frames_shared(u32 page)
{
	return total && exos_pt_get(PAGE_OF((u32)count(page))) && *count(page);
}

s32
exos_frames_drop(u32 page)
{
	if (!exos_frames_shared(page))
		return 1;
	--*count(page);
	total--;
	return 0;
}
