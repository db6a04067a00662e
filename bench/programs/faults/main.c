/* SPDX-License-Identifier: MIT */
/*
 * Faults that ExOS answers by itself: the first store to a page that was
 * clean, to one that did not exist, and to a copy.
 */
#include <stdio.h>

#include "faults.h"

#define SPACE EXOS_FREE
#define COPY  (EXOS_FREE + 0x01000000)
#define BYTES (BENCH_ROUNDS * AE_PAGE_SIZE)

int
main(void)
{
	s32 e;

	exos_region_add(&(struct exos_region){
		.start = SPACE,
		.end = SPACE + BYTES,
		.fault = exos_fault_zero,
	});
	bench_wait_for_tick();
	faults_zero(SPACE, SPACE + BYTES);
	exos_clean(SPACE, BENCH_ROUNDS);
	bench_wait_for_tick();
	faults_clean(SPACE, SPACE + BYTES);
	e = exos_alias(COPY, SPACE, BENCH_ROUNDS, 1);
	bench_wait_for_tick();
	faults_copy(COPY, COPY + BYTES);
	for (u32 i = 0; i < BENCH_ROUNDS; i++)
		if (exos_lookup(SPACE + i * AE_PAGE_SIZE) >> AE_PAGE_SHIFT ==
		    exos_lookup(COPY + i * AE_PAGE_SIZE) >> AE_PAGE_SHIFT)
			e = 1;
	printf("faults: status %ld\n", (long)e);
	return e != 0;
}
