/* SPDX-License-Identifier: MIT */
/* Making processes, and waiting for them. */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../proc/signal.h"
#include "private.h"

pid_t
fork(void)
{
	return result(process_create());
}

/* POSIX lets the child of vfork do less; it may as well do more. */
pid_t
vfork(void)
{
	return result(process_create());
}

int
execve(const char *path, char *const argv[], char *const environment[])
{
	return result(process_replace(path, argv, environment));
}

int
execv(const char *path, char *const argv[])
{
	return execve(path, argv, environ);
}

pid_t
waitpid(pid_t pid, int *status, int flags)
{
	u32 before = process_handled.ending;
	int ignored, r;

	if (flags & ~(WNOHANG | WUNTRACED))
		return result(-EINVAL);
	if (!status)
		status = &ignored;
	process_listen();
	for (;;) {
		r = process_wait(pid, status, flags);
		signal_handle(); /* SIGCHLD comes before wait returns */
		if (r > 0 && signal_drops_children() && !WIFSTOPPED(*status))
			continue;
		if (r != -EAGAIN)
			return result(r);
		if (flags & WNOHANG)
			return 0;
		session_wait();
		if (process_handled.ending != before)
			return result(-EINTR);
	}
}

pid_t
wait(int *status)
{
	return waitpid(-1, status, 0);
}

pid_t wait3(int *status, int flags, struct rusage *usage);
pid_t
wait3(int *status, int flags, struct rusage *usage)
{
	if (usage)
		memset(usage, 0, sizeof *usage);
	return waitpid(-1, status, flags);
}
