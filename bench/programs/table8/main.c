/* SPDX-License-Identifier: MIT */
/*
 * SOSP'95 table 8: two processes pass a counter of one word to and fro by
 * pipe, by pipe' (inlined), and in shared memory with a yield to the partner.
 * A round is two ways; the rows are halved.
 */
#include <stdio.h>
#include <stdlib.h>

#include <exos/ipc.h>

#include "../../window.h"

#define SHARED 0x30000000 /* a page: two pipes, then the word */
#define PART   1024

static struct exos_pipe ping, pong;
static volatile u32 *const word = (u32 *)(SHARED + 2 * PART);

static u32
pipe_client(void)
{
	u32 n = 0;

	BENCH_LABEL(table8_pipe_start);
	for (u32 i = 0; i < BENCH_ROUNDS; i++) {
		BENCH_LABEL(table8_pipe);
		exos_pipe_write(&ping, &n, sizeof n);
		exos_pipe_read(&pong, &n, sizeof n);
	}
	BENCH_LABEL(table8_pipe_end);
	return n;
}

static void
pipe_server(u32 rounds)
{
	u32 n;

	for (u32 i = 0; i < rounds; i++) {
		exos_pipe_read(&ping, &n, sizeof n);
		n++;
		exos_pipe_write(&pong, &n, sizeof n);
	}
}

static u32
inlined_client(void)
{
	u32 n = 0;

	BENCH_LABEL(table8_inlined_start);
	for (u32 i = 0; i < BENCH_ROUNDS; i++) {
		BENCH_LABEL(table8_inlined);
		exos_pipe_put(&ping, n);
		exos_pipe_get(&pong, &n);
	}
	BENCH_LABEL(table8_inlined_end);
	return n;
}

static void
inlined_server(void)
{
	u32 n;

	for (u32 i = 0; i < BENCH_ROUNDS; i++) {
		exos_pipe_get(&ping, &n);
		exos_pipe_put(&pong, n + 1);
	}
}

/* The client makes the word odd, the server even. */
static u32
shm_client(u32 partner)
{
	BENCH_LABEL(table8_shm_start);
	for (u32 i = 0; i < BENCH_ROUNDS; i++) {
		BENCH_LABEL(table8_shm);
		++*word;
		while (*word & 1)
			exos_yield(partner);
	}
	BENCH_LABEL(table8_shm_end);
	return *word / 2;
}

static void
shm_server(u32 partner)
{
	for (u32 i = 0; i < BENCH_ROUNDS; i++) {
		while (!(*word & 1))
			exos_yield(partner);
		++*word;
	}
}

static void
use_pipes(void)
{
	exos_pipe_use(&ping, (void *)SHARED, PART);
	exos_pipe_use(&pong, (void *)(SHARED + PART), PART);
}

static int
serve(const char *share)
{
	u32 parent = exos_pin->boot.parent;

	if (exos_share_map_text(share, SHARED))
		return 1;
	use_pipes();
	pipe_server(1);
	pipe_server(BENCH_ROUNDS);
	inlined_server();
	shm_server(parent);
	return 0;
}

/* The server starts, and all is touched. */
static int
first_round(void)
{
	u32 n = 0;

	exos_pipe_write(&ping, &n, sizeof n);
	exos_pipe_read(&pong, &n, sizeof n);
	return n != 1;
}

static int
done(const char *what, u32 n)
{
	if (n != BENCH_ROUNDS)
		printf("%s: %lu rounds\n", what, (unsigned long)n);
	return n != BENCH_ROUNDS;
}

int
main(int argc, char **argv)
{
	char text[EXOS_SHARE_TEXT], *child[] = { argv[0], text };
	struct exos_share share;
	s32 server;
	int bad = 0;

	if (argc > 1)
		return serve(argv[1]);
	if (exos_share_make(&share, SHARED) ||
	    exos_pipe_make((void *)SHARED, PART) ||
	    exos_pipe_make((void *)(SHARED + PART), PART))
		return 1;
	exos_share_text(&share, text);
	server = exos_spawn_slices(2, child, 0);
	if (server < 0)
		return 1;
	use_pipes();
	exos_pipe_hold(&ping, EXOS_WRITE, exos_self);
	exos_pipe_hold(&ping, EXOS_READ, server);
	exos_pipe_hold(&pong, EXOS_WRITE, server);
	exos_pipe_hold(&pong, EXOS_READ, exos_self);
	bad |= first_round();
	bench_wait_for_tick();
	bad |= done("pipe", pipe_client());
	bench_wait_for_tick();
	bad |= done("pipe'", inlined_client());
	bench_wait_for_tick();
	bad |= done("shm", shm_client(server));
	bad |= exos_wait(server) != 0;
	printf("table8: status %d\n", bad);
	return bad;
}
