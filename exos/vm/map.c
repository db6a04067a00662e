/* SPDX-License-Identifier: MIT */
/* Mapping pages: the page table, and the bindings made from it. */
#include "private.h"

/* A tick that came in the critical range was only recorded: end now. */
void
exos_slice_end(void)
{
	exos_pin->intx[AE_SAVE_PENDING / 4] = 0;
	exos_yield(AE_NAME_SELF);
}

/* No user address has bit 31 set; the table has no page 0. */
static int
bad_range(u32 va, u32 n)
{
	return va < AE_PAGE_SIZE || va >= AE_PINNED_BASE ||
	       n > (AE_PINNED_BASE - va) >> AE_PAGE_SHIFT;
}

u32
exos_lookup(u32 va)
{
	return (s32)va < 0 ? 0 : CRITICAL(exos_pt_get(va));
}

u32
exos_next(u32 va, u32 end)
{
	va = PAGE_OF(va);
	while (va < end) {
		va = CRITICAL(exos_pt_next(va, end));
		if (va < end && exos_lookup(va))
			return va;
	}
	return end;
}

/* The table wants a page of its window. */
static s32
give_page(u32 index)
{
	struct ae_cap *c = &exos_pin->caps[CAP_PINNED];
	s32 page = exos_alloc_with(c);

	if (page < 0)
		return page;
	if (CRITICAL(exos_root_set(index, (u32)page << AE_PAGE_SHIFT | AE_LO_V |
						  AE_LO_D)))
		ae_Dealloc(page, c->lo, c->hi); /* it has one now */
	return 0;
}

u32
exos_trim(void)
{
	struct ae_cap *c = &exos_pin->caps[CAP_PINNED];
	u32 n = 0, lo;

	for (u32 i = 0; i < PT_PAGES; i++) {
		lo = exos_root[i] ? CRITICAL(exos_root_trim(i)) : 0;
		if (lo && !ae_Dealloc(lo >> AE_PAGE_SHIFT, c->lo, c->hi))
			n++;
	}
	return n;
}

s32
exos_map_new(u32 va, u32 lo)
{
	s32 e;

	va = PAGE_OF(va);
	if (bad_range(va, 1) || (lo & PT_OWNED && !exos_may_own(va)))
		return AE_EINVAL;
	if (lo & AE_LO_D)
		lo |= PT_EXOS_D;
	lo = exos_pt_apply(0, 0, lo & ~AE_LO_D);
	CRITICAL(exos_caps_use(PT_CAP_OF(lo), 1));
	while ((e = CRITICAL(exos_pt_add(va, lo))) > 0) {
		e = give_page(e - 1);
		if (e)
			break;
	}
	if (e)
		CRITICAL(exos_caps_use(PT_CAP_OF(lo), -1));
	return e;
}

s32
exos_map(u32 va, u32 lo)
{
	s32 e;

	while ((e = exos_map_new(va, lo)) == AE_EINUSE) {
		e = exos_unmap(va);
		if (e)
			break;
	}
	return e;
}

s32
exos_map_zero(u32 va, u32 flags)
{
	s32 page = exos_alloc(), e;

	if (page < 0)
		return page;
	flags |= (u32)page << AE_PAGE_SHIFT | AE_LO_V | PT_CAP(CAP_OWN) |
		 PT_OWNED;
	e = exos_map_new(va, flags);
	if (e)
		ae_Dealloc(page, exos_pin->caps[CAP_OWN].lo,
			   exos_pin->caps[CAP_OWN].hi);
	return e == AE_EINUSE ? 0 : e;
}

s32
exos_unmap(u32 va)
{
	u32 lo;

	va = PAGE_OF(va);
	if (bad_range(va, 1) || va >= EXOS_OWN)
		return AE_EINVAL;
	lo = CRITICAL(exos_pt_remove(va));
	if (!lo)
		return AE_EINVAL;
	ae_TLBvadelete(va);
	if (lo & PT_OWNED)
		exos_frame_drop(lo);
	CRITICAL(exos_caps_use(PT_CAP_OF(lo), -1));
	return 0;
}

/*
 * The end of a change of one page that could not be bound as it is now (lo is
 * its entry, or not 0), or was the last in this slice.
 */
s32
exos_changed_otherwise(u32 va, u32 lo, s32 bound)
{
	if (bound != 0)
		ae_TLBvadelete(va);
	if (exos_pin->intx[AE_SAVE_PENDING / 4])
		exos_slice_end();
	return lo ? 0 : AE_EINVAL;
}

/* One page changes, and is bound anew. */
static s32
change_page(u32 va, u32 clear, u32 set)
{
	u32 lo, due;
	s32 bound;

	if ((s32)va < 0)
		return AE_EINVAL;
	STACK_READY();
	lo = exos_pt_change(va, ~(clear | AE_LO_D), set);
	due = exos_pin->intx[AE_SAVE_PENDING / 4];
	bound = exos_bind(va, lo); /* fails if it is not valid */
	if (bound | due)
		return exos_changed_otherwise(va, lo, bound);
	return 0;
}

/*
 * Many: rights that were taken go from TLB and STLB at once.  Those that were
 * given come by one call if it can give them to all; otherwise with the first
 * store to each.
 */
static void
rebind_range(u32 va, u32 n, u32 clear, u32 set, const struct exos_pt_seen *seen)
{
	if (clear & AE_LO_V || (clear | set) & AE_LO_N)
		ae_TLBdelete(va, n);
	else if (clear & (PT_WRITE | PT_DIRTY) || set & PT_COW)
		ae_TLBprotect(va, n);
	else if (set & (PT_WRITE | PT_DIRTY) && seen->all & AE_LO_D) {
		/* Refused if they have more than one capability. */
		struct ae_cap *c = &exos_pin->caps[PT_CAP_OF(seen->all)];

		ae_TLBunprotect(va, n, c->lo, c->hi);
	}
}

static s32
change_range(u32 va, u32 n, u32 clear, u32 set)
{
	struct exos_pt_seen seen = { .all = ~0 };
	u32 at, end;

	va = PAGE_OF(va);
	if (bad_range(va, n))
		return AE_EINVAL;
	end = va + (n << AE_PAGE_SHIFT);
	for (at = va; at < end;) {
		u32 stop = EXOS_PT_NEXT_RUN(at);

		if (stop > end)
			stop = end;
		CRITICAL((exos_pt_change_run(at, (stop - at) >> AE_PAGE_SHIFT,
					     ~(clear | AE_LO_D), set, &seen),
			  0));
		at = stop;
	}
	if (seen.n)
		rebind_range(va, n, clear, set, &seen);
	return seen.n;
}

s32
exos_change(u32 va, u32 n, u32 clear, u32 set)
{
	const u32 bits =
		PT_WRITE | PT_DIRTY | PT_SHARED | PT_COW | AE_LO_N | AE_LO_V;
	s32 e;

	if ((clear | set) & ~bits)
		return AE_EINVAL;
	if (n != 1)
		return change_range(va, n, clear, set);
	e = change_page(va, clear, set);
	return e ? 0 : 1;
}

/* One page is miss.inc's. */
s32
exos_protect_range(u32 va, u32 n, int writable)
{
	s32 seen = writable ? change_range(va, n, 0, PT_WRITE) :
			      change_range(va, n, PT_WRITE, 0);

	return seen < 0 ? seen : (u32)seen == n ? 0 : AE_EINVAL;
}

int
exos_dirty(u32 va)
{
	return (exos_lookup(va) & PT_DIRTY) != 0;
}

s32
exos_clean(u32 va, u32 n)
{
	return exos_change(va, n, PT_DIRTY, 0);
}

s32
exos_alloc_with(const struct ae_cap *c)
{
	s32 page;

	do
		page = ae_Alloc(AE_PAGE_ANY, c->lo, c->hi, c->lo, c->hi, 0, 0,
				0);
	while (page == AE_EAGAIN || (page == AE_ENOMEM && exos_trim()));
	return page;
}

s32
exos_alloc(void)
{
	return exos_alloc_with(&exos_pin->caps[CAP_OWN]);
}

s32
exos_cap_add(const struct ae_cap *c)
{
	return CRITICAL(exos_caps_add(c));
}

void
exos_cap_drop(u32 index)
{
	CRITICAL(exos_caps_drop(index));
}
