/* SPDX-License-Identifier: MIT */
/*
 * Processes in bad weather: as many as there can be, killed at any moment of
 * fork and exec, and signals in every window.  All that they had is back.
 *
 * launch: --time-limit 300
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../include/check.h"

#define MANY 250 /* more than there can be environments */

static volatile int handled;

static void
count(int sig)
{
	(void)sig;
	handled++;
}

/* A process that has all of the machine's memory but so many pages. */
static pid_t
hog(u32 leave)
{
	int fd[2];
	pid_t pid;
	char c;

	pipe(fd);
	pid = fork();
	if (pid == 0) {
		while (exos_info->free_pages > leave)
			*(volatile char *)sbrk(AE_PAGE_SIZE) = 1;
		write(fd[1], "r", 1);
		for (;;)
			pause();
	}
	read(fd[0], &c, 1);
	close(fd[0]);
	close(fd[1]);
	return pid;
}

/* Until no more can be made; then all of them end. */
static void
bomb(void)
{
	static pid_t pid[MANY];
	int n = 0, ended = 0, status;

	while (n < MANY && (pid[n] = fork()) > 0)
		n++;
	if (n < MANY && pid[n] == 0)
		for (;;)
			pause();
	check(n > 8 && n < MANY && errno == EAGAIN,
	      "a fork too many: EAGAIN after %d", n);
	for (int i = 0; i < n; i++)
		kill(pid[i], SIGKILL);
	for (int i = 0; i < n; i++)
		ended += waitpid(pid[i], &status, 0) == pid[i] &&
			 WTERMSIG(status) == SIGKILL;
	check(ended == n, "and all are ended");
}

/* A moment that is another one each time. */
static void
some_time(u32 i)
{
	for (volatile u32 n = i * 977 % 30000; n; n--)
		;
}

/* A child that makes grandchildren or execs for ever. */
static _Noreturn void
restless(int execs)
{
	char *const argv[] = { "process_storms", "again", 0 };

	if (execs)
		execv("/bin/process_storms", argv);
	for (;;)
		if (fork() == 0)
			_exit(0);
		else
			wait(0);
}

static void
killed_at_any_moment(int execs)
{
	int ended = 0, status;

	for (u32 i = 0; i < 30; i++) {
		pid_t pid = fork();

		if (pid == 0)
			restless(execs);
		some_time(i);
		for (u32 k = 0; k < i % 4; k++)
			exos_yield(0);
		kill(pid, SIGKILL);
		ended += waitpid(pid, &status, 0) == pid;
	}
	check(ended == 30, "killed while it %s: 30 times",
	      execs ? "execs" : "forks");
}

/* The child counts what the parent sends, whatever it does meanwhile. */
static void
signals_in_every_window(void)
{
	int fd[2], status, sent = 0;
	char c;
	pid_t pid;

	pipe(fd);
	pid = fork();
	if (pid == 0) {
		struct sigaction a = { .sa_handler = count };
		sigset_t mask = 1u << SIGUSR1, old;

		sigaction(SIGUSR1, &a, 0);
		write(fd[1], "r", 1);
		while (handled < 40) {
			sigprocmask(SIG_BLOCK, &mask, &old);
			if (fork() == 0)
				_exit(0);
			sigprocmask(SIG_SETMASK, &old, 0);
			while (wait(0) == -1 && errno == EINTR)
				;
			free(malloc(5000));
		}
		_exit(handled >= 40 ? 7 : 1);
	}
	read(fd[0], &c, 1);
	while (waitpid(pid, &status, WNOHANG) == 0) {
		sent++;
		kill(pid, SIGUSR1);
		some_time(sent);
		exos_yield(0);
	}
	check(WIFEXITED(status) && WEXITSTATUS(status) == 7 && sent >= 40,
	      "%d signals sent, 40 handled, status %#x", sent, status);
	close(fd[0]);
	close(fd[1]);
}

/* Result: the pages that are free when all of it is over. */
static u32
round_of_all(void)
{
	pid_t memory = hog(1200);

	bomb();
	killed_at_any_moment(0);
	killed_at_any_moment(1);
	signals_in_every_window();
	kill(memory, SIGKILL);
	waitpid(memory, 0, 0);
	wait_for_the_dead();
	return exos_info->free_pages;
}

int
main(int argc, char **argv)
{
	u32 before, after;

	(void)argv;
	if (argc > 1)
		restless(1);
	before = round_of_all();
	after = round_of_all();
	check(after >= before,
	      "the second round leaves nothing: %lu pages free, %lu before",
	      (unsigned long)after, (unsigned long)before);
	return check_plan();
}
