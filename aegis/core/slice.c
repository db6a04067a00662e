/* SPDX-License-Identifier: MIT */
/*
 * The vector of slices: who owns which (SOSP'95 5.1.1; Engler's thesis).
 * The owned slices are linked in the order of their numbers, which is the
 * order in which they come; core/processor.c goes round.
 */
#include "check.h"

struct ae_slice slices[AE_NSLICE] __attribute__((aligned(AE_PAGE_SIZE)));
u32 slice_first = AE_NSLICE;

/* Private: presenting it is the right to a slice. */
static struct ae_cap caps[AE_NSLICE];

/* The nearest owned slice before s, going round; s itself if there is none. */
static u32
before(u32 s)
{
	u32 i = s;

	do
		i = (i + AE_NSLICE - 1) % AE_NSLICE;
	while (!slices[i].owner && i != s);
	return i;
}

static s32
find_free(void)
{
	for (u32 s = 0; s < AE_NSLICE; s++)
		if (!slices[s].owner)
			return s;
	return AE_ENOSLICE;
}

/* Give a free slice (or AE_SLICE_ANY) to environment n. */
s32
slice_take(u32 s, const struct ae_cap *cap, u32 n)
{
	u32 prev;

	if (s == AE_SLICE_ANY) {
		s32 found = find_free();

		if (found < 0)
			return found;
		s = found;
	}
	if (s >= AE_NSLICE)
		return AE_EINVAL;
	if (slices[s].owner)
		return AE_EINUSE;
	prev = before(s);
	slices[s] = (struct ae_slice){ .owner = gates[n].name };
	slices[s].prev = prev;
	slices[s].next = prev == s ? s : slices[prev].next;
	slices[slices[s].next].prev = s;
	slices[prev].next = s;
	caps[s] = *cap;
	gates[n].nslices++;
	revoke_got(n, AE_RES_SLICE);
	if (s < slice_first)
		slice_first = s;
	return s;
}

/* Take a slice back; the clock finds out at its next tick. */
void
slice_release(u32 s)
{
	struct ae_slice *v = &slices[s];

	gates[AE_NAME_NUMBER(v->owner)].nslices--;
	slices[v->prev].next = v->next;
	slices[v->next].prev = v->prev;
	if (s == slice_first)
		slice_first = v->next > s ? v->next : AE_NSLICE;
	v->owner = 0;
}

/* The last slice of n in the vector; there is one. */
u32
slice_last_of(u32 n)
{
	u32 s = slices[slice_first].prev;

	while (slices[s].owner != gates[n].name)
		s = slices[s].prev;
	return s;
}

void
slice_release_all(u32 n)
{
	for (u32 s = slice_first; gates[n].nslices; s = slices[s].next)
		if (slices[s].owner == gates[n].name)
			slice_release(s);
}

s32
sys_slice_alloc(u32 s, u32 lo, u32 hi, u32 owner, u32 elo, u32 ehi)
{
	s32 n = env_with_right(owner, elo, ehi);

	if (n < 0)
		return n;
	return slice_take(s, &(struct ae_cap){ lo, hi }, n);
}

/* A slice whose capability this is, else an error. */
static s32
check(u32 s, u32 lo, u32 hi)
{
	if (s >= AE_NSLICE || !slices[s].owner)
		return AE_EINVAL;
	return cap_equal(&caps[s], lo, hi) ? 0 : AE_EACCES;
}

s32
sys_slice_free(u32 s, u32 lo, u32 hi)
{
	s32 e = check(s, lo, hi);
	u32 n;

	if (e)
		return e;
	n = AE_NAME_NUMBER(slices[s].owner);
	slice_release(s);
	revoke_given(n, AE_RES_SLICE);
	return 0;
}

s32
sys_slice_give(u32 s, u32 lo, u32 hi, u32 to, u32 nlo, u32 nhi)
{
	s32 e = check(s, lo, hi), n;
	u32 from;

	if (e)
		return e;
	n = to == AE_NAME_SELF ? (s32)current() : env_by_name(to);
	if (n < 0)
		return n;
	from = AE_NAME_NUMBER(slices[s].owner);
	gates[from].nslices--;
	gates[n].nslices++;
	slices[s].owner = gates[n].name;
	caps[s] = (struct ae_cap){ nlo, nhi };
	revoke_got(n, AE_RES_SLICE);
	revoke_given(from, AE_RES_SLICE);
	return 0;
}

#ifdef CHECKS

/* The ring is the owned slices in the order of their numbers, no others. */
void
slice_check(void)
{
	u32 last = AE_NSLICE, first = AE_NSLICE;
	u8 count[AE_NENV + 1] = { 0 };

	for (u32 s = 0; s < AE_NSLICE; s++) {
		s32 n;

		if (!slices[s].owner)
			continue;
		n = env_by_name(slices[s].owner);
		must(n > 0, "owner of a slice lives", s);
		count[n]++;
		if (first == AE_NSLICE)
			first = s;
		else
			must(slices[s].prev == last && slices[last].next == s,
			     "slices linked in order", s);
		last = s;
	}
	must(slice_first == first, "first slice", slice_first);
	if (first != AE_NSLICE)
		must(slices[first].prev == last && slices[last].next == first,
		     "slices linked in a ring", first);
	for (u32 n = 1; n < MAXENV; n++)
		must((u8)gates[n].nslices == count[n],
		     "slices of an environment", n);
}

#endif
