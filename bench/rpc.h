/* SPDX-License-Identifier: MIT */
/* A client and its server, both one program: what lrpc and tlrpc share. */
#ifndef BENCH_RPC_H
#define BENCH_RPC_H

#include <stdio.h>

#include <exos/ipc.h>

#include "window.h"

/* The server counts calls; the client makes some, for the last count. */
static int
bench_rpc(int argc, char **argv, u32 (*client)(u32 server))
{
	s32 server;
	int bad;

	if (argc > 1)
		return bench_serve();
	server = bench_server(argv[0]);
	if (server < 0)
		return 1;
	bench_wait_for_tick();
	bad = client(server) != BENCH_ROUNDS;
	ae_env_free(server, 0);
	printf("%s: status %d\n", argv[0], bad);
	return bad;
}

#endif
