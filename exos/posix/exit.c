/* SPDX-License-Identifier: MIT */
/* Ending. */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <exos/exos.h>

void
_exit(int status)
{
	exos_exit(status);
}

/* Nobody but ourselves can be signalled yet: abort() and raise(). */
int
kill(pid_t pid, int sig)
{
	if (pid != getpid()) {
		errno = ESRCH;
		return -1;
	}
	exos_exit(128 + sig);
}
