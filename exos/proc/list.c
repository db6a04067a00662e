/* SPDX-License-Identifier: MIT */
/* The processes of the session, one by one (<exos/process.h>). */
#include <string.h>

#include <exos/process.h>

#include "process.h"

static char
state_of(const struct process *p)
{
	return p->state >= PROC_DEAD || !exos_alive(p->name) ? 'Z' :
	       p->state == PROC_STOPPED			     ? 'T' :
							       'R';
}

static int
tell(const struct process *p, struct exos_process *to)
{
	if (!p)
		return -1;
	*to = (struct exos_process){
		.env = p->name,
		.pid = p->pid,
		.ppid = process_parent(p) ? p->ppid : 0,
		.pgid = p->pgid,
		.sid = p->sid,
		.state = state_of(p),
	};
	memcpy(to->command, p->command, sizeof to->command);
	return 0;
}

int
exos_process_next(int pid, struct exos_process *next)
{
	const struct process *found = 0;
	int e;

	process_lock();
	for (struct process *p = session->processes; p; p = p->next)
		if ((int)p->pid > pid && (!found || p->pid < found->pid))
			found = p;
	e = tell(found, next);
	session_end(0);
	return e;
}
