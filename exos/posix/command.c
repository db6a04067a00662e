/* SPDX-License-Identifier: MIT */
/* system: a command by the shell. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "private.h"

#define SHELL "/bin/sh"

static const int ignored[2] = { SIGINT, SIGQUIT };

struct kept {
	struct sigaction actions[2];
	sigset_t mask;
};

/* Our own signals stay as they are while the command has the terminal. */
static void
set_aside(struct kept *k)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t child;

	for (int i = 0; i < 2; i++)
		sigaction(ignored[i], &ignore, &k->actions[i]);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &k->mask);
}

static void
restore(const struct kept *k)
{
	for (int i = 0; i < 2; i++)
		sigaction(ignored[i], &k->actions[i], 0);
	sigprocmask(SIG_SETMASK, &k->mask, 0);
}

/* Result: as waitpid has it, of the shell; -1 with errno: not even begun. */
int
system(const char *command)
{
	struct kept k;
	int status = -1;
	pid_t pid;

	if (!command)
		return access(SHELL, X_OK) == 0;
	set_aside(&k);
	pid = fork();
	if (pid == 0) {
		restore(&k);
		execl(SHELL, "sh", "-c", command, (char *)0);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	restore(&k);
	return status;
}
