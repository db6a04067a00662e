/* SPDX-License-Identifier: MIT */
/*
 * One page in several places: at two addresses of ours, as a copy that is
 * made when it is needed, and in other environments by capability.
 */
#include "private.h"

/*
 * The three functions that know who else has a page of ours: ourselves, at
 * other addresses, and whoever the kernel counts as a holder (page_ref).
 */
s32
exos_frame_hold(u32 page)
{
	u32 count = EXOS_FRAMES + page * sizeof(u16);
	s32 e = exos_lookup(count) ? 0 : exos_map_zero(count, PT_EXOS_D);

	return e ? e : CRITICAL(exos_frames_add(page));
}

static int
frame_is_shared(u32 page)
{
	return exos_pages[page].holders > 1 ||
	       CRITICAL(exos_frames_shared(page));
}

s32
exos_frame_drop(u32 lo)
{
	struct ae_cap *c = &exos_pin->caps[PT_CAP_OF(lo)];
	u32 page = lo >> AE_PAGE_SHIFT;

	if (!CRITICAL(exos_frames_drop(page)))
		return 0;
	return ae_Dealloc(page, c->lo, c->hi);
}

/* Are all of n pages ours, and this so? */
static int
all_ours(u32 va, u32 n, u32 without)
{
	for (u32 i = 0; i < n; i++) {
		u32 lo = exos_lookup(va + (i << AE_PAGE_SHIFT));

		if (!(lo & PT_OWNED) || lo & without)
			return 0;
	}
	return 1;
}

static s32
alias_page(u32 to, u32 from, u32 how)
{
	u32 lo = exos_lookup(from);
	s32 e = exos_frame_hold(lo >> AE_PAGE_SHIFT);

	if (e)
		return e;
	if (!(how & lo)) {
		exos_change(from, 1, 0, how);
		lo |= how;
	}
	e = exos_map(to, lo & ~AE_LO_D);
	if (e)
		CRITICAL(exos_frames_drop(lo >> AE_PAGE_SHIFT));
	return e;
}

s32
exos_alias(u32 to, u32 from, u32 n, int copy)
{
	u32 without = copy ? PT_SHARED : PT_COW;
	s32 e = 0;

	to = PAGE_OF(to);
	from = PAGE_OF(from);
	if (!all_ours(from, n, without))
		return AE_EINVAL;
	for (u32 i = 0; i < n && !e; i++)
		e = alias_page(to + (i << AE_PAGE_SHIFT),
			       from + (i << AE_PAGE_SHIFT),
			       copy ? PT_COW : PT_SHARED);
	return e;
}

s32
exos_cow(u32 va, u32 n)
{
	for (u32 i = 0; i < n; i++) {
		u32 at = PAGE_OF(va) + (i << AE_PAGE_SHIFT);
		u32 lo = exos_lookup(at);

		if (lo & PT_OWNED && !(lo & (PT_SHARED | PT_COW)))
			exos_change(at, 1, 0, PT_COW);
	}
	return 0;
}

s32
exos_page_ref(u32 page, const struct ae_cap *c, u32 holder,
	      const struct ae_cap *env)
{
	s32 e;

	do
		e = ae_page_ref(page, c->lo, c->hi, holder, env->lo, env->hi);
	while (e == AE_EAGAIN);
	return e;
}

s32
exos_page_copy(u32 lo, const struct ae_cap *new)
{
	struct ae_cap *c = &exos_pin->caps[PT_CAP_OF(lo)];
	s32 page;

	do
		page = ae_page_copy(lo >> AE_PAGE_SHIFT, c->lo, c->hi, new->lo,
				    new->hi, 0, 0, 0);
	while (page == AE_EAGAIN || (page == AE_ENOMEM && exos_trim()));
	return page;
}

s32
exos_cow_break(u32 va, u32 lo)
{
	struct ae_cap *own = &exos_pin->caps[CAP_OWN];
	s32 page;

	va = PAGE_OF(va);
	if (lo & PT_OWNED && !frame_is_shared(lo >> AE_PAGE_SHIFT)) {
		exos_change(va, 1, PT_COW, PT_DIRTY);
		return 0;
	}
	page = exos_page_copy(lo, own);
	if (page < 0)
		return page;
	if (!CRITICAL(exos_copy_in(va, lo, page)))
		return ae_Dealloc(page, own->lo, own->hi); /* look again */
	CRITICAL(exos_caps_use(CAP_OWN, 1));
	if (lo & PT_OWNED)
		exos_frame_drop(lo);
	CRITICAL(exos_caps_use(PT_CAP_OF(lo), -1));
	return 0;
}

/* Words from the kernel's generator come by way of the scratch page. */
void
exos_cap_new(struct ae_cap *c)
{
	struct ae_cap *pinned = &exos_pin->caps[CAP_PINNED];
	volatile u32 *words = (u32 *)EXOS_SCRATCH;

	ae_random(exos_scratch, 0, sizeof *c, pinned->lo, pinned->hi);
	c->lo = words[0];
	c->hi = words[1];
	words[0] = words[1] = 0;
}

/* Give n pages of ours other capabilities, and their entries the index. */
static s32
change_caps(u32 va, u32 n, const struct ae_cap *read, u32 write)
{
	struct ae_cap *w = &exos_pin->caps[write];
	s32 e = 0;

	for (u32 i = 0; i < n && !e; i++) {
		u32 at = va + (i << AE_PAGE_SHIFT), lo = exos_lookup(at);
		struct ae_cap *c = &exos_pin->caps[PT_CAP_OF(lo)];

		e = ae_chcap(lo >> AE_PAGE_SHIFT, c->lo, c->hi, read->lo,
			     read->hi, w->lo, w->hi);
		if (e)
			break;
		CRITICAL(exos_caps_use(write, 1));
		CRITICAL(exos_pt_change(at, ~(PT_CAP_MASK | AE_LO_D),
					PT_CAP(write)));
		CRITICAL(exos_caps_use(PT_CAP_OF(lo), -1));
	}
	return e;
}

s32
exos_export(u32 va, u32 n, int writable, struct ae_cap *cap)
{
	s32 index = CAP_OWN, e;

	va = PAGE_OF(va);
	if (!all_ours(va, n, PT_COW))
		return AE_EINVAL;
	exos_cap_new(cap);
	if (writable) {
		index = exos_cap_add(cap);
		if (index < 0)
			return index;
	}
	e = change_caps(va, n, cap, index);
	if (writable)
		exos_cap_drop(index); /* the pages keep it */
	return e;
}

s32
exos_unexport(u32 va, u32 n)
{
	va = PAGE_OF(va);
	if (!all_ours(va, n, 0))
		return AE_EINVAL;
	return change_caps(va, n, &exos_pin->caps[CAP_OWN], CAP_OWN);
}

s32
exos_import(u32 va, const u32 *pages, u32 n, const struct ae_cap *cap,
	    int writable)
{
	u32 flags = AE_LO_V | PT_SHARED | (writable ? PT_EXOS_D : 0);
	s32 index = exos_cap_add(cap), e = 0;
	u32 i;

	if (index < 0)
		return index;
	va = PAGE_OF(va);
	for (i = 0; i < n && !e; i++) {
		u32 lo = pages[i] << AE_PAGE_SHIFT | flags | PT_CAP(index);
		u32 at = va + (i << AE_PAGE_SHIFT);

		if (pages[i] >= 1 << (32 - AE_PAGE_SHIFT)) {
			e = AE_EPAGE;
			break;
		}
		e = exos_map(at, lo);
		if (e)
			break;
		e = exos_bind(at, exos_lookup(at)); /* is it allowed? */
		if (e)
			exos_unmap(at);
	}
	while (e && i--)
		exos_unmap(va + (i << AE_PAGE_SHIFT));
	exos_cap_drop(index);
	return e;
}
