/* SPDX-License-Identifier: MIT */
/*
 * What the measured programs share: how often they do a thing, and a wait
 * for the clock, after which nothing interrupts for 390,000 instructions.
 */
#ifndef BENCH_WINDOW_H
#define BENCH_WINDOW_H

/* The first few repetitions fill the TLB; the counter leaves them out. */
#define BENCH_WARM   8
#define BENCH_ROUNDS (BENCH_WARM + 128)

#ifndef __ASSEMBLER__

#include <exos/exos.h>

static inline void
bench_wait_for_tick(void)
{
	u32 now = exos_info->ticks;

	while (exos_info->ticks == now)
		;
}

/* A place in C that the host counts from or to. */
#define BENCH_LABEL(name) asm volatile(".globl " #name "\n" #name ":")

/* A server that is this program again, without slices: started, gate open. */
static inline s32
bench_server(char *program)
{
	char *argv[] = { program, "serve" };
	s32 server = exos_spawn_slices(2, argv, 0);
	const volatile struct ae_gate *g = &exos_gates[AE_NAME_NUMBER(server)];

	if (server < 0)
		return server;
	while (g->state == AE_ENV_LIVE && !(g->flags & AE_GATE_CALLS))
		exos_yield(server);
	return server;
}

/* The server's main. */
static inline int
bench_serve(void)
{
	ae_gate_flags(AE_GATE_CALLS);
	exos_yield(exos_pin->boot.parent);
	return 1; /* ended by its client, never here */
}

#endif /* !__ASSEMBLER__ */
#endif
