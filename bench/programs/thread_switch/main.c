/* SPDX-License-Identifier: MIT */
/* Two threads that yield to each other: a round is two switches. */
#include <stdio.h>

#include <exos/thread.h>

#include "../../window.h"

static int
partner(void *arg)
{
	for (u32 i = 0; i < BENCH_ROUNDS; i++)
		exos_thread_yield();
	return (int)arg;
}

int
main(void)
{
	struct exos_thread *t = exos_thread_create(partner, 0);
	int result = 1;

	if (!t)
		return 1;
	bench_wait_for_tick();
	BENCH_LABEL(thread_switch_start);
	for (u32 i = 0; i < BENCH_ROUNDS; i++) {
		BENCH_LABEL(thread_switch);
		exos_thread_yield();
	}
	BENCH_LABEL(thread_switch_end);
	exos_thread_join(t, &result);
	printf("thread_switch: status %d\n", result);
	return result;
}
