/* SPDX-License-Identifier: MIT */
/* poll (POSIX.1-2008 XBD poll.h), which Newlib leaves to the system. */
#ifndef _POLL_H
#define _POLL_H

#define POLLIN		0x0001
#define POLLPRI		0x0002
#define POLLOUT		0x0004
#define POLLERR		0x0008
#define POLLHUP		0x0010
#define POLLNVAL	0x0020
#define POLLRDNORM	0x0040
#define POLLWRNORM	0x0100

typedef unsigned int nfds_t;

struct pollfd {
	int fd;
	short events;
	short revents;
};

/* timeout: milliseconds; negative: none. */
int poll(struct pollfd fds[], nfds_t n, int timeout);

#endif
