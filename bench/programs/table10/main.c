/* SPDX-License-Identifier: MIT */
/*
 * SOSP'95 tables 10 and 13: operations on virtual memory, after Appel and Li
 * (ASPLOS'91).  Linked once with each page table (the file pt).
 */
#include <stdio.h>

#include "ops.h"

static u32 space[(OPS_PAGES + 1) * AE_PAGE_SIZE / 4];
static u32 base;
u32 ops_order[BENCH_ROUNDS];
static u32 protected;

static u32
page(u32 i)
{
	return base + i * AE_PAGE_SIZE;
}

void
ops_touch_all(void)
{
	for (u32 i = 0; i < OPS_PAGES; i++)
		*(volatile u32 *)page(i) = i + 1;
}

/* Every page once in OPS_PAGES steps, in no order. */
static void
shuffle(void)
{
	u32 seed = 1, n[OPS_PAGES];

	for (u32 i = 0; i < OPS_PAGES; i++)
		n[i] = i;
	for (u32 i = OPS_PAGES - 1; i > 0; i--) {
		u32 k, old = n[i];

		seed = seed * 1103515245 + 12345;
		k = (seed >> 16) % (i + 1);
		n[i] = n[k];
		n[k] = old;
	}
	for (u32 i = 0; i < BENCH_ROUNDS; i++)
		ops_order[i] = page(n[i % OPS_PAGES]);
}

/* trap: the fault is taken and handled, here by going on. */
static int
skip(struct exos_frame *f)
{
	f->epc += 4;
	return 0;
}

/* appel1: protect some other page, and allow this one. */
static int
appel1(struct exos_frame *f)
{
	exos_protect(protected, 1, 0);
	protected = f->badvaddr;
	return exos_protect(f->badvaddr, 1, 1);
}

/* appel2: allow this one. */
static int
appel2(struct exos_frame *f)
{
	return exos_protect(f->badvaddr, 1, 1);
}

/* Page by page, as ExOS most likely did in 1995. */
void
ops_each(u32 va, u32 n, int writable)
{
	for (u32 i = 0; i < n; i++)
		exos_protect(va + i * AE_PAGE_SIZE, 1, writable);
}

/* How many pages can be written?  The handlers do not count. */
static u32
writable(void)
{
	u32 n = 0;

	for (u32 i = 0; i < OPS_PAGES; i++)
		n += (exos_lookup(page(i)) & PT_WRITE) != 0;
	return n;
}

/* How many hold what ops_touch_all put there? */
static u32
untouched(void)
{
	u32 n = 0;

	for (u32 i = 0; i < OPS_PAGES; i++)
		n += *(volatile u32 *)page(i) == i + 1;
	return n;
}

static int
expect(const char *what, u32 got, u32 want)
{
	if (got != want)
		printf("%s: %lu, not %lu\n", what, (unsigned long)got,
		       (unsigned long)want);
	return got != want;
}

int
main(void)
{
	int status = 0;

	base = ((u32)space + AE_PAGE_SIZE - 1) & ~(AE_PAGE_SIZE - 1);
	shuffle();
	ops_touch_all();

	bench_wait_for_tick();
	ops_dirty(ops_order, BENCH_ROUNDS);
	bench_wait_for_tick();
	ops_prot1(ops_order, BENCH_ROUNDS);
	bench_wait_for_tick();
	ops_prot100(base, OPS_RANGES);
	bench_wait_for_tick();
	ops_prot100_each(base, OPS_RANGES);

	ops_touch_all();
	exos_on_protection(skip);
	exos_protect(base, OPS_PAGES, 0);
	bench_wait_for_tick();
	ops_trap(ops_order, BENCH_ROUNDS);
	status |= expect("trap, pages left alone", untouched(), OPS_PAGES);

	exos_on_protection(appel1);
	protected = ops_order[OPS_PAGES - 1];
	exos_protect(protected, 1, 1);
	bench_wait_for_tick();
	ops_appel1(ops_order, BENCH_ROUNDS);
	status |= expect("appel1, pages left alone", untouched(), 0);
	status |= expect("appel1, writable pages", writable(), 1);

	exos_on_protection(appel2);
	exos_protect(base, OPS_PAGES, 1);
	bench_wait_for_tick();
	ops_appel2(base, OPS_RANGES);
	status |= expect("appel2, pages left alone", untouched(), 0);
	status |= expect("appel2, writable pages", writable(), OPS_PAGES);
	exos_on_protection(0);
	printf("table10: status %d\n", status);
	return status;
}
