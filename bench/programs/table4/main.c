/* SPDX-License-Identifier: MIT */
/* SOSP'95 table 4: a procedure call, and a system call on each path. */
#include "../../window.h"

void table4_run(u32 rounds);

int
main(void)
{
	bench_wait_for_tick();
	table4_run(BENCH_ROUNDS);
	return 0;
}
