/* SPDX-License-Identifier: MIT */
/* Asking how processes ended, and freeing what they were. */
#include <errno.h>
#include <sys/wait.h>

#include "process.h"

static int
is_meant(const struct process *c, int pid, const struct process *self)
{
	if (c->ppid != self->pid)
		return 0;
	if (pid > 0)
		return c->pid == (u32)pid;
	return pid == -1 || c->pgid == (pid ? (u32)-pid : self->pgid);
}

static int
has_news(const struct process *c, int flags)
{
	return c->state >= PROC_DEAD ||
	       (c->state == PROC_STOPPED && !c->told && flags & WUNTRACED);
}

int
process_wait(int pid, int *status, int flags)
{
	struct process *self = process_lock(), *c, *found = 0;
	u32 number, state, name, first;
	s32 said;
	int any = 0;

	for (c = session->processes; c && !found; c = c->next) {
		if (!is_meant(c, pid, self))
			continue;
		any = 1;
		if (has_news(c, flags))
			found = c;
	}
	if (!found)
		return session_end(any ? -EAGAIN : -ECHILD);
	number = found->pid;
	state = found->state;
	name = found->name;
	first = found->first;
	*status = found->status;
	if (state == PROC_STOPPED)
		session_set(found->told, 1);
	else
		process_forget(found);
	session_trim();
	session_end(0);
	if (state == PROC_STOPPED)
		return number;
	/* The kernel has it as long as its parent does not ask. */
	if (first != name)
		ae_env_free(first, 0);
	said = ae_env_free(name, 0);
	if (state == PROC_DEAD && !*status)
		*status = process_status_of(said);
	return number;
}

u32
process_left(void)
{
	struct process *self = process_lock(), *c = session->processes;
	u32 name = 0;

	while (c && (c->ppid != self->pid || c->first == c->name ||
		     exos_alive(c->first)))
		c = c->next;
	if (c) {
		name = c->first;
		session_set(c->first, c->name);
	}
	session_end(0);
	return name;
}
