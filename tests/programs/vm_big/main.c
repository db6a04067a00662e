/* SPDX-License-Identifier: MIT */
/* A process maps 12 MB, in order and at random, and gives them back. */
#include "../../include/check.h"

#define PAGE AE_PAGE_SIZE
#define N    3072
#define AT   EXOS_FREE

static u32
page(u32 i)
{
	return AT + i * PAGE;
}

/* All of 0 to N - 1, in no order. */
static u32
scattered(u32 i)
{
	return i * 1999 % N;
}

static u32
wrong(u32 step)
{
	u32 bad = 0;

	for (u32 i = 0; i < N; i += step)
		bad += *(volatile u32 *)page(i) != i * 7;
	return bad;
}

/* What the table keeps for itself, at most, is `kept' pages. */
static void
use(u32 (*order)(u32), u32 kept, const char *how)
{
	u32 free = free_pages(), bad = 0;

	for (u32 i = 0; i < N; i++)
		*(volatile u32 *)page(order(i)) = order(i) * 7;
	check_is(wrong(1), 0, how);
	check(free - exos_info->free_pages >= N, "it takes its pages");
	check_is(exos_protect(AT, N, 0), 0, "all are protected");
	check_is(probe_store(page(N / 2), 0), AE_EXC_MOD, "indeed");
	check_is(exos_protect(AT, N, 1), 0, "and writable again");
	check_is(exos_clean(AT, N), N, "all are cleaned");
	*(volatile u32 *)page(17) = 17 * 7;
	for (u32 i = 0; i < N; i++)
		bad += exos_dirty(page(i)) != (i == 17);
	check_is(bad, 0, "the one that was written is dirty");
	for (u32 i = 0; i < N; i += 2)
		exos_unmap(page(order(i)));
	for (u32 i = 1; i < N; i += 2)
		bad += *(volatile u32 *)page(order(i)) != order(i) * 7;
	check_is(bad, 0, "half of them are unmapped; the others stay");
	for (u32 i = 1; i < N; i += 2)
		exos_unmap(page(order(i)));
	check_is(exos_next(AT, page(N)), page(N), "all are unmapped");
	check(free_pages() + kept >= free, "and free");
}

static u32
in_order(u32 i)
{
	return i;
}

int
main(void)
{
	exos_region_add(&(struct exos_region){
		.start = AT, .end = page(N), .fault = exos_fault_zero });
	use(in_order, 16, "12 MB, in order");
	use(scattered, 0, "12 MB, at random");
	return check_plan();
}
