/* SPDX-License-Identifier: MIT */
/* The calls about a process's own signals; how they come: proc/signal.c. */
#include <errno.h>
#include <setjmp.h>
#include <unistd.h>

#include "../proc/signal.h"
#include "private.h"

static int
is_fault(int sig)
{
	return sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE ||
	       sig == SIGILL || sig == SIGTRAP;
}

int
sigaction(int sig, const struct sigaction *new, struct sigaction *old)
{
	struct sigaction before;

	if (is_no_signal(sig) || (new &&BIT(sig) & NEVER_BLOCKED))
		return result(-EINVAL);
	process_listen();
	before = signal_action[sig];
	if (new) {
		signal_action[sig] = *new;
		if (new->sa_handler == SIG_IGN)
			signal_forget(BIT(sig));
		else if (new->sa_handler != SIG_DFL && is_fault(sig))
			signal_catch_faults();
	}
	if (old)
		*old = before;
	return 0;
}

/* As 4.3BSD has it: calls that wait go on. */
_sig_func_ptr
signal(int sig, _sig_func_ptr handler)
{
	struct sigaction new = { .sa_handler = handler,
				 .sa_flags = SA_RESTART };
	struct sigaction old;

	return sigaction(sig, &new, &old) ? SIG_ERR : old.sa_handler;
}

int
sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	u32 before = signal_blocked, now = before;

	if (set) {
		if (how == SIG_BLOCK)
			now |= *set;
		else if (how == SIG_UNBLOCK)
			now &= ~*set;
		else if (how == SIG_SETMASK)
			now = *set;
		else
			return result(-EINVAL);
		signal_blocked = now & ~NEVER_BLOCKED;
		if (signal_pending() & ~signal_blocked)
			signal_handle();
	}
	if (old)
		*old = before;
	return 0;
}

int
sigpending(sigset_t *set)
{
	*set = signal_pending() & signal_blocked;
	return 0;
}

int
sigsuspend(const sigset_t *set)
{
	u32 before = signal_blocked, handled = process_handled.all;

	process_listen();
	signal_blocked = *set & ~NEVER_BLOCKED;
	while (process_handled.all == handled)
		session_wait();
	signal_blocked = before;
	signal_handle();
	return result(-EINTR);
}

int
pause(void)
{
	u32 handled = process_handled.all;

	process_listen();
	while (process_handled.all == handled)
		session_wait();
	return result(-EINTR);
}

/* timeout: 0 waits as long as it takes. */
int
sigtimedwait(const sigset_t *set, siginfo_t *info,
	     const struct timespec *timeout)
{
	u32 start = exos_info->ticks, handled = process_handled.all, ticks = 0;
	siginfo_t got;

	if (timeout && ticks_to_wait(timeout, &ticks))
		return result(-EINVAL);
	process_listen();
	while (!signal_take(*set, &got)) {
		if (timeout && exos_info->ticks - start >= ticks)
			return result(-EAGAIN);
		session_wait();
		if (process_handled.all != handled)
			return result(-EINTR);
	}
	if (info)
		*info = got;
	return got.si_signo;
}

int
sigwaitinfo(const sigset_t *set, siginfo_t *info)
{
	return sigtimedwait(set, info, 0);
}

/* Its result is an error number. */
int
sigwait(const sigset_t *set, int *sig)
{
	do
		*sig = sigtimedwait(set, 0, 0);
	while (*sig < 0);
	return 0;
}

int
sigaltstack(const stack_t *new, stack_t *old)
{
	int in_use = signal_on_stack((u32)__builtin_frame_address(0));
	stack_t before = signal_stack;

	if (new &&in_use)
		return result(-EPERM);
	if (new &&new->ss_flags & ~SS_DISABLE)
		return result(-EINVAL);
	if (new && !(new->ss_flags &SS_DISABLE) && new->ss_size < MINSIGSTKSZ)
		return result(-ENOMEM);
	if (new)
		signal_stack = *new;
	if (old) {
		*old = before;
		old->ss_flags |= in_use ? SS_ONSTACK : 0;
	}
	return 0;
}

void
exos_keep_mask(sigjmp_buf env, int save)
{
	env->has_mask = save;
	env->mask = signal_blocked;
}

void
siglongjmp(sigjmp_buf env, int value)
{
	sigset_t mask = env->mask;

	if (env->has_mask)
		sigprocmask(SIG_SETMASK, &mask, 0);
	longjmp(env->context, value);
}
