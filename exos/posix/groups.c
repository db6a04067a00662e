/* SPDX-License-Identifier: MIT */
/* Numbers of processes, and of their groups and sessions. */
#include <errno.h>
#include <unistd.h>

#include "private.h"

pid_t
getpid(void)
{
	return process_self()->pid;
}

pid_t
getppid(void)
{
	struct process *parent = process_parent(process_lock());

	return session_end(parent ? (int)parent->pid : 0);
}

pid_t
getpgrp(void)
{
	return process_self()->pgid;
}

static struct process *
by_pid(pid_t pid)
{
	return pid ? process_by_pid(pid) : process_self();
}

pid_t
getpgid(pid_t pid)
{
	struct process *p;

	process_lock();
	p = by_pid(pid);
	return result(session_end(p ? (int)p->pgid : -ESRCH));
}

static int
set_group(pid_t pid, pid_t pgid)
{
	struct process *self = process_self(), *p = by_pid(pid);

	if (pgid < 0)
		return -EINVAL;
	if (!p || (p != self && p->ppid != self->pid))
		return -ESRCH;
	if (p->sid == p->pid || p->sid != self->sid)
		return -EPERM;
	if (pgid && (u32)pgid != p->pid && !process_is_group(pgid, p->sid))
		return -EPERM;
	session_set(p->pgid, pgid ? (u32)pgid : p->pid);
	return 0;
}

int
setpgid(pid_t pid, pid_t pgid)
{
	process_lock();
	return result(session_end(set_group(pid, pgid)));
}

pid_t
setsid(void)
{
	struct process *p = process_lock();

	if (p->pgid == p->pid)
		return result(session_end(-EPERM));
	session_set(p->sid, p->pid);
	session_set(p->pgid, p->pid);
	return session_end(p->pid);
}
