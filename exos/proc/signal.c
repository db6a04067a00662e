/* SPDX-License-Identifier: MIT */
/*
 * Signals (POSIX.1-2008 2.4).  Who sends one sets a bit in the record that
 * the receiver has in the session segment.  The receiver looks at its bits
 * where it waits, after a signal to itself, and at the start of each slice,
 * where preempted code is turned aside (start/divert.c); so a signal takes
 * effect with the receiver's next slice.
 */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "../posix/mapped.h"
#include "../vm/private.h"
#include "signal.h"

static const u32 stops =
	BIT(SIGSTOP) | BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU);
static const u32 ignored_by_default =
	BIT(SIGCHLD) | BIT(SIGURG) | BIT(SIGWINCH) | BIT(SIGCONT);

struct sigaction signal_action[NSIG];
u32 signal_blocked;
u32 signal_alarm_at, signal_alarm_every;
stack_t signal_stack = { .ss_flags = SS_DISABLE };
static int at_slices; /* preempted code looks */

void (*process_signals)(void) = signal_handle;

u32
signal_pending(void)
{
	u32 there =
		process_cached ? *(volatile u32 *)&process_cached->pending : 0;

	if (signal_alarm_at && (s32)(exos_info->ticks - signal_alarm_at) >= 0)
		there |= BIT(SIGALRM);
	return there;
}

/* It has rung: when next?  Those that were missed meanwhile are one. */
static void
alarm_again(void)
{
	u32 now = exos_info->ticks;

	if (!signal_alarm_every)
		signal_alarm_at = 0;
	else if ((s32)(now - signal_alarm_at - signal_alarm_every) < 0)
		signal_alarm_at += signal_alarm_every;
	else
		signal_alarm_at = now + signal_alarm_every;
}

int
signal_take(u32 set, siginfo_t *info)
{
	struct process *p = process_lock();
	u32 there = signal_pending() & set & ~PENDING_LOOK;
	int sig = there ? __builtin_ctz(there) : 0;

	if (sig == SIGALRM && !(p->pending & BIT(SIGALRM))) {
		alarm_again();
		*info = (siginfo_t){ .si_code = SI_KERNEL };
	} else if (sig) {
		struct origin from = p->origin[sig];

		session_set(p->pending, p->pending & ~BIT(sig));
		*info = (siginfo_t){
			.si_code = from.code,
			.si_pid = from.pid,
			.si_status = from.status,
		};
	}
	info->si_signo = sig;
	session_end(0);
	return sig;
}

void
signal_forget(u32 set)
{
	struct process *p = process_lock();

	session_set(p->pending, p->pending & ~set);
	session_end(0);
}

/* Until a SIGCONT or SIGKILL comes. */
static void
stop(int sig)
{
	struct process *p = process_lock(), *parent = process_parent(p);

	if (sig != SIGSTOP && process_is_orphaned(p->pgid)) {
		session_end(0);
		return; /* nobody is there to let it go on */
	}
	session_set(p->status, sig << 8 | 0x7f);
	session_set(p->told, 0);
	session_set(p->state, PROC_STOPPED);
	if (parent)
		process_post(parent, SIGCHLD,
			     (struct origin){ p->pid, CLD_STOPPED, sig });
	session_end(0);
	while (!(signal_pending() & BIT(SIGCONT)))
		exos_yield(0);
	process_lock();
	session_set(p->state, PROC_RUNS);
	session_end(0);
}

int
signal_on_stack(u32 sp)
{
	return !(signal_stack.ss_flags & SS_DISABLE) &&
	       sp - (u32)signal_stack.ss_sp <= signal_stack.ss_size;
}

/* The handler, where and how its flags say. */
static void
call_handler(const struct sigaction *a, siginfo_t *info, void *context)
{
	u32 sp = (u32)__builtin_frame_address(0);
	u32 top = (u32)signal_stack.ss_sp + signal_stack.ss_size;

	if (a->sa_flags & SA_ONSTACK && !signal_on_stack(sp) &&
	    !(signal_stack.ss_flags & SS_DISABLE))
		signal_switch(info->si_signo, info, context, a->sa_sigaction,
			      top & ~7u);
	else
		a->sa_sigaction(info->si_signo, info, context);
}

void
signal_call(siginfo_t *info, struct exos_frame *f)
{
	int sig = info->si_signo;
	struct sigaction a = signal_action[sig];
	u32 before = signal_blocked, also = a.sa_mask;

	if (!(a.sa_flags & SA_NODEFER))
		also |= BIT(sig);
	if (a.sa_flags & SA_RESETHAND)
		signal_action[sig].sa_handler = SIG_DFL;
	signal_blocked |= also & ~NEVER_BLOCKED;
	call_handler(&a, info, f);
	signal_blocked = before;
	process_handled.all++;
	if (!(a.sa_flags & SA_RESTART))
		process_handled.ending++;
}

int
signal_drops_children(void)
{
	const struct sigaction *a = &signal_action[SIGCHLD];

	return a->sa_handler == SIG_IGN || a->sa_flags & SA_NOCLDWAIT;
}

static void
default_action(int sig)
{
	if (BIT(sig) & stops)
		stop(sig);
	else if (!(BIT(sig) & ignored_by_default))
		process_leave(sig);
}

static void
deliver(siginfo_t *info, struct exos_frame *f)
{
	int sig = info->si_signo, status;
	const struct sigaction *a = &signal_action[sig];

	if (sig == SIGCHLD && signal_drops_children())
		while (process_wait(-1, &status, 0) > 0)
			;
	if (sig == SIGCHLD && info->si_code == CLD_STOPPED &&
	    a->sa_flags & SA_NOCLDSTOP)
		return;
	if (a->sa_handler == SIG_DFL)
		default_action(sig);
	else if (a->sa_handler != SIG_IGN)
		signal_call(info, f);
}

/*
 * Not in the middle of a file call, whose lock we have: the end of the slice
 * came there, and the next one will be elsewhere.
 */
static void
handle(struct exos_frame *f)
{
	siginfo_t info;

	if (session->lock.owner == exos_self)
		return;
	if (signal_pending() & PENDING_LOOK) {
		signal_forget(PENDING_LOOK);
		map_look();
	}
	while (signal_pending() & ~signal_blocked &&
	       signal_take(~signal_blocked, &info))
		deliver(&info, f);
}

void
signal_handle(void)
{
	handle(0);
}

void
process_preempted(struct exos_frame *f)
{
	int e = errno;

	if (signal_pending() & ~signal_blocked)
		handle(f);
	errno = e;
}

/* From now on preempted code looks for signals, too. */
void
process_listen(void)
{
	process_self();
	exos_on_end = signal_last_words;
	if (!at_slices && !exos_pin->preempt)
		*(volatile u32 *)&exos_pin->preempt = (u32)process_preempted;
	at_slices = 1;
}

int
process_accepts(u32 sig)
{
	return !(signal_blocked & BIT(sig)) &&
	       signal_action[sig].sa_handler != SIG_IGN;
}

/* After exec (proc/words.c). */
void
process_inherit(const struct process_words *w)
{
	for (int sig = 1; sig < NSIG; sig++)
		if (w->ignored & BIT(sig))
			signal_action[sig].sa_handler = SIG_IGN;
	signal_blocked = w->blocked;
	signal_alarm_at = w->alarm_at;
	signal_alarm_every = w->alarm_every;
	process_listen();
}

void
process_leave_signals(struct process_words *w)
{
	w->ignored = 0;
	for (int sig = 1; sig < NSIG; sig++)
		if (signal_action[sig].sa_handler == SIG_IGN)
			w->ignored |= BIT(sig);
	w->blocked = signal_blocked;
	w->alarm_at = signal_alarm_at;
	w->alarm_every = signal_alarm_every;
}

/* In a child that was forked: alarms are its parent's. */
void
process_forked(void)
{
	signal_alarm_at = signal_alarm_every = 0;
}
