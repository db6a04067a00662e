/* SPDX-License-Identifier: MIT */
/* What the tests of signals share. */
#ifndef TESTS_SIGNALS_H
#define TESTS_SIGNALS_H

#include <signal.h>
#include <sys/wait.h>

#include "posix.h"

/* What the newest handler saw, and how many have run. */
static volatile int seen, seen_count;
static siginfo_t seen_info;

static void UNUSED
see(int sig)
{
	seen = sig;
	seen_count++;
}

static void UNUSED
see_info(int sig, siginfo_t *info, void *context)
{
	(void)context;
	see(sig);
	seen_info = *info;
}

/* Handle a signal by see, or by see_info if SA_SIGINFO is among the flags. */
static void UNUSED
handle(int sig, int flags)
{
	struct sigaction a = { .sa_flags = flags };

	if (flags & SA_SIGINFO)
		a.sa_sigaction = see_info;
	else
		a.sa_handler = see;
	sigaction(sig, &a, 0);
	seen = seen_count = 0;
}

/* Wait for a child whatever signals come: its status. */
static int UNUSED
reap(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return status;
}

/* The status of a child that does something and then exits with 0. */
static int UNUSED
status_of(void (*f)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		f();
		_exit(0);
	}
	return reap(pid);
}

/* A child that does something after some ticks, and ends. */
static pid_t UNUSED
later(u32 ticks, void (*f)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		wait_ticks(ticks);
		f();
		_exit(0);
	}
	return pid;
}

#endif
