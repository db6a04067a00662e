/* SPDX-License-Identifier: MIT */
/*
 * The inverted table: its size follows that of memory, not of addresses
 * (SOSP'95 7.2, table 13).  Open hashing: an entry is in the first slot that
 * was free from its hash on.  A page that the table does not have yet is one
 * of free slots.
 */
#include "table.h"

struct slot {
	u32 va; /* FREE, GONE, or the address of a page */
	u32 lo;
};

#define FREE 0 /* nothing was ever here: a search ends */
#define GONE 1 /* something was: it goes on */

#define TABLE	 ((volatile struct slot *)PT_WINDOW)
#define PER_PAGE (AE_PAGE_SIZE / sizeof(struct slot))
#define FULL	 (PT_SLOTS / 8 * 7)
#define USED	 (*(volatile u32 *)&exos_pin->pt_count) /* not FREE */
#define NOT	 0xffffffff

void
exos_pt_init(void)
{
	exos_pin->pt_kind = PT_INVERTED;
	USED = 0;
}

static inline u32
hash(u32 va)
{
	u32 n = va >> AE_PAGE_SHIFT;

	return (n ^ n >> PT_HASH_SHIFT) & (PT_SLOTS - 1);
}

static inline u32
after(u32 i)
{
	return (i + 1) & (PT_SLOTS - 1);
}

/* The slot of a page, or NOT. */
static inline u32
find(u32 va)
{
	va &= ~(AE_PAGE_SIZE - 1);
	for (u32 i = hash(va);; i = after(i)) {
		u32 k = TABLE[i].va;

		if (k == FREE)
			return NOT;
		if (k == va)
			return i;
	}
}

u32
exos_pt_get(u32 va)
{
	u32 i = find(va);

	return i == NOT ? 0 : TABLE[i].lo;
}

s32
exos_pt_add(u32 va, u32 lo)
{
	u32 i;

	if (find(va) != NOT)
		return AE_EINUSE;
	for (i = hash(va); TABLE[i].va > GONE; i = after(i))
		;
	if (!exos_pin->root[i / PER_PAGE])
		return 1 + i / PER_PAGE;
	if (TABLE[i].va == FREE) {
		if (USED == FULL)
			return AE_ENOMEM;
		USED++;
	}
	TABLE[i].lo = lo;
	TABLE[i].va = va & ~(AE_PAGE_SIZE - 1);
	return 0;
}

u32
exos_pt_remove(u32 va)
{
	u32 i = find(va), lo;

	if (i == NOT)
		return 0;
	lo = TABLE[i].lo;
	TABLE[i].va = GONE;
	TABLE[i].lo = 0;
	/* Slots at the end of a chain are free again. */
	while (TABLE[i].va == GONE && TABLE[after(i)].va == FREE) {
		TABLE[i].va = FREE;
		USED--;
		i = (i - 1) & (PT_SLOTS - 1);
	}
	return lo;
}

u32
exos_pt_change(u32 va, u32 keep, u32 set)
{
	u32 i = find(va);

	if (i == NOT)
		return 0;
	return TABLE[i].lo = exos_pt_apply(TABLE[i].lo, keep, set);
}

void
exos_pt_change_run(u32 va, u32 n, u32 keep, u32 set, struct exos_pt_seen *seen)
{
	for (; n; n--, va += AE_PAGE_SIZE) {
		u32 i = find(va), lo;

		if (i == NOT)
			continue;
		lo = exos_pt_apply(TABLE[i].lo, keep, set);
		TABLE[i].lo = lo;
		seen->n++;
		seen->all &= lo;
	}
}

u32
exos_pt_next(u32 va, u32 end)
{
	u32 stop = EXOS_PT_NEXT_RUN(va);

	while (va < end && va < stop && find(va) == NOT)
		va += AE_PAGE_SIZE;
	return va < end ? va : end;
}
