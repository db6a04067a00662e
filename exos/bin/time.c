/* SPDX-License-Identifier: MIT */
/* time COMMAND [WORD...]: runs a command and says how long it took. */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "tool.h"

/* As a shell has it. */
static int
status_of(int s)
{
	return WIFEXITED(s) ? WEXITSTATUS(s) : 128 + WTERMSIG(s);
}

int
main(int argc, char **argv)
{
	struct timespec from, to;
	pid_t pid;
	int s;

	if (argc < 2)
		usage("time command [word...]");
	clock_gettime(CLOCK_MONOTONIC, &from);
	pid = fork();
	if (pid < 0) {
		complain("time", "fork");
		return 125;
	}
	if (pid == 0) {
		execvp(argv[1], argv + 1);
		complain("time", argv[1]);
		_exit(errno == ENOENT ? 127 : 126);
	}
	if (waitpid(pid, &s, 0) < 0) {
		complain("time", argv[1]);
		return 125;
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	to.tv_sec -= from.tv_sec;
	to.tv_nsec -= from.tv_nsec;
	if (to.tv_nsec < 0) {
		to.tv_sec--;
		to.tv_nsec += 1000000000;
	}
	fprintf(stderr, "real %ld.%02ld\n", (long)to.tv_sec,
		to.tv_nsec / 10000000);
	return status_of(s);
}
