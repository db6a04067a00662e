/* SPDX-License-Identifier: MIT */
/*
 * A program's own page table, about the least there can be: a list of pairs
 * in the order they came, searched from its end.
 */
#include "../../../exos/vm/table.h"

struct pair {
	u32 va;
	u32 lo;
};

#define TABLE	   ((volatile struct pair *)PT_WINDOW)
#define PER_PAGE   (AE_PAGE_SIZE / sizeof(struct pair))
#define COUNT	   (*(volatile u32 *)&exos_pin->pt_count)
#define PAGE_OF(x) ((x) & ~(AE_PAGE_SIZE - 1))

void
exos_pt_init(void)
{
	exos_pin->pt_kind = 0; /* none that a debugger knows */
	COUNT = 0;
}

static volatile struct pair *
find(u32 va)
{
	for (u32 i = COUNT; i-- > 0;)
		if (TABLE[i].va == PAGE_OF(va))
			return &TABLE[i];
	return 0;
}

u32
exos_pt_get(u32 va)
{
	volatile struct pair *p = find(va);

	return p ? p->lo : 0;
}

s32
exos_pt_add(u32 va, u32 lo)
{
	u32 n = COUNT;

	if (find(va))
		return AE_EINUSE;
	if (n / PER_PAGE == PT_PAGES)
		return AE_ENOMEM;
	if (!exos_pin->root[n / PER_PAGE])
		return 1 + n / PER_PAGE;
	TABLE[n].va = PAGE_OF(va);
	TABLE[n].lo = lo;
	COUNT = n + 1;
	return 0;
}

u32
exos_pt_remove(u32 va)
{
	volatile struct pair *p = find(va), *last = &TABLE[COUNT - 1];
	u32 lo;

	if (!p)
		return 0;
	lo = p->lo;
	p->lo = 0; /* the last one is there twice for a while */
	p->va = last->va;
	p->lo = last->lo;
	COUNT--;
	last->va = last->lo = 0;
	return lo;
}

u32
exos_pt_change(u32 va, u32 keep, u32 set)
{
	volatile struct pair *p = find(va);

	return p ? p->lo = exos_pt_apply(p->lo, keep, set) : 0;
}

void
exos_pt_change_run(u32 va, u32 n, u32 keep, u32 set, struct exos_pt_seen *seen)
{
	for (; n; n--, va += AE_PAGE_SIZE) {
		u32 lo = exos_pt_change(va, keep, set);

		if (!lo)
			continue;
		seen->n++;
		seen->all &= lo;
	}
}

u32
exos_pt_next(u32 va, u32 end)
{
	u32 first = end;

	for (u32 i = 0; i < COUNT; i++)
		if (TABLE[i].va >= va && TABLE[i].va < first)
			first = TABLE[i].va;
	return first;
}
