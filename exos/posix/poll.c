/* SPDX-License-Identifier: MIT */
/* Waiting for one of several descriptors. */
#include <poll.h>
#include <sys/select.h>

#include <exos/exos.h>

#include "private.h"

/* Clock ticks in a number of milliseconds, rounded up. */
static u32
ticks_of(u32 ms)
{
	return ((uint64_t)ms * AE_TICK_HZ + 999) / 1000;
}

static int
look(struct pollfd fds[], nfds_t n)
{
	int ready = 0;

	for (nfds_t i = 0; i < n; i++) {
		fds[i].revents =
			fds[i].fd < 0 ? 0 : fs_poll(fds[i].fd, fds[i].events);
		ready += fds[i].revents != 0;
	}
	return ready;
}

int
poll(struct pollfd fds[], nfds_t n, int timeout)
{
	u32 start = exos_info->ticks, handled = process_handled.all;
	int ready;

	if (n > FS_OPEN_MAX)
		return result(-EINVAL);
	while (!(ready = look(fds, n))) {
		if (timeout >= 0 &&
		    exos_info->ticks - start >= ticks_of(timeout))
			break;
		session_wait();
		if (process_handled.all != handled)
			return result(-EINTR);
	}
	return ready;
}

static int
in(const fd_set *set, int fd)
{
	return set && FD_ISSET(fd, set);
}

/* Leave in a set what is ready; how many those are. */
static int
keep(fd_set *set, const struct pollfd fds[], int n, int events)
{
	int count = 0;

	for (int fd = 0; fd < n; fd++) {
		if (!in(set, fd))
			continue;
		if (fds[fd].revents & events)
			count++;
		else
			FD_CLR(fd, set);
	}
	return count;
}

/* There are no exceptional conditions, so none comes to that set. */
int
select(int n, fd_set *reads, fd_set *writes, fd_set *excepts,
       struct timeval *timeout)
{
	struct pollfd fds[FS_OPEN_MAX];
	int ms = -1;

	if (n < 0 || n > FS_OPEN_MAX)
		return result(-EINVAL);
	if (timeout) {
		if (timeout->tv_sec < 0 || timeout->tv_usec < 0 ||
		    timeout->tv_usec >= 1000000)
			return result(-EINVAL);
		ms = timeout->tv_sec > 2000000 ?
			     2000000000 :
			     timeout->tv_sec * 1000 +
				     (timeout->tv_usec + 999) / 1000;
	}
	for (int fd = 0; fd < n; fd++) {
		int r = in(reads, fd), w = in(writes, fd), e = in(excepts, fd);

		fds[fd].fd = r || w || e ? fd : -1;
		fds[fd].events = (r ? POLLIN : 0) | (w ? POLLOUT : 0);
		if (fds[fd].fd == fd && !file_of(fd))
			return result(-EBADF);
	}
	if (poll(fds, n, ms) < 0)
		return -1; /* a signal: the sets stay as they are */
	return keep(reads, fds, n, POLLIN | POLLHUP | POLLERR) +
	       keep(writes, fds, n, POLLOUT | POLLERR) +
	       keep(excepts, fds, n, 0);
}
