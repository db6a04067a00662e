/* SPDX-License-Identifier: MIT */
/*
 * The linear page table: a sorted vector (SOSP'95 6.2).
 *
 * All of this file lies in the critical range (program.ld): no slice ends in
 * it, so no gate code runs between two of its stores.  The assembly miss
 * handler may, because the caller's stack can miss; so every store leaves
 * the vector sorted and complete.  An entry may be there twice for a while:
 * searches find the last one.
 */
#include <exos/exos.h>

#include "private.h"

#define NOWHERE 0xffffffff /* not the address of a page */

volatile u32 exos_pt_version;

/* Set an entry; never does an address have another page's frame. */
static void
set(u32 at, u32 va, u32 lo)
{
	volatile struct exos_pte *p = &exos_pt[at];

	p->lo = 0;
	p->va = va;
	p->lo = lo;
}

s32
exos_pt_insert(u32 va, u32 lo)
{
	volatile u32 *count = &exos_pin->pt_count;
	u32 n = *count, at = exos_pt_find(va) + 1;

	if (n == PT_MAX)
		return AE_ENOMEM;
	exos_pt_version++;
	if (at < n) {
		set(n, exos_pt[n - 1].va, exos_pt[n - 1].lo);
		*count = n + 1;
		for (u32 i = n - 1; i > at; i--)
			set(i, exos_pt[i - 1].va, exos_pt[i - 1].lo);
		set(at, va, lo);
	} else {
		set(n, va, lo);
		*count = n + 1;
	}
	return 0;
}

/* Result: the entry that was removed, or 0. */
u32
exos_pt_remove(u32 va)
{
	u32 n = exos_pin->pt_count, at = exos_pt_find(va);
	u32 lo = exos_pt[at].lo;

	if (exos_pt[at].va != va)
		return 0;
	exos_pt_version++;
	for (; at + 1 < n; at++)
		set(at, exos_pt[at + 1].va, exos_pt[at + 1].lo);
	*(volatile u32 *)&exos_pin->pt_count = n - 1;
	set(n - 1, NOWHERE, 0); /* a hint may point here */
	return lo;
}

/* Clear and set bits of an entry.  Result: the entry, or 0. */
u32
exos_pt_change(u32 va, u32 clear, u32 bits)
{
	u32 at = exos_pt_find(va);

	if (exos_pt[at].va != va)
		return 0;
	return exos_pt[at].lo = (exos_pt[at].lo & ~clear) | bits;
}
