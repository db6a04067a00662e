/* SPDX-License-Identifier: MIT */
/*
 * The linear page table: a sorted vector, searched by halving (SOSP'95 6.2).
 *
 * The assembly miss handler reads it at any moment, also between two of the
 * stores here (the caller's stack can miss), so every step leaves it sorted
 * and complete; an entry may be there twice for a while.
 */
#include <exos/exos.h>

#include "private.h"

/* Index of the last entry at or below va; entry 0 is a sentinel at 0. */
static u32
find(u32 va)
{
	u32 low = 0, n = exos_pin->pt_count;

	while (n > 1) {
		u32 half = n / 2;

		if (exos_pt[low + half].va <= va)
			low += half;
		n -= half;
	}
	return low;
}

struct exos_pte *
exos_lookup(u32 va)
{
	struct exos_pte *p = &exos_pt[find(va)];

	va &= ~(AE_PAGE_SIZE - 1);
	return p->va == va && va ? p : 0;
}

s32
exos_map(u32 va, u32 lo)
{
	volatile struct exos_pte *pt = exos_pt;
	volatile u32 *count = &exos_pin->pt_count;
	u32 at;

	va &= ~(AE_PAGE_SIZE - 1);
	if (!va || va >= AE_PINNED_BASE)
		return AE_EINVAL;
	at = find(va);
	if (pt[at].va == va) {
		s32 e = exos_unmap(va);

		if (e)
			return e;
		at = find(va);
	}
	if (*count == PT_MAX)
		return AE_ENOMEM;
	at++;
	for (u32 i = *count; i > at; i--) {
		pt[i].va = pt[i - 1].va;
		pt[i].lo = pt[i - 1].lo;
		if (i == *count)
			*count = i + 1;
	}
	if (at == *count) {
		pt[at].lo = lo;
		pt[at].va = va;
		*count = at + 1;
	} else {
		/* pt[at] is a copy of its successor: change lo last. */
		pt[at].lo = 0;
		pt[at].va = va;
		pt[at].lo = lo;
	}
	return 0;
}

s32
exos_unmap(u32 va)
{
	volatile struct exos_pte *pt = exos_pt;
	struct exos_pte *p = exos_lookup(va);
	u32 i, n = exos_pin->pt_count, lo;

	if (!p)
		return AE_EINVAL;
	lo = p->lo;
	p->lo = 0;
	for (i = p - exos_pt; i + 1 < n; i++) {
		pt[i].lo = 0;
		pt[i].va = pt[i + 1].va;
		pt[i].lo = pt[i + 1].lo;
	}
	*(volatile u32 *)&exos_pin->pt_count = n - 1;
	ae_TLBvadelete(va);
	if (lo & PT_OWNED) {
		struct ae_cap *c = &exos_pin->caps[PT_CAP_OF(lo)];

		return ae_Dealloc(lo >> AE_PAGE_SHIFT, c->lo, c->hi);
	}
	return 0;
}

/* Write access is taken away in the table and in TLB and STLB, or given in
 * the table: the next store faults it in. */
s32
exos_protect(u32 va, u32 n, int writable)
{
	for (u32 i = 0; i < n; i++) {
		struct exos_pte *p = exos_lookup(va + i * AE_PAGE_SIZE);

		if (!p)
			return AE_EINVAL;
		p->lo = writable ? p->lo | AE_LO_D : p->lo & ~AE_LO_D;
	}
	return writable ? ae_TLBdelete(va, n) : ae_TLBprotect(va, n);
}

s32
exos_alloc(void)
{
	struct ae_cap *c = &exos_pin->caps[CAP_OWN];

	return ae_Alloc(AE_PAGE_ANY, c->lo, c->hi, c->lo, c->hi, 0);
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
