/* SPDX-License-Identifier: MIT */
/*
 * Pipes: a page used as a ring.  in and out count bytes from the beginning,
 * so what is in the ring is in - out, and each end moves one word only.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>

#include "fs.h"

/* Copy between the ring, from a count on, and memory. */
static void
copy(const struct inode *i, u32 count, char *to, const char *from, u32 n)
{
	while (n) {
		u32 at = count % SESSION_PAGE, part = SESSION_PAGE - at;

		if (part > n)
			part = n;
		if (to)
			memcpy(to, i->pipe.page + at, part), to += part;
		else
			memcpy(i->pipe.page + at, from, part), from += part;
		count += part;
		n -= part;
	}
}

static s32
take(struct inode *i, char *to, u32 n)
{
	u32 there = i->pipe.in - i->pipe.out;

	if (!there)
		return i->pipe.writers ? -EAGAIN : 0;
	if (n > there)
		n = there;
	copy(i, i->pipe.out, to, 0, n);
	session_set(i->pipe.out, i->pipe.out + n);
	i->atime = session_seconds();
	return n;
}

/* Up to FS_PIPE_BUF bytes are written whole or not yet. */
static s32
put(struct inode *i, const char *from, u32 n)
{
	u32 room = SESSION_PAGE - (i->pipe.in - i->pipe.out);

	if (!i->pipe.readers)
		return -EPIPE;
	if (!room || (n <= FS_PIPE_BUF && n > room))
		return -EAGAIN;
	if (n > room)
		n = room;
	copy(i, i->pipe.in, 0, from, n);
	session_set(i->pipe.in, i->pipe.in + n);
	i->mtime = session_seconds();
	return n;
}

static s32
pipe_read(struct inode *i, char *to, u32 n, u32 *at)
{
	(void)at;
	session_lock();
	return session_end(take(i, to, n));
}

static s32
pipe_write(struct inode *i, const char *from, u32 n, u32 *at, u32 append)
{
	(void)at, (void)append;
	session_lock();
	return session_end(put(i, from, n));
}

static int
pipe_poll(struct inode *i, u32 flags)
{
	u32 there = i->pipe.in - i->pipe.out;

	if ((flags & O_ACCMODE) == O_RDONLY)
		return (there ? POLLIN | POLLRDNORM : 0) |
		       (i->pipe.writers ? 0 : POLLHUP);
	if (!i->pipe.readers)
		return POLLERR;
	return SESSION_PAGE - there >= FS_PIPE_BUF ? POLLOUT | POLLWRNORM : 0;
}

const struct file_ops pipe_ops = {
	.read = pipe_read,
	.write = pipe_write,
	.poll = pipe_poll,
};

static int
make(struct process *p, int fd[2], int flags)
{
	int in = descriptor_free(p, 0);
	int out = in < 0 ? in : descriptor_free(p, in + 1);
	struct file *reads, *writes;
	struct inode *i;

	if (out < 0)
		return out;
	i = inode_new(INODE_PIPE, S_IFIFO | 0600);
	if (!i || !(i->pipe.page = page_alloc()))
		return -ENFILE;
	reads = file_new(i, O_RDONLY | flags);
	writes = file_new(i, O_WRONLY | flags);
	if (!reads || !writes)
		return -ENFILE;
	i->pipe.readers = i->pipe.writers = 1;
	descriptor_set(p, in, reads, flags & O_CLOEXEC);
	descriptor_set(p, out, writes, flags & O_CLOEXEC);
	fd[0] = in;
	fd[1] = out;
	return 0;
}

int
fs_pipe(int fd[2], int flags)
{
	struct process *p;

	if (flags & ~(O_NONBLOCK | O_CLOEXEC))
		return -EINVAL;
	p = process_lock();
	return session_end(make(p, fd, flags));
}
