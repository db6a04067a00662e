/* SPDX-License-Identifier: MIT */
/* Who reads the terminal from the background, and who may be stopped. */
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

static void
test(void)
{
	int status = 0;
	pid_t pid;

	gives(tcsetpgrp(0, getpgrp()), 0);
	gives(tcgetpgrp(0), getpgrp());
	fails(tcsetpgrp(0, 0), EINVAL);
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
}

int
main(void)
{
	return posix_main(test);
}
