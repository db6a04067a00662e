/* SPDX-License-Identifier: MIT */
/*
 * The linear table: a sorted vector, searched by halving (SOSP'95 6.2).
 * Entry 0 is a sentinel at address 0.  While others move, one may be there
 * twice: searches find the last.
 */
#include "table.h"

struct pte {
	u32 va;
	u32 lo;
};

#define TABLE	 ((volatile struct pte *)PT_WINDOW)
#define PER_PAGE (AE_PAGE_SIZE / sizeof(struct pte))
#define COUNT	 (*(volatile u32 *)&exos_pin->pt_count)

void
exos_pt_init(void)
{
	exos_pin->pt_kind = PT_LINEAR;
	COUNT = 0;
}

/* Index of the last entry at or below va; 0 when the table is empty. */
static inline u32
find(u32 va)
{
	u32 low = 0, n = COUNT;

	while (n > 1) {
		u32 half = n / 2;

		if (TABLE[low + half].va <= va)
			low += half;
		n -= half;
	}
	return low;
}

u32
exos_pt_get(u32 va)
{
	volatile struct pte *p = &TABLE[find(va)];

	return (p->va ^ va) >> AE_PAGE_SHIFT ? 0 : p->lo;
}

/* Never does an address have another page's frame. */
static void
set(u32 at, u32 va, u32 lo)
{
	volatile struct pte *p = &TABLE[at];

	p->lo = 0;
	p->va = va;
	p->lo = lo;
}

s32
exos_pt_add(u32 va, u32 lo)
{
	u32 n = COUNT, at;

	va &= ~(AE_PAGE_SIZE - 1);
	if (n / PER_PAGE == PT_PAGES)
		return AE_ENOMEM;
	if (!exos_pin->root[n / PER_PAGE])
		return 1 + n / PER_PAGE;
	if (!n) {
		set(0, 0, 0);
		COUNT = n = 1;
	}
	at = find(va);
	if (TABLE[at].va == va)
		return AE_EINUSE;
	if (++at < n) {
		set(n, TABLE[n - 1].va, TABLE[n - 1].lo);
		COUNT = n + 1;
		for (u32 i = n - 1; i > at; i--)
			set(i, TABLE[i - 1].va, TABLE[i - 1].lo);
		set(at, va, lo);
	} else {
		set(n, va, lo);
		COUNT = n + 1;
	}
	return 0;
}

u32
exos_pt_remove(u32 va)
{
	u32 n = COUNT, at = find(va), lo = exos_pt_get(va);

	if (!lo)
		return 0;
	for (; at + 1 < n; at++)
		set(at, TABLE[at + 1].va, TABLE[at + 1].lo);
	COUNT = n - 1;
	set(n - 1, 0, 0);
	return lo;
}

u32
exos_pt_change(u32 va, u32 keep, u32 set_bits)
{
	volatile struct pte *p = &TABLE[find(va)];

	if ((p->va ^ va) >> AE_PAGE_SHIFT || !p->lo)
		return 0;
	return p->lo = exos_pt_apply(p->lo, keep, set_bits);
}

/* Index of the first entry at or above va. */
static u32
lower(u32 va)
{
	u32 at = find(va);

	return at < COUNT && TABLE[at].va < va ? at + 1 : at;
}

void
exos_pt_change_run(u32 va, u32 n, u32 keep, u32 set_bits,
		   struct exos_pt_seen *seen)
{
	u32 first = lower(va), last = lower(va + (n << AE_PAGE_SHIFT));

	exos_pt_apply_row(&TABLE[first].lo, last - first, 2, keep, set_bits,
			  seen);
}

u32
exos_pt_next(u32 va, u32 end)
{
	u32 at = lower(va);

	return at < COUNT && TABLE[at].va < end ? TABLE[at].va : end;
}
