/* SPDX-License-Identifier: MIT */
/*
 * SOSP'95 table 5: exceptions, to a handler of a few instructions in a bare
 * environment, and to a C function by way of ExOS's fault code.
 */
#include <stdio.h>

#include "../../bare.h"
#include "../../window.h"

void table5_bare(void);
void table5_handler(void);
void table5_exos(u32 rounds, volatile u32 *read_only);

static volatile u32 page[2 * AE_PAGE_SIZE / 4];
static u32 seen[AE_NCAUSE];

/* Go on after the instruction. */
static int
skip(struct exos_frame *f)
{
	seen[(f->cause & AE_CAUSE_MASK) >> 2]++;
	f->epc += 4;
	return 0;
}

int
main(void)
{
	static const u32 cause[] = { AE_EXC_ADEL, AE_EXC_OV, AE_EXC_CPU,
				     AE_EXC_MOD };
	struct ae_env_desc d = { .flags = 0 };
	u32 va = ((u32)page + AE_PAGE_SIZE - 1) & ~(AE_PAGE_SIZE - 1);
	s32 name, status;

	for (u32 i = 0; i < 4; i++) {
		d.handler[cause[i]] = (u32)table5_handler;
		exos_on_exception(cause[i], skip);
	}
	name = bare_make(&d, table5_bare, 0);
	if (name < 0) {
		printf("no environment: %ld\n", (long)name);
		return 1;
	}
	bench_wait_for_tick();
	exos_yield(name);
	status = exos_wait(name);

	*(volatile u32 *)va = 0;
	exos_protect(va, 1, 0);
	bench_wait_for_tick();
	table5_exos(BENCH_ROUNDS, (u32 *)va);
	for (u32 i = 0; i < 4; i++)
		if (seen[cause[i]] != BENCH_ROUNDS)
			status = 2;
	printf("table5: status %ld\n", (long)status);
	return status;
}
