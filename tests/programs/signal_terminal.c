/* SPDX-License-Identifier: MIT */
/* Who reads the terminal from the background, who may be stopped; groups. */
#include <termios.h>

#include "../include/signals.h"

static void
read_terminal(void)
{
	char c;

	setpgid(0, 0);
	_exit(read(0, &c, 1) == -1 && errno == EIO ? 5 : 6);
}

static void
ignore_and_read(void)
{
	signal(SIGTTIN, SIG_IGN);
	read_terminal();
}

static void
block_and_read(void)
{
	sigset_t s = 1u << SIGTTIN;

	sigprocmask(SIG_BLOCK, &s, 0);
	read_terminal();
}

/* Its parent is gone before it reads. */
static void
orphan_reads(void)
{
	int fd[2], code = 0;

	pipe(fd);
	if (fork() == 0) {
		setpgid(0, 0);
		if (fork() == 0) {
			char c;

			wait_ticks(4);
			c = read(0, &c, 1) == -1 && errno == EIO ? 5 : 6;
			write(fd[1], &c, 1);
			_exit(0);
		}
		_exit(0);
	}
	close(fd[1]);
	wait(0);
	read(fd[0], &code, 1);
	_exit(code);
}

static void
stop_orphan(void)
{
	setsid();
	raise(SIGTSTP);
	_exit(7);
}

/* Exits with the number of what was wrong. */
static void
child_groups(void)
{
	pid_t self = getpid(), parent = getppid();

	if (setpgid(0, 29999) != -1 || errno != EPERM)
		_exit(1);
	if (setpgid(parent, 0) != -1 || errno != ESRCH)
		_exit(2);
	if (setpgid(0, 0) || getpgrp() != self)
		_exit(3);
	if (setsid() != -1 || errno != EPERM)
		_exit(4);
	if (setpgid(0, getpgid(parent)) || getpgrp() != getpgid(parent))
		_exit(5);
	if (setsid() != self || getpgrp() != self)
		_exit(6);
	if (setpgid(0, 0) != -1 || errno != EPERM)
		_exit(7);
}

static void
pass_time(void)
{
	for (;;)
		pause();
}

static void
own_session(void)
{
	setsid();
	kill(getppid(), SIGUSR1);
	pass_time();
}

static void
groups(void)
{
	int null = open("/dev/null", O_RDONLY), sig;
	sigset_t usr1 = 1u << SIGUSR1, old;
	pid_t pid;

	gives(getpgid(0), getpgrp());
	gives(getpgid(getpid()), getpgrp());
	fails(getpgid(29999), ESRCH);
	fails(setpgid(0, -1), EINVAL);
	fails(setpgid(29999, 0), ESRCH);
	fails(setpgid(0, 0), EPERM);
	fails(setsid(), EPERM);
	gives(status_of(child_groups), 0);
	pid = later(0, pass_time);
	gives(setpgid(pid, pid), 0);
	gives(getpgid(pid), pid);
	kill(pid, SIGKILL);
	reap(pid);
	sigprocmask(SIG_BLOCK, &usr1, &old);
	pid = later(0, own_session);
	sigwait(&usr1, &sig);
	fails(setpgid(pid, getpgrp()), EPERM);
	kill(pid, SIGKILL);
	reap(pid);
	sigprocmask(SIG_SETMASK, &old, 0);
	fails(tcgetpgrp(null), ENOTTY);
	fails(tcsetpgrp(null, getpgrp()), ENOTTY);
	close(null);
	fails(tcgetpgrp(77), EBADF);
	fails(tcsetpgrp(77, getpgrp()), EBADF);
}

static void
test(void)
{
	int status = 0;
	pid_t pid;

	gives(tcsetpgrp(0, getpgrp()), 0);
	gives(tcgetpgrp(0), getpgrp());
	fails(tcsetpgrp(0, 0), EINVAL);
	fails(tcsetpgrp(0, 30000), EPERM);
	gives(tcgetpgrp(0), getpgrp());
	pid = fork();
	if (pid == 0)
		read_terminal();
	gives(waitpid(pid, &status, WUNTRACED), pid);
	good(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTIN,
	     "a reader in the background is stopped by SIGTTIN");
	kill(pid, SIGCONT);
	gives(waitpid(pid, &status, WUNTRACED), pid);
	good(WIFSTOPPED(status), "and again, when it goes on there");
	kill(pid, SIGKILL);
	reap(pid);
	good(WEXITSTATUS(status_of(ignore_and_read)) == 5, "ignored: EIO");
	good(WEXITSTATUS(status_of(block_and_read)) == 5, "blocked: EIO");
	good(WEXITSTATUS(status_of(orphan_reads)) == 5, "an orphan: EIO");
	good(WEXITSTATUS(status_of(stop_orphan)) == 7,
	     "SIGTSTP does not stop whom nobody could let go on");
	groups();
}

int
main(void)
{
	return posix_main(test);
}
