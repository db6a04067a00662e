/* SPDX-License-Identifier: MIT */
/* Reading and writing open files, whatever they are; waiting is done here. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "fs.h"

static const struct file_ops no_ops;

static const struct file_ops *const ops[INODE_TYPES] = {
	[INODE_DIR] = &no_ops,	     [INODE_LINK] = &no_ops,
	[INODE_FILE] = &content_ops, [INODE_ARCHIVE] = &archive_ops,
	[INODE_PIPE] = &pipe_ops,    [INODE_NULL] = &null_ops,
	[INODE_ZERO] = &zero_ops,    [INODE_CONSOLE] = &tty_ops,
};

static const struct file_ops *
ops_of(const struct file *f)
{
	return ops[f->inode->type];
}

/* An open file for reading (O_RDONLY) or writing (O_WRONLY), or 0. */
static struct file *
file_for(int fd, u32 mode)
{
	struct file *f = file_of(fd);
	u32 has = f ? f->flags & O_ACCMODE : 0;

	return f && (has == O_RDWR || has == mode) ? f : 0;
}

/* At an offset of its own if at is given. */
static s32
read_file(struct file *f, void *to, u32 n, u32 *at)
{
	u32 before = process_handled.ending;
	const struct file_ops *o;
	s32 r;

	if (!f)
		return -EBADF;
	o = ops_of(f);
	if (!o->read)
		return f->inode->type == INODE_DIR ? -EISDIR : -EINVAL;
	if (n == 0)
		return 0;
	if (n > INT_MAX)
		n = INT_MAX;
	for (;;) {
		r = o->read(f->inode, to, n, at ? at : &f->offset);
		if (r != -EAGAIN || f->flags & O_NONBLOCK)
			return r;
		session_wait();
		if (process_handled.ending != before)
			return -EINTR;
	}
}

/* All of it, unless there is an error or it must not wait. */
static s32
write_file(struct file *f, const char *from, u32 n, u32 *at)
{
	u32 before = process_handled.ending, done = 0;
	const struct file_ops *o;

	if (!f)
		return -EBADF;
	o = ops_of(f);
	if (!o->write)
		return -EINVAL;
	if (n > INT_MAX)
		n = INT_MAX;
	while (done < n) {
		s32 r = o->write(f->inode, from + done, n - done,
				 at ? at : &f->offset,
				 !at && f->flags & O_APPEND);

		if (r == -EAGAIN && !(f->flags & O_NONBLOCK)) {
			session_wait();
			if (process_handled.ending == before)
				continue;
			r = -EINTR;
		}
		if (r == -EPIPE)
			process_raise(SIGPIPE);
		if (r < 0)
			return done ? (s32)done : r;
		done += r;
	}
	return done;
}

s32
fs_read(int fd, void *to, u32 n)
{
	return read_file(file_for(fd, O_RDONLY), to, n, 0);
}

s32
fs_write(int fd, const void *from, u32 n)
{
	return write_file(file_for(fd, O_WRONLY), from, n, 0);
}

static int
can_seek(const struct file *f)
{
	return f->inode->type != INODE_PIPE && f->inode->type != INODE_CONSOLE;
}

s32
fs_pread(int fd, void *to, u32 n, s32 offset)
{
	struct file *f = file_for(fd, O_RDONLY);
	u32 at = offset;

	if (f && !can_seek(f))
		return -ESPIPE;
	return offset < 0 ? -EINVAL : read_file(f, to, n, &at);
}

s32
fs_pwrite(int fd, const void *from, u32 n, s32 offset)
{
	struct file *f = file_for(fd, O_WRONLY);
	u32 at = offset;

	if (f && !can_seek(f))
		return -ESPIPE;
	return offset < 0 ? -EINVAL : write_file(f, from, n, &at);
}

s32
fs_seek(int fd, s32 offset, int whence)
{
	struct file *f = file_of(fd);
	int64_t to = offset;

	if (!f)
		return -EBADF;
	if (!can_seek(f))
		return -ESPIPE;
	if (whence == SEEK_CUR)
		to += f->offset;
	else if (whence == SEEK_END)
		to += f->inode->size;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (to < 0)
		return -EINVAL;
	if (to > FILE_MAX)
		return -EOVERFLOW;
	return f->offset = to;
}

int
fs_ftruncate(int fd, s32 size)
{
	struct file *f = file_for(fd, O_WRONLY);

	if (!f)
		return file_of(fd) ? -EINVAL : -EBADF;
	if (size < 0 || !ops_of(f)->truncate)
		return -EINVAL;
	return ops_of(f)->truncate(f->inode, size);
}

int
fs_ioctl(int fd, u32 request, void *arg)
{
	struct file *f = file_of(fd);

	if (!f)
		return -EBADF;
	if (!ops_of(f)->ioctl)
		return -ENOTTY;
	return ops_of(f)->ioctl(f->inode, request, arg);
}

int
fs_poll(int fd, int events)
{
	struct file *f = file_of(fd);
	int ready = POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;

	if (!f)
		return POLLNVAL;
	if (ops_of(f)->poll)
		ready = ops_of(f)->poll(f->inode, f->flags);
	return ready & (events | POLLERR | POLLHUP);
}
