/* SPDX-License-Identifier: MIT */
/* SIGCHLD, stopping and going on, SIGPIPE, and what exec keeps. */
#include <time.h>

#include "../include/signals.h"

static void
loop(void)
{
	for (;;)
		;
}

static pid_t
child(void (*f)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		f();
		_exit(3);
	}
	return pid;
}

static void
nothing(void)
{
}

static void
fault(void)
{
	*(volatile int *)EXOS_FREE = 1;
}

/*
 * Compute, without a call that could look for signals, until so many handlers
 * have run; five seconds at most.
 */
static void
compute(int n)
{
	u32 start = exos_info->ticks;

	while (seen_count < n && exos_info->ticks - start < 5 * AE_TICK_HZ)
		;
}

/* SIGCHLD came once, and said this. */
static void
told(pid_t pid, int code, int status, const char *what)
{
	int is_so = seen_count == 1 && seen_info.si_code == code &&
		    seen_info.si_pid == pid && seen_info.si_status == status;

	if (!is_so)
		printf("# %d times, code %d, process %d, status %d\n",
		       seen_count, seen_info.si_code, (int)seen_info.si_pid,
		       seen_info.si_status);
	good(is_so, what);
	seen_count = 0;
}

static void
told_of_children(void)
{
	int status;
	pid_t pid;

	handle(SIGCHLD, SA_SIGINFO | SA_RESTART);
	pid = child(nothing);
	compute(1);
	told(pid, CLD_EXITED, 3, "SIGCHLD tells who exited, and how");
	reap(pid);
	pid = child(loop);
	kill(pid, SIGKILL);
	compute(1);
	told(pid, CLD_KILLED, SIGKILL, "who was killed");
	reap(pid);
	pid = child(fault);
	compute(1);
	told(pid, CLD_KILLED, SIGSEGV, "who ended by an exception");
	reap(pid);
	handle(SIGCHLD, SA_SIGINFO | SA_RESTART);
	pid = child(loop);
	kill(pid, SIGSTOP);
	compute(1);
	told(pid, CLD_STOPPED, SIGSTOP, "who was stopped");
	gives(waitpid(pid, &status, WNOHANG), 0);
	gives(waitpid(pid, &status, WUNTRACED), pid);
	good(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP,
	     "WUNTRACED tells it");
	gives(waitpid(pid, &status, WUNTRACED | WNOHANG), 0);
	kill(pid, SIGTERM);
	wait_ticks(4);
	gives(waitpid(pid, &status, WNOHANG), 0);
	kill(pid, SIGCONT);
	good(WTERMSIG(reap(pid)) == SIGTERM,
	     "stopped, it does not end by SIGTERM before SIGCONT");
	handle(SIGCHLD, SA_NOCLDSTOP);
	pid = child(loop);
	kill(pid, SIGSTOP);
	while (waitpid(pid, &status, WUNTRACED) != pid)
		;
	good(seen_count == 0, "SA_NOCLDSTOP: not a word of it");
	kill(pid, SIGKILL);
	good(WTERMSIG(reap(pid)) == SIGKILL, "SIGKILL ends it stopped");
}

static void
unasked(void)
{
	int status;

	signal(SIGCHLD, SIG_IGN);
	child(nothing);
	child(nothing);
	fails(wait(&status), ECHILD);
	handle(SIGCHLD, SA_NOCLDWAIT);
	child(nothing);
	while (wait(&status) == -1 && errno == EINTR)
		;
	status = errno;
	compute(1);
	good(status == ECHILD && seen_count == 1,
	     "SA_NOCLDWAIT: told, but there is no status");
	signal(SIGCHLD, SIG_DFL);
	fails(waitpid(29999, &status, 0), ECHILD);
	fails(waitpid(-29999, &status, 0), ECHILD);
	fails(waitpid(-1, &status, 77), EINVAL);
}

static void
write_to_nobody(void)
{
	int fd[2];

	pipe(fd);
	close(fd[0]);
	write(fd[1], "x", 1);
	_exit(errno == EPIPE ? 4 : 5);
}

static void
ignore_and_write(void)
{
	signal(SIGPIPE, SIG_IGN);
	write_to_nobody();
}

static void
block_and_write(void)
{
	sigset_t s = 1u << SIGPIPE, now;

	sigprocmask(SIG_BLOCK, &s, 0);
	if (fork() == 0)
		write_to_nobody();
	wait(0);
	sigpending(&now);
	if (now)
		_exit(9);
	write_to_nobody();
}

static void
pipes(void)
{
	int fd[2];

	good(WTERMSIG(status_of(write_to_nobody)) == SIGPIPE,
	     "a write that nobody can read: SIGPIPE");
	good(WEXITSTATUS(status_of(ignore_and_write)) == 4, "ignored: EPIPE");
	good(WEXITSTATUS(status_of(block_and_write)) == 4, "blocked: EPIPE");
	handle(SIGPIPE, SA_SIGINFO);
	pipe(fd);
	close(fd[0]);
	fails(write(fd[1], "x", 1), EPIPE);
	good(seen == SIGPIPE && seen_count == 1, "handled, and EPIPE");
	close(fd[1]);
	signal(SIGPIPE, SIG_DFL);
}

/* What this program does after exec. */
static int
after_exec(const char *part)
{
	struct sigaction a;
	sigset_t now;

	if (!strcmp(part, "alarm")) {
		pause();
		return 1;
	}
	sigprocmask(SIG_BLOCK, 0, &now);
	sigaction(SIGUSR1, 0, &a);
	if (now != 1u << SIGHUP || a.sa_handler != SIG_IGN)
		return 2;
	sigaction(SIGUSR2, 0, &a);
	sigpending(&now);
	return a.sa_handler == SIG_DFL && now == 1u << SIGHUP ? 0 : 3;
}

static void
exec_alarm(void)
{
	alarm(1);
	execl("/bin/signal_children", "signal_children", "alarm", (char *)0);
}

static void
exec_mask(void)
{
	sigset_t hup = 1u << SIGHUP;

	sigprocmask(SIG_SETMASK, &hup, 0);
	raise(SIGHUP);
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, see);
	execl("/bin/signal_children", "signal_children", "mask", (char *)0);
}

static void
execs(void)
{
	good(WTERMSIG(status_of(exec_alarm)) == SIGALRM,
	     "an alarm survives exec");
	gives(status_of(exec_mask), 0);
}

static void
test(void)
{
	told_of_children();
	unasked();
	pipes();
	execs();
}

int
main(int argc, char **argv)
{
	return argc > 1 ? after_exec(argv[1]) : posix_main(test);
}
