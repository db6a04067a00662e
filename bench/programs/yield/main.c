/* SPDX-License-Identifier: MIT */
/*
 * Yield to the next slice, by a program that is alone: its next is its own.
 * (Yield by name is measured in resources.)
 */
#include "../../window.h"

void yield_start(void), yield_end(void);

__attribute__((noinline)) void
yield_start(void)
{
	asm volatile("" ::: "memory");
}

__attribute__((noinline)) void
yield_end(void)
{
	asm volatile("" ::: "memory");
}

int
main(void)
{
	bench_wait_for_tick();
	yield_start();
	for (u32 i = 0; i < BENCH_ROUNDS; i++)
		exos_yield(AE_NAME_SELF);
	yield_end();
	return 0;
}
