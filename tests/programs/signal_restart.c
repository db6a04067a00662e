/* SPDX-License-Identifier: MIT */
/* Calls that wait when a signal comes: SA_RESTART, EINTR. */
#include <poll.h>
#include <sys/select.h>
#include <time.h>

#include "../include/signals.h"

static int ends[2];
static char full[4096];

static void
signal_then_write(void)
{
	kill(getppid(), SIGUSR1);
	wait_ticks(4);
	write(ends[1], "x", 1);
}

static void
signal_then_read(void)
{
	kill(getppid(), SIGUSR1);
	wait_ticks(4);
	read(ends[0], full, sizeof full);
}

static void
signal_only(void)
{
	kill(getppid(), SIGUSR1);
	wait_ticks(4);
}

static void
reading(void)
{
	pid_t pid;

	handle(SIGUSR1, 0);
	pid = later(2, signal_then_write);
	fails(read(ends[0], full, 9), EINTR);
	gives(read(ends[0], full, 9), 1);
	reap(pid);
	handle(SIGUSR1, SA_RESTART);
	pid = later(2, signal_then_write);
	gives(read(ends[0], full, 9), 1);
	good(seen_count == 1, "SA_RESTART: read goes on after the handler");
	reap(pid);
}

static void
writing(void)
{
	pid_t pid;

	gives(write(ends[1], full, sizeof full), sizeof full);
	handle(SIGUSR1, 0);
	pid = later(2, signal_then_read);
	fails(write(ends[1], "y", 1), EINTR);
	gives(write(ends[1], "y", 1), 1);
	reap(pid);
	gives(read(ends[0], full, sizeof full), 1);
	gives(write(ends[1], full, sizeof full), sizeof full);
	handle(SIGUSR1, SA_RESTART);
	pid = later(2, signal_then_read);
	gives(write(ends[1], "z", 1), 1);
	good(seen_count == 1, "SA_RESTART: write goes on after the handler");
	reap(pid);
	gives(read(ends[0], full, sizeof full), 1);
	handle(SIGUSR1, 0);
	pid = later(2, signal_only);
	gives(write(ends[1], full, sizeof full), sizeof full);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	gives(read(ends[0], full, sizeof full), sizeof full);
	fcntl(ends[0], F_SETFL, 0);
	reap(pid);
}

static void
others(void)
{
	struct timespec long_time = { .tv_sec = 20 }, left;
	struct pollfd p = { .fd = ends[0], .events = POLLIN };
	fd_set reads;
	pid_t pid;

	handle(SIGUSR1, 0);
	pid = later(2, signal_only);
	fails(waitpid(pid, 0, 0), EINTR);
	gives(waitpid(pid, 0, 0), pid);
	handle(SIGUSR1, SA_RESTART);
	pid = later(2, signal_only);
	gives(waitpid(pid, 0, 0), pid);
	good(seen_count == 1, "SA_RESTART: waitpid goes on");
	pid = later(2, signal_only);
	fails(nanosleep(&long_time, &left), EINTR);
	good(left.tv_sec > 10,
	     "nanosleep ends all the same, with what is left");
	reap(pid);
	pid = later(2, signal_only);
	fails(poll(&p, 1, -1), EINTR);
	reap(pid);
	FD_ZERO(&reads);
	FD_SET(ends[0], &reads);
	pid = later(2, signal_only);
	fails(select(ends[0] + 1, &reads, 0, 0, 0), EINTR);
	reap(pid);
	signal(SIGUSR1, SIG_IGN);
	pid = later(0, signal_then_write);
	gives(read(ends[0], full, 9), 1);
	reap(pid);
	signal(SIGUSR1, SIG_DFL);
}

static void
test(void)
{
	gives(pipe(ends), 0);
	reading();
	writing();
	others();
	close(ends[0]);
	close(ends[1]);
}

int
main(void)
{
	return posix_main(test);
}
