/* SPDX-License-Identifier: MIT */
/*
 * Signals (POSIX.1-2008 XBD signal.h), what ExOS has of them, in the place of
 * Newlib's header, which has neither siginfo_t as POSIX wants it nor
 * SA_RESTART.  The numbers are Newlib's (4.3BSD's).
 */
#ifndef _SYS_SIGNAL_H
#define _SYS_SIGNAL_H

#include <sys/_sigset.h>
#include <sys/_timespec.h>
#include <sys/cdefs.h>
#include <sys/types.h>

#ifndef _SIGSET_T_DECLARED
#define _SIGSET_T_DECLARED
typedef __sigset_t sigset_t; /* a bit a signal */
#endif

#define SIGHUP	  1
#define SIGINT	  2
#define SIGQUIT	  3
#define SIGILL	  4
#define SIGTRAP	  5
#define SIGABRT	  6
#define SIGIOT	  SIGABRT
#define SIGEMT	  7
#define SIGFPE	  8
#define SIGKILL	  9
#define SIGBUS	  10
#define SIGSEGV	  11
#define SIGSYS	  12
#define SIGPIPE	  13
#define SIGALRM	  14
#define SIGTERM	  15
#define SIGURG	  16
#define SIGSTOP	  17
#define SIGTSTP	  18
#define SIGCONT	  19
#define SIGCHLD	  20
#define SIGCLD	  SIGCHLD
#define SIGTTIN	  21
#define SIGTTOU	  22
#define SIGIO	  23
#define SIGPOLL	  SIGIO
#define SIGXCPU	  24
#define SIGXFSZ	  25
#define SIGVTALRM 26
#define SIGPROF	  27
#define SIGWINCH  28
#define SIGLOST	  29
#define SIGUSR1	  30
#define SIGUSR2	  31
#define NSIG	  32

#define SIG_SETMASK 0
#define SIG_BLOCK   1
#define SIG_UNBLOCK 2

/* sa_flags */
#define SA_NOCLDSTOP 0x01 /* no SIGCHLD when a child stops */
#define SA_SIGINFO   0x02 /* sa_sigaction is called, with three arguments */
#define SA_ONSTACK   0x04 /* on the stack of sigaltstack */
#define SA_RESTART   0x08 /* calls that wait go on after the handler */
#define SA_NODEFER   0x10 /* the signal is not blocked in its handler */
#define SA_RESETHAND 0x20 /* SIG_DFL from the first one on */
#define SA_NOCLDWAIT 0x40 /* children leave no status */

/* si_code of any signal */
#define SI_USER	  0    /* kill: si_pid is who */
#define SI_KERNEL 0x80 /* the terminal, alarm, a pipe */
/* ... and of exceptions: si_addr is where */
#define SEGV_MAPERR 1 /* nothing is mapped there */
#define SEGV_ACCERR 2 /* it is, but not for this */
#define BUS_ADRALN  1 /* an address the machine does not take */
#define BUS_ADRERR  2 /* a mapped file ends before it */
#define FPE_INTDIV  1
#define FPE_INTOVF  2
#define ILL_ILLOPC  1
#define ILL_COPROC  8
#define TRAP_BRKPT  1
/* ... and of SIGCHLD: si_pid, si_status */
#define CLD_EXITED  1
#define CLD_KILLED  2
#define CLD_STOPPED 5

union sigval {
	int sival_int;
	void *sival_ptr;
};

typedef struct {
	int si_signo;
	int si_errno; /* 0 */
	int si_code;
	pid_t si_pid;
	uid_t si_uid;
	int si_status; /* exit status, or the signal; 0: only wait knows */
	void *si_addr;
	union sigval si_value;
} siginfo_t;

typedef void (*_sig_func_ptr)(int);

/*
 * The third argument of sa_sigaction is the struct exos_frame
 * (<exos/pin.h>) of what was interrupted, which may be changed, or 0 when
 * the signal came while the program waited or asked for it.
 */
struct sigaction {
	union {
		_sig_func_ptr _handler;
		void (*_action)(int, siginfo_t *, void *);
	} _u;
	sigset_t sa_mask;
	int sa_flags;
};
#define sa_handler   _u._handler
#define sa_sigaction _u._action

#define MINSIGSTKSZ 2048
#define SIGSTKSZ    8192
#define SS_ONSTACK  1 /* ss_flags: it is in use */
#define SS_DISABLE  2

typedef struct sigaltstack {
	void *ss_sp;
	int ss_flags;
	size_t ss_size;
} stack_t;

__BEGIN_DECLS

int kill(pid_t pid, int sig);
int killpg(pid_t pgid, int sig);
int sigaction(int sig, const struct sigaction *new, struct sigaction *old);
int sigprocmask(int how, const sigset_t *set, sigset_t *old);
int sigpending(sigset_t *set);
int sigsuspend(const sigset_t *set);
int sigwait(const sigset_t *set, int *sig);
int sigwaitinfo(const sigset_t *set, siginfo_t *info);
int sigtimedwait(const sigset_t *set, siginfo_t *info,
		 const struct timespec *timeout);
int sigaltstack(const stack_t *new, stack_t *old);
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigaddset(sigset_t *set, int sig);
int sigdelset(sigset_t *set, int sig);
int sigismember(const sigset_t *set, int sig);

__END_DECLS

#include <signal.h>

#endif
