/* SPDX-License-Identifier: MIT */
/* Regions of the address space, for programs: who answers faults where. */
#include "private.h"

/* Memory for two regions more, which is what an operation can add. */
static s32
make_room(void)
{
	u32 n = exos_nregions + 2, last;

	if (n > EXOS_NREGIONS)
		n = EXOS_NREGIONS;
	last = EXOS_REGIONS + n * sizeof(struct exos_region) - 1;
	return exos_lookup(last) ? 0 : exos_map_zero(last, PT_EXOS_D);
}

static int
bad(u32 start, u32 end)
{
	return start > end || end > AE_PINNED_BASE ||
	       ((start | end) & (AE_PAGE_SIZE - 1));
}

s32
exos_region_add(const struct exos_region *r)
{
	struct exos_region new = *r;
	s32 e;

	if (bad(r->start, r->end) || !r->fault)
		return AE_EINVAL;
	if (!new.origin && !(new.flags &RG_ANONYMOUS))
		new.origin = new.start;
	e = make_room();
	return e ? e : CRITICAL(exos_regions_add(&new));
}

s32
exos_region_get(u32 i, struct exos_region *r)
{
	struct exos_region got;
	s32 e = CRITICAL(exos_regions_get(i, &got));

	if (!e)
		*r = got;
	return e;
}

s32
exos_region_remove(u32 start)
{
	struct exos_region r;
	s32 at = CRITICAL(exos_regions_at(start));

	if (at < 0)
		return AE_EINVAL;
	CRITICAL(exos_regions_get(at, &r));
	return exos_region_cut(start, r.end);
}

s32
exos_region_cut(u32 start, u32 end)
{
	s32 e = bad(start, end) ? AE_EINVAL : make_room();

	return e ? e : CRITICAL(exos_regions_cut(start, end));
}

s32
exos_region_flags(u32 start, u32 end, u32 clear, u32 set)
{
	s32 e = bad(start, end) ? AE_EINVAL : make_room();

	return e ? e : CRITICAL(exos_regions_flags(start, end, clear, set));
}

s32
exos_region_resize(u32 start, u32 end)
{
	return bad(start, end) ? AE_EINVAL :
				 CRITICAL(exos_regions_resize(start, end));
}

int
exos_region_covers(u32 start, u32 end)
{
	return CRITICAL(exos_regions_covers(start, end));
}

u32
exos_region_gap(u32 start, u32 end, u32 len)
{
	return CRITICAL(exos_regions_gap(start, end, len));
}
