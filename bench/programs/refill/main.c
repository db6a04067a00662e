/* SPDX-License-Identifier: MIT */
/*
 * SOSP'95 5.4: TLB misses that the STLB answers, and misses that go to
 * ExOS's handler, which searches the page table and binds the page again.
 *
 * There are more pages than TLB entries and they are touched in order, so
 * each one has left the TLB when its turn comes.
 */
#include "../../window.h"

static u8 space[(BENCH_ROUNDS + 1) * AE_PAGE_SIZE];

void refill_hits(u32 va, u32 pages);
void refill_upcalls(u32 va, u32 pages);

int
main(void)
{
	u32 va = ((u32)space + AE_PAGE_SIZE - 1) & ~(AE_PAGE_SIZE - 1);

	for (u32 i = 0; i < BENCH_ROUNDS; i++)
		*(volatile u32 *)(va + i * AE_PAGE_SIZE) = i;
	bench_wait_for_tick();
	refill_hits(va, BENCH_ROUNDS);
	ae_TLBdelete(va, BENCH_ROUNDS); /* from TLB and STLB */
	bench_wait_for_tick();
	refill_upcalls(va, BENCH_ROUNDS);
	return 0;
}
