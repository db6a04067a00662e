/* SPDX-License-Identifier: MIT */
/*
 * Processes: fork, exec, spawn and wait, of and by this program.
 *
 * A slice that ends in a round spoils it, so there are more rounds than are
 * asked for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../window.h"

#define ROUNDS (BENCH_WARM + 40)

/* What fork's caller does until it returns, and until all is over. */
static int
forks(void)
{
	int status = 0, all = 0;

	bench_wait_for_tick();
	for (u32 i = 0; i < ROUNDS; i++) {
		pid_t pid;

		BENCH_LABEL(process_at_fork);
		pid = fork();
		BENCH_LABEL(process_at_forked);
		if (!pid)
			_exit(0);
		all |= pid < 0 || waitpid(pid, &status, 0) != pid || status;
		BENCH_LABEL(process_at_collected);
	}
	return all;
}

/* The child's environment: the one that has us for a parent. */
static const volatile struct ae_gate *
youngest(void)
{
	const volatile struct ae_gate *found = 0;

	for (u32 n = 1; n < AE_NENV; n++)
		if (exos_gates[n].parent == exos_self)
			found = &exos_gates[n];
	return found;
}

/* A child that has just ended, of which nothing was taken back yet. */
static int
waits(void)
{
	int status = 0, all = 0;

	for (u32 i = 0; i < ROUNDS; i++) {
		pid_t pid = fork(), got;
		const volatile struct ae_gate *g;

		if (!pid)
			_exit(0);
		for (g = youngest(); g && g->state == AE_ENV_LIVE;)
			exos_yield(g->name);
		BENCH_LABEL(process_at_wait);
		got = waitpid(pid, &status, 0);
		BENCH_LABEL(process_at_waited);
		all |= got != pid || status;
	}
	return all;
}

static int
spawns(char *program)
{
	char *argv[] = { program, "end" };
	int all = 0;

	bench_wait_for_tick();
	for (u32 i = 0; i < ROUNDS; i++) {
		BENCH_LABEL(process_at_spawn);
		all |= exos_wait(exos_spawn(2, argv));
		BENCH_LABEL(process_at_spawned);
	}
	return all;
}

/* This program again, until `left' is 0; from main to main. */
static int
exec(char *program, u32 left)
{
	char path[32], number[12];
	char *argv[] = { program, number, 0 };

	BENCH_LABEL(process_at_execed);
	if (!left)
		return 0;
	snprintf(number, sizeof number, "%lu", (unsigned long)left - 1);
	snprintf(path, sizeof path, "/bin/%s", program);
	BENCH_LABEL(process_at_exec);
	execv(path, argv);
	return 1;
}

/* By a child, because the first environment cannot end. */
static int
execs(char *program)
{
	int status = 1;
	pid_t pid;

	pid = fork();
	if (!pid)
		_exit(exec(program, ROUNDS));
	waitpid(pid, &status, 0);
	return status;
}

int
main(int argc, char *argv[])
{
	int bad;

	if (argc == 2)
		return strcmp(argv[1], "end") ?
			       exec(argv[0], strtoul(argv[1], 0, 10)) :
			       0;
	bad = forks() | waits() << 1 | spawns(argv[0]) << 2 |
	      execs(argv[0]) << 3;
	printf("process: %u pages: status %d\n",
	       (unsigned)exos_gates[AE_NAME_NUMBER(exos_self)].pages, bad);
	return bad != 0;
}
