/* SPDX-License-Identifier: MIT */
/*
 * The moment of a fork: private pages become copy-on-write, and the pinned
 * pages and the page table are copied as they are then.
 *
 * Nothing else of this environment runs meanwhile, and it runs on a pinned
 * stack (vm/onestack.S): what it stores lies in the copies alone, so no page
 * that was just made copy-on-write is copied before the table is.
 */
#include "../private.h"

/* Rights to write n pages are taken from TLB and STLB. */
static inline void
tlb_protect(u32 va, u32 n)
{
	register u32 v0 asm("v0") = SYSV_TLBprotect;
	register u32 a0 asm("a0") = va;
	register u32 a1 asm("a1") = n;

	asm volatile("syscall" : "+r"(v0) : "r"(a0), "r"(a1) : "memory");
}

#define NEAR 32 /* pages; a wider gap begins another range */

static u32 first, last; /* the range so far */

static void
end_range(void)
{
	if (first)
		tlb_protect(first, ((last - first) >> AE_PAGE_SHIFT) + 1);
	first = 0;
}

/* A private page, of the program or of ours, becomes copy-on-write. */
static void
make_cow(u32 va)
{
	exos_pt_change(va, ~AE_LO_D, PT_COW);
	if (va - last > NEAR * AE_PAGE_SIZE)
		end_range();
	if (!first)
		first = va;
	last = va;
}

static u32
make_range_cow(u32 va, u32 end)
{
	u32 n = 0, lo;

	for (; (va = exos_pt_next(va, end)) < end;
	     va += lo ? AE_PAGE_SIZE : 0) {
		lo = exos_pt_get(va);
		if (!(lo & PT_OWNED) || va == EXOS_SCRATCH)
			continue;
		n++;
		if (!(lo & (PT_SHARED | PT_COW)))
			make_cow(va);
	}
	return n;
}

/* Result: how many pages of ours there are, but for the scratch page. */
static u32
make_all_cow(void)
{
	static const u32 range[][2] = EXOS_RANGES;
	u32 n = 0;

	last = 0;
	for (u32 i = 0; i < EXOS_NRANGES; i++)
		n += make_range_cow(range[i][0], range[i][1]);
	end_range();
	return n;
}

s32
exos_fork_snapshot(const struct exos_fork_copy *copies)
{
	s32 n = make_all_cow();

	for (const struct exos_fork_copy *c = copies; c->to; c++) {
		u32 *to = (u32 *)c->to;
		const u32 *from = (const u32 *)c->from;

		for (u32 i = 0; i < AE_PAGE_SIZE / 4; i += 8) {
			u32 a = from[i], b = from[i + 1], d = from[i + 2],
			    e = from[i + 3];

			to[i] = a;
			to[i + 1] = b;
			to[i + 2] = d;
			to[i + 3] = e;
			a = from[i + 4];
			b = from[i + 5];
			d = from[i + 6];
			e = from[i + 7];
			to[i + 4] = a;
			to[i + 5] = b;
			to[i + 6] = d;
			to[i + 7] = e;
		}
	}
	return n;
}
