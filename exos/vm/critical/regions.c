/* SPDX-License-Identifier: MIT */
/*
 * The regions: a vector sorted by address, none of which overlap.  It lies in
 * ordinary pages at EXOS_REGIONS; the caller sees to it that there are pages
 * for two more, up to EXOS_NREGIONS (region.c).
 */
#include "../private.h"

u32 exos_nregions;

static struct exos_region *const regions = (struct exos_region *)EXOS_REGIONS;

/* Index of the first region that ends above va. */
static u32
above(u32 va)
{
	u32 low = 0, n = exos_nregions;

	while (n) {
		u32 half = n / 2;

		if (regions[low + half].end <= va) {
			low += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return low;
}

/* Move those from index at on by one place up or down. */
static void
open_at(u32 at)
{
	for (u32 i = exos_nregions++; i > at; i--)
		regions[i] = regions[i - 1];
}

static void
close_at(u32 at)
{
	exos_nregions--;
	for (u32 i = at; i < exos_nregions; i++)
		regions[i] = regions[i + 1];
}

/* Join a region with the next one, if they are alike. */
static int
join(u32 at)
{
	struct exos_region *a = &regions[at], *b = a + 1;

	if (at + 1 >= exos_nregions || a->end != b->start ||
	    !(a->flags & RG_ANONYMOUS) || a->flags != b->flags ||
	    a->fault != b->fault || a->arg != b->arg)
		return 0;
	a->end = b->end;
	close_at(at + 1);
	return 1;
}

/* Join what is alike from just before va to just after end. */
static void
join_around(u32 va, u32 end)
{
	u32 at = above(va - 1);

	while (at < exos_nregions && regions[at].start <= end)
		if (!join(at))
			at++;
}

/* See to it that no region goes on over va. */
static void
split(u32 va)
{
	u32 at = above(va);

	if (at == exos_nregions || regions[at].start >= va)
		return;
	open_at(at);
	regions[at].end = va;
	regions[at + 1].start = va;
}

static int
goes_over(u32 va)
{
	u32 at = above(va);

	return at < exos_nregions && regions[at].start < va;
}

/* Split at both ends of a range; AE_ENOMEM when there is no room for that. */
static s32
split_around(u32 start, u32 end)
{
	if (exos_nregions + goes_over(start) + goes_over(end) > EXOS_NREGIONS)
		return AE_ENOMEM;
	split(start);
	split(end);
	return 0;
}

s32
exos_regions_find(u32 va, struct exos_region *r)
{
	u32 at = above(va);

	if (at == exos_nregions || regions[at].start > va)
		return AE_EINVAL;
	*r = regions[at];
	return 0;
}

s32
exos_regions_get(u32 i, struct exos_region *r)
{
	if (i >= exos_nregions)
		return AE_EINVAL;
	*r = regions[i];
	return 0;
}

/* Index of the region that starts at an address. */
s32
exos_regions_at(u32 start)
{
	u32 at = above(start - 1);

	for (; at < exos_nregions && regions[at].start <= start; at++)
		if (regions[at].start == start)
			return at;
	return AE_EINVAL;
}

s32
exos_regions_add(const struct exos_region *r)
{
	u32 at = above(r->start);

	if (at < exos_nregions && regions[at].start < r->end)
		return AE_EINVAL;
	if (exos_nregions == EXOS_NREGIONS)
		return AE_ENOMEM;
	open_at(at);
	regions[at] = *r;
	join_around(r->start, r->end);
	return 0;
}

s32
exos_regions_cut(u32 start, u32 end)
{
	s32 e = split_around(start, end);
	u32 at;

	if (e)
		return e;
	at = above(start);
	while (at < exos_nregions && regions[at].start < end)
		close_at(at);
	return 0;
}

s32
exos_regions_resize(u32 start, u32 end)
{
	s32 at = exos_regions_at(start);

	if (at < 0 || end < start)
		return AE_EINVAL;
	if ((u32)at + 1 < exos_nregions && end > regions[at + 1].start)
		return AE_EINVAL;
	regions[at].end = end;
	return 0;
}

s32
exos_regions_covers(u32 start, u32 end)
{
	for (u32 at = above(start); start < end; at++) {
		if (at == exos_nregions || regions[at].start > start)
			return 0;
		start = regions[at].end;
	}
	return 1;
}

s32
exos_regions_flags(u32 start, u32 end, u32 clear, u32 set)
{
	s32 e = AE_EINVAL;

	if (exos_regions_covers(start, end))
		e = split_around(start, end);
	if (e)
		return e;
	for (u32 at = above(start);
	     at < exos_nregions && regions[at].start < end; at++)
		regions[at].flags = (regions[at].flags & ~clear) | set;
	join_around(start, end);
	return 0;
}

u32
exos_regions_gap(u32 start, u32 end, u32 len)
{
	for (u32 at = above(start); at < exos_nregions; at++) {
		if (regions[at].start >= start &&
		    regions[at].start - start >= len)
			break;
		if (regions[at].end > start)
			start = regions[at].end;
	}
	return start < end && end - start >= len ? start : 0;
}
