/* SPDX-License-Identifier: MIT */
/* The ends of processes: leaving, and asking how others ended. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "process.h"

#define DIED 128 /* exit status: 128 + cause (vm/die.c) */

_Noreturn void
process_leave(int sig)
{
	process_exit(sig);
	exos_exit(DIED + sig);
}

/* How the kernel says that an environment ended, as wait has it. */
static int
status_of(s32 exit)
{
	static const u8 signals[AE_NCAUSE] = {
		[AE_EXC_MOD] = SIGSEGV,	 [AE_EXC_TLBL] = SIGSEGV,
		[AE_EXC_TLBS] = SIGSEGV, [AE_EXC_ADEL] = SIGBUS,
		[AE_EXC_ADES] = SIGBUS,	 [AE_EXC_IBE] = SIGBUS,
		[AE_EXC_DBE] = SIGBUS,	 [AE_EXC_BP] = SIGTRAP,
		[AE_EXC_RI] = SIGILL,	 [AE_EXC_CPU] = SIGILL,
		[AE_EXC_OV] = SIGFPE,
	};

	if (exit >= DIED && exit < DIED + AE_NCAUSE && signals[exit - DIED])
		return signals[exit - DIED];
	if (exit < 0 || exit > 0xff)
		return SIGKILL;
	return exit << 8;
}

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
		*status = status_of(said);
	return number;
}
