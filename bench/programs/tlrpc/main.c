/* SPDX-License-Identifier: MIT */
/*
 * SOSP'95 table 12: tlrpc.  The server keeps every register that C keeps,
 * and the client's reply entry is for nothing else.
 */
#include "../../rpc.h"

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
	return bench_rpc(argc, argv, client);
}
