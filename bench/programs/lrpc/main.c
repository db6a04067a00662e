/* SPDX-License-Identifier: MIT */
/*
 * SOSP'95 tables 8 and 12: lrpc.  The server increments a counter and
 * returns it.  A call is counted from its first instruction to the one it
 * returns to.
 */
#include "../../rpc.h"

u32 lrpc_procedure(void);

/* The one procedure. */
u32
lrpc_procedure(void)
{
	static u32 counter;

	return ++counter;
}

static u32
client(u32 server)
{
	uint64_t r = 0;

	BENCH_LABEL(lrpc_start);
	for (u32 i = 0; i < BENCH_ROUNDS; i++) {
		r = exos_lrpc(server, 0);
		BENCH_LABEL(lrpc_returned);
	}
	BENCH_LABEL(lrpc_end);
	return exos_rpc_value(r);
}

int
main(int argc, char **argv)
{
	return bench_rpc(argc, argv, client);
}
