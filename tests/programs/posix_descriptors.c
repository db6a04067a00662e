/* SPDX-License-Identifier: MIT */
/* dup, fcntl, pipes, select, poll and their errors. */
#define _GNU_SOURCE
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/select.h>

#include "../include/posix.h"

static char buffer[5000];

static void
duplicates(void)
{
	int fd = open("/tmp/f", O_CREAT | O_RDWR, 0666);

	gives(dup(fd), fd + 1);
	gives(write(fd, "ab", 2), 2);
	gives(lseek(fd + 1, 0, SEEK_CUR), 2);
	gives(close(fd), 0);
	gives(write(fd + 1, "c", 1), 1);
	gives(dup2(fd + 1, 20), 20);
	gives(dup2(20, 20), 20);
	gives(fcntl(20, F_DUPFD, 30), 30);
	gives(fcntl(20, F_DUPFD_CLOEXEC, 30), 31);
	gives(fcntl(30, F_GETFD), 0);
	gives(fcntl(31, F_GETFD), FD_CLOEXEC);
	gives(fcntl(31, F_SETFD, 0), 0);
	gives(fcntl(31, F_GETFD), 0);
	gives(fcntl(20, F_GETFL), O_RDWR);
	gives(fcntl(20, F_SETFL, O_APPEND), 0);
	gives(fcntl(30, F_GETFL), O_RDWR | O_APPEND);
	gives(dup3(20, 32, O_CLOEXEC), 32);
	gives(fcntl(32, F_GETFD), FD_CLOEXEC);
	fails(dup3(20, 20, 0), EINVAL);
	fails(dup3(20, 21, O_APPEND), EINVAL);
	fails(dup3(77, 21, 0), EBADF);
	fails(dup3(20, OPEN_MAX, 0), EBADF);
	fails(dup(77), EBADF);
	fails(dup2(77, 1), EBADF);
	fails(dup2(1, -1), EBADF);
	fails(dup2(1, OPEN_MAX), EBADF);
	fails(fcntl(77, F_GETFD), EBADF);
	fails(fcntl(1, F_DUPFD, OPEN_MAX), EINVAL);
	fails(fcntl(1, F_DUPFD, -1), EINVAL);
	fails(fcntl(77, F_DUPFD, 3), EBADF);
	fails(fcntl(1, 99), EINVAL);
	for (int k = 0; k < 64; k++)
		if (k > 2)
			close(k);
	gives(unlink("/tmp/f"), 0);
}

static void
full_table(void)
{
	int n = 0, fd[2];

	while (dup(1) >= 0)
		n++;
	good(n == OPEN_MAX - 3 && errno == EMFILE, "dup: EMFILE");
	fails(open("/dev/null", O_RDONLY), EMFILE);
	fails(openat(AT_FDCWD, "/dev/null", O_RDONLY), EMFILE);
	fails(creat("/tmp/f", 0666), EMFILE);
	fails(access("/tmp/f", F_OK), ENOENT);
	fails(fcntl(1, F_DUPFD, 3), EMFILE);
	fails(fcntl(1, F_DUPFD_CLOEXEC, 3), EMFILE);
	fails(pipe(fd), EMFILE);
	close(OPEN_MAX - 1);
	fails(pipe(fd), EMFILE);
	for (int k = 3; k < OPEN_MAX; k++)
		close(k);
}

static void
pipes(void)
{
	struct stat st;
	int fd[2];

	gives(pipe(fd), 0);
	gives(fstat(fd[0], &st), 0);
	good(S_ISFIFO(st.st_mode), "a pipe says that it is one");
	gives(write(fd[1], "hello", 5), 5);
	gives(read(fd[0], buffer, 3), 3);
	gives(read(fd[0], buffer, 3), 2);
	fails(read(fd[1], buffer, 1), EBADF);
	fails(write(fd[0], buffer, 1), EBADF);
	fails(lseek(fd[0], 0, SEEK_SET), ESPIPE);
	fails(pread(fd[0], buffer, 1, 0), ESPIPE);
	fails(pwrite(fd[1], buffer, 1, 0), ESPIPE);
	fails(lseek(1, 0, SEEK_CUR), ESPIPE);
	fails(ftruncate(fd[1], 0), EINVAL);
	fails(fchdir(fd[0]), ENOTDIR);
	gives(fcntl(fd[0], F_SETFL, O_NONBLOCK), 0);
	fails(read(fd[0], buffer, 1), EAGAIN);
	gives(fcntl(fd[1], F_SETFL, O_NONBLOCK), 0);
	gives(write(fd[1], buffer, sizeof buffer), 4096);
	fails(write(fd[1], buffer, 1), EAGAIN);
	gives(close(fd[1]), 0);
	gives(read(fd[0], buffer, sizeof buffer), 4096);
	gives(read(fd[0], buffer, 1), 0);
	gives(close(fd[0]), 0);
	gives(pipe2(fd, O_CLOEXEC), 0);
	gives(fcntl(fd[0], F_GETFD), FD_CLOEXEC);
	gives(close(fd[0]), 0);
	signal(SIGPIPE, SIG_IGN);
	fails(write(fd[1], buffer, 1), EPIPE);
	signal(SIGPIPE, SIG_DFL);
	gives(close(fd[1]), 0);
	fails(pipe2(fd, O_APPEND), EINVAL);
}

static void
waiting(void)
{
	struct timeval soon = { .tv_usec = 30000 };
	struct pollfd p[2];
	fd_set reads, writes;
	int fd[2];
	u32 start;

	gives(pipe(fd), 0);
	p[0] = (struct pollfd){ .fd = fd[0], .events = POLLIN };
	p[1] = (struct pollfd){ .fd = fd[1], .events = POLLOUT };
	gives(poll(p, 2, -1), 1);
	good(!p[0].revents && p[1].revents == POLLOUT, "an empty pipe");
	start = exos_info->ticks;
	gives(poll(p, 1, 50), 0);
	good(exos_info->ticks - start >= 3, "50 ms are at least 3 ticks");
	gives(write(fd[1], "x", 1), 1);
	gives(poll(p, 1, -1), 1);
	p[1].fd = 77;
	gives(poll(p, 2, 0), 2);
	good(p[1].revents == POLLNVAL, "a closed descriptor");
	p[1].fd = -1;
	gives(poll(p, 2, 0), 1);
	good(!p[1].revents, "a negative one is passed over");
	FD_ZERO(&reads);
	FD_ZERO(&writes);
	FD_SET(fd[0], &reads);
	FD_SET(fd[1], &writes);
	gives(select(fd[1] + 1, &reads, &writes, 0, 0), 2);
	gives(read(fd[0], buffer, 1), 1);
	gives(select(fd[1] + 1, &reads, 0, 0, &soon), 0);
	good(!FD_ISSET(fd[0], &reads), "nothing came in time");
	gives(close(fd[1]), 0);
	gives(poll(p, 1, -1), 1);
	good(p[0].revents & POLLHUP, "no writer is left");
	FD_SET(fd[0], &reads);
	gives(select(fd[0] + 1, &reads, 0, 0, 0), 1);
	gives(close(fd[0]), 0);
	fails(select(fd[0] + 1, &reads, 0, 0, 0), EBADF);
	fails(select(65, &reads, 0, 0, 0), EINVAL);
	fails(select(-1, &reads, 0, 0, 0), EINVAL);
	pipe(fd);
	close(fd[0]);
	p[1] = (struct pollfd){ .fd = fd[1], .events = POLLOUT };
	gives(poll(p + 1, 1, -1), 1);
	good(p[1].revents == POLLERR, "no reader is left");
	close(fd[1]);
	soon.tv_usec = -1;
	fails(select(0, 0, 0, 0, &soon), EINVAL);
	fails(poll(p, 65, 0), EINVAL);
}

static void
test(void)
{
	duplicates();
	full_table();
	pipes();
	waiting();
}

int
main(void)
{
	return posix_main(test);
}
