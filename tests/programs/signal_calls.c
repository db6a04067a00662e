/* SPDX-License-Identifier: MIT */
/* The calls about signals and their errors, and the flags of sigaction. */
#include <setjmp.h>
#include <time.h>

#include "../include/signals.h"

static void
sets(void)
{
	sigset_t s;

	gives(sigemptyset(&s), 0);
	gives(sigismember(&s, SIGHUP), 0);
	gives(sigaddset(&s, SIGUSR2), 0);
	gives(sigismember(&s, SIGUSR2), 1);
	gives(sigdelset(&s, SIGUSR2), 0);
	gives(sigismember(&s, SIGUSR2), 0);
	gives(sigfillset(&s), 0);
	gives(sigismember(&s, SIGHUP), 1);
	fails(sigaddset(&s, 0), EINVAL);
	fails(sigdelset(&s, NSIG), EINVAL);
	fails(sigismember(&s, -1), EINVAL);
}

static void
errors(void)
{
	struct sigaction a = { .sa_handler = see };
	sigset_t none = 0;

	fails(sigaction(0, &a, 0), EINVAL);
	fails(sigaction(NSIG, &a, 0), EINVAL);
	fails(sigaction(SIGKILL, &a, 0), EINVAL);
	fails(sigaction(SIGSTOP, &a, 0), EINVAL);
	gives(sigaction(SIGKILL, 0, &a), 0);
	good(signal(SIGKILL, see) == SIG_ERR && errno == EINVAL,
	     "signal of SIGKILL: EINVAL");
	fails(sigprocmask(77, &none, 0), EINVAL);
	fails(kill(getpid(), NSIG), EINVAL);
	fails(kill(getpid(), -1), EINVAL);
	fails(kill(29999, 0), ESRCH);
	fails(kill(-29999, 0), ESRCH);
	fails(killpg(-2, 0), EINVAL);
	fails(killpg(1, 0), ESRCH);
	gives(kill(getpid(), 0), 0);
	gives(kill(0, 0), 0);
	gives(killpg(getpgrp(), 0), 0);
}

static void
masks(void)
{
	sigset_t usr1 = 1u << SIGUSR1, all = ~0ul, old, now;

	handle(SIGUSR1, SA_SIGINFO);
	gives(sigprocmask(SIG_BLOCK, &usr1, &old), 0);
	raise(SIGUSR1);
	gives(sigpending(&now), 0);
	good(now == usr1 && !seen_count, "blocked, it is pending");
	gives(sigprocmask(SIG_UNBLOCK, &usr1, 0), 0);
	good(seen == SIGUSR1 && seen_count == 1, "unblocked, it comes");
	good(seen_info.si_signo == SIGUSR1 && seen_info.si_code == SI_USER &&
		     seen_info.si_pid == getpid(),
	     "siginfo_t says who sent it");
	gives(sigpending(&now), 0);
	good(!now, "and is pending no more");
	sigprocmask(SIG_SETMASK, &all, 0);
	sigprocmask(SIG_SETMASK, &old, &now);
	good(!(now & (1u << SIGKILL | 1u << SIGSTOP)),
	     "SIGKILL and SIGSTOP cannot be blocked");
	sigprocmask(SIG_BLOCK, &usr1, 0);
	raise(SIGUSR1);
	signal(SIGUSR1, SIG_IGN);
	handle(SIGUSR1, 0);
	sigprocmask(SIG_SETMASK, &old, 0);
	good(!seen_count, "ignoring a signal forgets one that is pending");
}

static volatile int runs, nested, inner;

/* Sends the signal once more while it runs the first time. */
static void
again(int sig)
{
	inner += nested++;
	if (runs++ % 2 == 0)
		raise(sig);
	nested--;
}

static void
flags(void)
{
	struct sigaction a = { .sa_handler = again }, now;

	runs = inner = 0;
	sigaction(SIGUSR1, &a, 0);
	raise(SIGUSR1);
	good(runs == 2 && inner == 0, "a signal is blocked in its handler");
	a.sa_flags = SA_NODEFER;
	sigaction(SIGUSR1, &a, 0);
	raise(SIGUSR1);
	good(runs == 4 && inner == 1, "with SA_NODEFER it is not");
	handle(SIGUSR2, SA_RESETHAND);
	raise(SIGUSR2);
	sigaction(SIGUSR2, 0, &now);
	good(seen_count == 1 && now.sa_handler == SIG_DFL, "SA_RESETHAND");
	good(signal(SIGUSR2, see) == SIG_DFL && signal(SIGUSR2, SIG_DFL) == see,
	     "signal returns the one before");
}

static void
tell_parent(void)
{
	kill(getppid(), SIGUSR1);
}

static void
waiting(void)
{
	struct timespec soon = { .tv_nsec = 50000000 }, bad = { .tv_nsec = -1 };
	sigset_t usr1 = 1u << SIGUSR1, others = ~usr1, old;
	siginfo_t info;
	int sig = 0;
	pid_t pid;

	handle(SIGUSR1, 0);
	sigprocmask(SIG_BLOCK, &usr1, &old);
	pid = later(2, tell_parent);
	fails(sigsuspend(&others), EINTR);
	good(seen_count == 1, "sigsuspend: the handler has run");
	reap(pid);
	raise(SIGUSR1);
	fails(sigsuspend(&old), EINTR);
	good(seen_count == 2, "also one that was pending");
	pid = later(2, tell_parent);
	gives(sigwait(&usr1, &sig), 0);
	good(sig == SIGUSR1 && seen_count == 2, "sigwait takes it instead");
	reap(pid);
	pid = later(0, tell_parent);
	gives(sigwaitinfo(&usr1, &info), SIGUSR1);
	good(info.si_pid == pid && info.si_code == SI_USER, "sigwaitinfo");
	reap(pid);
	fails(sigtimedwait(&usr1, &info, &soon), EAGAIN);
	fails(sigtimedwait(&usr1, &info, &bad), EINVAL);
	handle(SIGALRM, 0);
	gives(alarm(1), 0);
	fails(sigtimedwait(&usr1, &info, 0), EINTR);
	gives(alarm(100), 0);
	good(alarm(0) >= 99, "alarm says how much was left");
	sigprocmask(SIG_SETMASK, &old, 0);
	pid = later(2, tell_parent);
	fails(pause(), EINTR);
	reap(pid);
}

static volatile int on_stack;
static char stack[SIGSTKSZ];

static void
look_at_stack(int sig)
{
	stack_t now;
	char here;

	(void)sig;
	sigaltstack(0, &now);
	on_stack = &here >= stack && &here < stack + sizeof stack &&
		   now.ss_flags == SS_ONSTACK;
	fails(sigaltstack(&now, 0), EPERM);
}

static void
alternate(void)
{
	struct sigaction a = { .sa_handler = look_at_stack };
	stack_t s = { stack, 0, sizeof stack }, old;

	gives(sigaltstack(0, &old), 0);
	good(old.ss_flags == SS_DISABLE, "no stack at first");
	s.ss_size = MINSIGSTKSZ - 1;
	fails(sigaltstack(&s, 0), ENOMEM);
	s.ss_size = sizeof stack;
	s.ss_flags = 77;
	fails(sigaltstack(&s, 0), EINVAL);
	s.ss_flags = 0;
	gives(sigaltstack(&s, 0), 0);
	on_stack = 0;
	a.sa_flags = SA_ONSTACK;
	sigaction(SIGUSR1, &a, 0);
	raise(SIGUSR1);
	good(on_stack, "SA_ONSTACK: the handler is on it");
	s.ss_flags = SS_DISABLE;
	gives(sigaltstack(&s, 0), 0);
}

static sigjmp_buf there;

static void
jump(int sig)
{
	siglongjmp(there, sig);
}

static void
jumps(void)
{
	sigset_t now;

	signal(SIGUSR1, jump);
	if (sigsetjmp(there, 1) == 0)
		raise(SIGUSR1);
	sigprocmask(SIG_BLOCK, 0, &now);
	good(!now, "siglongjmp takes the mask back");
	if (sigsetjmp(there, 0) == 0)
		raise(SIGUSR1);
	sigprocmask(SIG_BLOCK, 0, &now);
	good(now == 1u << SIGUSR1, "without savemask it leaves it");
	now = 0;
	sigprocmask(SIG_SETMASK, &now, 0);
	signal(SIGUSR1, SIG_DFL);
}

static void
test(void)
{
	sets();
	errors();
	masks();
	flags();
	waiting();
	alternate();
	jumps();
}

int
main(void)
{
	return posix_main(test);
}
