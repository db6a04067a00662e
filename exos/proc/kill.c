/* SPDX-License-Identifier: MIT */
/* Sending signals, and the end of a process by one. */
#include <errno.h>

#include "../posix/private.h"
#include "../vm/private.h"
#include "signal.h"

/* SIGKILL needs no one's help; all else is the receiver's to do. */
static int
post(struct process *p, int sig, const struct process *self)
{
	if (sig == SIGKILL && p != self) {
		s32 e = ae_env_kill(p->name, p->cap[0], p->cap[1]);

		if (e == AE_EPERM)
			return -EPERM;
		session_set(p->status, SIGKILL);
		process_bury(p);
		return 0;
	}
	if (sig)
		process_post(p, sig, (struct origin){ self->pid, SI_USER, 0 });
	return 0;
}

/* pid as kill has it. */
static int
is_meant(const struct process *p, int pid, const struct process *self)
{
	if (p->state >= PROC_DEAD && pid <= 0)
		return 0;
	if (pid > 0)
		return p->pid == (u32)pid;
	if (pid == -1)
		return p != self;
	return p->pgid == (pid ? (u32)-pid : self->pgid);
}

static int
send(int pid, int sig)
{
	struct process *self = process_lock();
	int found = -ESRCH;

	for (struct process *p = session->processes; p; p = p->next) {
		int e;

		if (!is_meant(p, pid, self))
			continue;
		e = p->state >= PROC_DEAD ? 0 : post(p, sig, self);
		if (found != 0)
			found = e;
		session_commit();
	}
	return session_end(found);
}

int
kill(pid_t pid, int sig)
{
	int r;

	if (sig != 0 && is_no_signal(sig))
		return result(-EINVAL);
	process_listen();
	r = send(pid, sig);
	signal_handle();
	return result(r);
}

int
killpg(pid_t pgid, int sig)
{
	if (pgid < 0)
		return result(-EINVAL);
	if (pgid == 1)
		return result(-ESRCH); /* nobody's */
	return kill(-pgid, sig);
}

int
raise(int sig)
{
	return kill(getpid(), sig);
}

_Noreturn void
process_leave(int sig)
{
	process_exit(sig);
	exos_exit(EXOS_DIED + sig);
}
