/* SPDX-License-Identifier: MIT */
/*
 * The first process runs one program after another in its place, and the
 * machine goes on until the last of them ends.
 */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../include/check.h"

#define PROGRAMS 4

/* Enough to be over only after the one before it is. */
static void
take_time(void)
{
	for (int i = 0; i < 20; i++)
		exos_yield(0);
}

static int
next(int n, const char *pid)
{
	char number[2] = { '0' + n, 0 };

	execv("/bin/exec_first",
	      (char *[]){ "exec_first", number, (char *)pid, 0 });
	return 1;
}

int
main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 0, status;
	char pid[12];

	snprintf(pid, sizeof pid, "%d", getpid());
	take_time();
	if (n < PROGRAMS)
		return next(n + 1, n ? argv[2] : pid);
	check(exos_self != exos_info->boot_env, "the last is another's "
						"environment");
	check(getpid() == atoi(argv[2]), "and the process is the same");
	if (fork() == 0)
		_exit(3);
	check(wait(&status) > 0 && WEXITSTATUS(status) == 3,
	      "which has children");
	return check_plan();
}
