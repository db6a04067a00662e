/* SPDX-License-Identifier: MIT */
/*
 * SOSP'95 table 12: tlrpc.  The server keeps every register that C keeps,
 * and the client's reply entry is for nothing else.
 */
#include <stdio.h>

#include <exos/ipc.h>

#include "../../window.h"

static u32
client(u32 server)
{
	uint64_t r = 0;

	BENCH_LABEL(tlrpc_start);
	for (u32 i = 0; i < BENCH_ROUNDS; i++) {
		r = exos_tlrpc(server, 0);
		BENCH_LABEL(tlrpc_returned);
	}
	BENCH_LABEL(tlrpc_end);
	return exos_rpc_value(r);
}

int
main(int argc, char **argv)
{
	s32 server;
	u32 n;

	if (argc > 1)
		return bench_serve();
	server = bench_server(argv[0]);
	if (server < 0)
		return 1;
	bench_wait_for_tick();
	n = client(server);
	ae_env_free(server, 0);
	printf("tlrpc: status %d\n", n != BENCH_ROUNDS);
	return n != BENCH_ROUNDS;
}
