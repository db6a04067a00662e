/* SPDX-License-Identifier: MIT */
/*
 * What the measured programs share: how often they do a thing, and a wait
 * for the clock, after which nothing interrupts for 390,000 instructions.
 */
#ifndef BENCH_WINDOW_H
#define BENCH_WINDOW_H

/* The first few repetitions fill the TLB; the counter leaves them out. */
#define BENCH_WARM	8
#define BENCH_ROUNDS	(BENCH_WARM + 128)

#ifndef __ASSEMBLER__

#include <exos/exos.h>

static inline void
bench_wait_for_tick(void)
{
	u32 now = exos_info->ticks;

	while (exos_info->ticks == now)
		;
}

#endif /* !__ASSEMBLER__ */
#endif
