/* SPDX-License-Identifier: MIT */
/* Mapping pages: the page table and the bindings made from it. */
#include <exos/exos.h>

#include "private.h"

#define PAGE_OF(va) ((va) & ~(AE_PAGE_SIZE - 1))

/* A tick that came while the table changed was only recorded: end now. */
static void
end_slice_if_due(void)
{
	volatile u32 *due = &exos_pin->intx[AE_SAVE_PENDING / 4];

	if (!*due)
		return;
	*due = 0;
	exos_yield(AE_NAME_SELF);
}

/* Gate code may change the table while we look: then we look again. */
u32
exos_lookup(u32 va)
{
	u32 version, at, lo;

	do {
		version = exos_pt_version;
		at = exos_pt_find(va);
		lo = exos_pt[at].va == PAGE_OF(va) ? exos_pt[at].lo : 0;
	} while (version != exos_pt_version);
	return lo;
}

s32
exos_map(u32 va, u32 lo)
{
	s32 e;

	va = PAGE_OF(va);
	if (!va || va >= AE_PINNED_BASE)
		return AE_EINVAL;
	if (exos_lookup(va)) {
		e = exos_unmap(va);
		if (e)
			return e;
	}
	e = exos_pt_insert(va, lo);
	end_slice_if_due();
	return e;
}

s32
exos_unmap(u32 va)
{
	u32 lo = exos_pt_remove(PAGE_OF(va));
	s32 e = 0;

	if (!lo)
		return AE_EINVAL;
	ae_TLBvadelete(va);
	if (lo & PT_OWNED) {
		struct ae_cap *c = &exos_pin->caps[PT_CAP_OF(lo)];

		e = ae_Dealloc(lo >> AE_PAGE_SHIFT, c->lo, c->hi);
	}
	end_slice_if_due();
	return e;
}

/*
 * Write access is taken away in the table and in TLB and STLB, or given in
 * the table: the next store faults it in.
 */
s32
exos_protect(u32 va, u32 n, int writable)
{
	for (u32 i = 0; i < n; i++)
		if (!exos_pt_change(PAGE_OF(va) + i * AE_PAGE_SIZE,
				    writable ? 0 : AE_LO_D,
				    writable ? AE_LO_D : 0))
			return AE_EINVAL;
	return writable ? ae_TLBdelete(va, n) : ae_TLBprotect(va, n);
}

s32
exos_alloc(void)
{
	struct ae_cap *c = &exos_pin->caps[CAP_OWN];
	s32 page;

	do
		page = ae_Alloc(AE_PAGE_ANY, c->lo, c->hi, c->lo, c->hi, 0, 0,
				0);
	while (page == AE_EAGAIN);
	return page;
}

/* Index 0 is the public capability; an unused slot is zero as well. */
s32
exos_cap_add(const struct ae_cap *c)
{
	struct ae_cap *caps = exos_pin->caps;

	for (u32 i = CAP_OWN + 1; i < PIN_NCAPS; i++) {
		if (caps[i].lo | caps[i].hi)
			continue;
		caps[i] = *c;
		return i;
	}
	return AE_ENOMEM;
}
