/* SPDX-License-Identifier: MIT */
/* Signals: to this process, and between two that wait for each other. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../window.h"

static volatile int handled;

static void
handler(int sig)
{
	handled += sig == SIGUSR1;
}

static int
signals(void)
{
	pid_t self = getpid();

	handled = 0;
	bench_wait_for_tick();
	BENCH_LABEL(signal_at_signals_start);
	for (u32 i = 0; i < BENCH_ROUNDS; i++) {
		BENCH_LABEL(signal_at_signal);
		kill(self, SIGUSR1);
		BENCH_LABEL(signal_at_signalled);
	}
	BENCH_LABEL(signal_at_signals_end);
	return handled != BENCH_ROUNDS;
}

/* Send one, and wait for the answer. */
static void
ask(pid_t other)
{
	const sigset_t none = 0;

	kill(other, SIGUSR1);
	sigsuspend(&none);
}

static int
partner(pid_t parent)
{
	const sigset_t none = 0;

	sigsuspend(&none);
	for (u32 i = 1; i < BENCH_ROUNDS; i++)
		ask(parent);
	kill(parent, SIGUSR1);
	return handled != BENCH_ROUNDS;
}

/* A round is two signals, each to a process that waits for it. */
static int
pairs(void)
{
	const sigset_t usr1 = 1u << SIGUSR1;
	pid_t self = getpid(), pid;
	int status = 1;

	handled = 0;
	sigprocmask(SIG_BLOCK, &usr1, 0);
	pid = fork();
	if (!pid)
		_exit(partner(self));
	BENCH_LABEL(signal_at_pairs_start);
	for (u32 i = 0; i < BENCH_ROUNDS; i++) {
		BENCH_LABEL(signal_at_pair);
		ask(pid);
	}
	BENCH_LABEL(signal_at_pairs_end);
	sigprocmask(SIG_UNBLOCK, &usr1, 0);
	return waitpid(pid, &status, 0) != pid || status ||
	       handled != BENCH_ROUNDS;
}

int
main(void)
{
	int bad;

	signal(SIGUSR1, handler);
	bad = signals() | pairs() << 1;
	printf("signal: status %d\n", bad);
	return bad;
}
