/* SPDX-License-Identifier: MIT */
/* Descriptors, and the open files they lead to. */
#include <errno.h>
#include <fcntl.h>

#include "fs.h"

#define SHOWN	(O_ACCMODE | O_APPEND | O_NONBLOCK | O_SYNC) /* F_GETFL */
#define CHANGED (O_APPEND | O_NONBLOCK)			     /* F_SETFL */

/* Only the process itself changes its descriptors: no lock is needed. */
struct file *
file_of(int fd)
{
	struct process *p = process_self();

	return (unsigned)fd < FS_OPEN_MAX ? p->file[fd] : 0;
}

struct file *
file_new(struct inode *i, u32 flags)
{
	struct file *f = block_alloc(sizeof *f);

	if (!f)
		return 0;
	f->refs = 1;
	f->flags = flags & SHOWN;
	f->inode = i;
	session_set(i->refs, i->refs + 1);
	return f;
}

void
file_put(struct file *f)
{
	struct inode *i = f->inode;

	session_set(f->refs, f->refs - 1);
	if (f->refs)
		return;
	if (i->type == INODE_PIPE) {
		if ((f->flags & O_ACCMODE) == O_RDONLY)
			session_set(i->pipe.readers, i->pipe.readers - 1);
		else
			session_set(i->pipe.writers, i->pipe.writers - 1);
	}
	block_free(f);
	inode_put(i);
}

int
descriptor_free(struct process *p, int from)
{
	for (int fd = from; fd < FS_OPEN_MAX; fd++)
		if (!p->file[fd])
			return fd;
	return -EMFILE;
}

void
descriptor_set(struct process *p, int fd, struct file *f, int cloexec)
{
	u32 bit = 1u << fd % 32, *word = &p->cloexec[fd / 32];

	session_set(p->file[fd], f);
	session_set(*word, cloexec ? *word | bit : *word & ~bit);
}

static int
close_one(struct process *p, int fd)
{
	struct file *f = file_of(fd);

	if (!f)
		return -EBADF;
	descriptor_set(p, fd, 0, 0);
	file_put(f);
	return 0;
}

int
fs_close(int fd)
{
	struct process *p = process_lock();

	return session_end(close_one(p, fd));
}

static int
duplicate(struct process *p, struct file *f, int to, int cloexec)
{
	struct file *old;

	if (to < 0)
		return to;
	old = p->file[to];
	session_set(f->refs, f->refs + 1);
	descriptor_set(p, to, f, cloexec);
	if (old)
		file_put(old);
	return to;
}

int
fs_dup(int fd, int from, int cloexec)
{
	struct process *p = process_lock();
	struct file *f = file_of(fd);

	if (!f)
		return session_end(-EBADF);
	if ((unsigned)from >= FS_OPEN_MAX)
		return session_end(-EINVAL);
	return session_end(duplicate(p, f, descriptor_free(p, from), cloexec));
}

int
fs_dup2(int fd, int to, int cloexec)
{
	struct process *p = process_lock();
	struct file *f = file_of(fd);

	if (!f || (unsigned)to >= FS_OPEN_MAX)
		return session_end(-EBADF);
	return session_end(fd == to ? to : duplicate(p, f, to, cloexec));
}

int
fs_fcntl(int fd, int cmd, int arg)
{
	struct file *f = file_of(fd);
	struct process *p = process_self();

	if (!f)
		return -EBADF;
	switch (cmd) {
	case F_DUPFD:
		return fs_dup(fd, arg, 0);
	case F_DUPFD_CLOEXEC:
		return fs_dup(fd, arg, 1);
	case F_GETFD:
		return p->cloexec[fd / 32] >> fd % 32 & 1 ? FD_CLOEXEC : 0;
	case F_SETFD:
		session_lock();
		descriptor_set(p, fd, f, arg & FD_CLOEXEC);
		return session_end(0);
	case F_GETFL:
		return f->flags;
	case F_SETFL:
		f->flags = (f->flags & ~CHANGED) | (arg & CHANGED);
		return 0;
	}
	return -EINVAL;
}
