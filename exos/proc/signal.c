/* SPDX-License-Identifier: MIT */
/*
 * Signals (POSIX.1-2008 2.4).  Who sends one sets a bit in the record that
 * the receiver has in the session segment.  The receiver looks at its bits
 * where it waits, after a signal to itself, and at the start of each slice,
 * where preempted code is turned aside (start/divert.c); so a signal takes
 * effect with the receiver's next slice.
 */
#include <errno.h>
#include <signal.h>

#include "../posix/private.h"
#include "process.h"

#define BIT(sig)      (1u << (sig))
#define NEVER_BLOCKED (BIT(SIGKILL) | BIT(SIGSTOP))
static const u32 stops =
	BIT(SIGSTOP) | BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU);
static const u32 ignored_by_default =
	BIT(SIGCHLD) | BIT(SIGURG) | BIT(SIGWINCH) | BIT(SIGCONT);

static struct sigaction action[NSIG];
static u32 blocked;
static int at_slices; /* preempted code looks */
static u32 own;	      /* signals that nobody sent */
static u32 alarm_at;  /* the tick that brings SIGALRM, or 0 */

static int
bad(int sig)
{
	return sig < 1 || sig >= NSIG;
}

static u32
pending(void)
{
	if (alarm_at && (s32)(exos_info->ticks - alarm_at) >= 0) {
		alarm_at = 0;
		own |= BIT(SIGALRM);
	}
	return own |
	       (process_cached ? *(volatile u32 *)&process_cached->pending : 0);
}

/* Take one that is not blocked: its number, or 0. */
static int
take(void)
{
	struct process *p = process_lock();
	u32 there = (p->pending | own) & ~blocked;
	int sig = there ? __builtin_ctz(there) : 0;

	if (sig) {
		session_set(p->pending, p->pending & ~BIT(sig));
		own &= ~BIT(sig);
	}
	session_end(0);
	return sig;
}

/* Until a SIGCONT or SIGKILL comes. */
static void
stop(int sig)
{
	struct process *p = process_lock(), *parent = process_parent(p);

	session_set(p->status, sig << 8 | 0x7f);
	session_set(p->told, 0);
	session_set(p->state, PROC_STOPPED);
	session_set(p->pending, p->pending & ~BIT(SIGCONT));
	if (parent)
		process_post(parent, SIGCHLD);
	session_end(0);
	while (!(pending() & BIT(SIGCONT)))
		exos_yield(0);
	process_lock();
	session_set(p->state, PROC_RUNS);
	session_end(0);
}

/* Result: whether a handler was called. */
static int
deliver(int sig)
{
	struct sigaction *a = &action[sig];
	u32 before = blocked;

	if (a->sa_handler == SIG_IGN)
		return 0;
	if (a->sa_handler == SIG_DFL) {
		if (BIT(sig) & stops)
			stop(sig);
		else if (!(BIT(sig) & ignored_by_default))
			process_leave(sig);
		return 0;
	}
	blocked |= (a->sa_mask | BIT(sig)) & ~NEVER_BLOCKED;
	a->sa_handler(sig);
	blocked = before;
	return 1;
}

/*
 * Not in the middle of a file call, whose lock we have: the end of the slice
 * came there, and the next one will be elsewhere.
 */
static int
handle_all(void)
{
	int handled = 0, sig;

	if (session->lock.owner == exos_self)
		return 0;
	while (pending() & ~blocked && (sig = take()))
		handled |= deliver(sig);
	return handled;
}

void
process_preempted(struct exos_frame *f)
{
	int e = errno;

	(void)f;
	if (pending() & ~blocked)
		handle_all();
	errno = e;
}

/* From now on others may send us signals. */
void
process_listen(void)
{
	process_self();
	process_signals = handle_all;
	if (!at_slices && !exos_pin->preempt)
		*(volatile u32 *)&exos_pin->preempt = (u32)process_preempted;
	at_slices = 1;
}

/* After exec: what was ignored and blocked still is (proc/words.c). */
void
process_inherit(u32 ignored, u32 now_blocked)
{
	for (int sig = 1; sig < NSIG; sig++)
		if (ignored & BIT(sig))
			action[sig].sa_handler = SIG_IGN;
	blocked = now_blocked;
	process_listen();
}

/* In a child that was forked: alarms are its parent's. */
void
process_forked(void)
{
	own = alarm_at = 0;
}

u32
process_blocked(void)
{
	return blocked;
}

u32
process_ignored(void)
{
	u32 ignored = 0;

	for (int sig = 1; sig < NSIG; sig++)
		if (action[sig].sa_handler == SIG_IGN)
			ignored |= BIT(sig);
	return ignored;
}

int
sigaction(int sig, const struct sigaction *new, struct sigaction *old)
{
	if (bad(sig) || (new &&BIT(sig) & NEVER_BLOCKED))
		return result(-EINVAL);
	process_listen();
	if (old)
		*old = action[sig];
	if (new)
		action[sig] = *new;
	return 0;
}

_sig_func_ptr
signal(int sig, _sig_func_ptr handler)
{
	struct sigaction new = { .sa_handler = handler }, old;

	return sigaction(sig, &new, &old) ? SIG_ERR : old.sa_handler;
}

int
sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	u32 before = blocked;

	if (set) {
		if (how == SIG_BLOCK)
			blocked |= *set;
		else if (how == SIG_UNBLOCK)
			blocked &= ~*set;
		else if (how == SIG_SETMASK)
			blocked = *set;
		else
			return result(-EINVAL);
		blocked &= ~NEVER_BLOCKED;
		if (pending() & ~blocked)
			handle_all();
	}
	if (old)
		*old = before;
	return 0;
}

int
sigpending(sigset_t *set)
{
	*set = pending();
	return 0;
}

int
sigsuspend(const sigset_t *set)
{
	u32 before = blocked;

	process_listen();
	blocked = *set & ~NEVER_BLOCKED;
	while (session_wait() == 0)
		;
	blocked = before;
	handle_all();
	return result(-EINTR);
}

int
pause(void)
{
	sigset_t now = blocked;

	return sigsuspend(&now);
}

unsigned
alarm(unsigned seconds)
{
	u32 left = alarm_at ? alarm_at - exos_info->ticks : 0;

	process_listen();
	alarm_at = seconds ? exos_info->ticks + seconds * AE_TICK_HZ + 1 : 0;
	return ((s32)left < 0 ? 0 : left + AE_TICK_HZ - 1) / AE_TICK_HZ;
}

/* ---- sending ---- */

/* SIGKILL needs no one's help; all else is the receiver's to do. */
static int
post(struct process *p, int sig)
{
	if (sig == SIGKILL && p->name != exos_self) {
		s32 e = ae_env_kill(p->name, p->cap[0], p->cap[1]);

		if (e == AE_EPERM)
			return -EPERM;
		session_set(p->status, SIGKILL);
		return 0;
	}
	if (sig)
		process_post(p, sig);
	return 0;
}

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
		e = p->state >= PROC_DEAD ? 0 : post(p, sig);
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

	if (sig != 0 && bad(sig))
		return result(-EINVAL);
	process_listen();
	r = send(pid, sig);
	if (pending() & ~blocked)
		handle_all();
	return result(r);
}

int
killpg(pid_t pgid, int sig)
{
	return pgid < 0 ? result(-EINVAL) : kill(-pgid, sig);
}

int
raise(int sig)
{
	return kill(getpid(), sig);
}
