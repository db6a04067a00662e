/* SPDX-License-Identifier: MIT */
/* What an inode says about itself, and what can be changed of it. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "fs.h"

/* Walk to an inode; AT_SYMLINK_NOFOLLOW: to the link itself. */
static int
reach(int dirfd, const char *path, int flags, struct inode **i)
{
	struct walk w;
	int follow = flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW;
	int e;

	e = walk_to(dirfd, path, follow, &w);
	if (!e)
		*i = w.inode;
	return e;
}

int
fs_stat(int dirfd, const char *path, struct stat *st, int flags)
{
	struct inode *i;
	int e;

	process_lock();
	e = reach(dirfd, path, flags, &i);
	if (!e)
		inode_stat(i, st);
	return session_end(e);
}

int
fs_fstat(int fd, struct stat *st)
{
	struct file *f = file_of(fd);

	if (!f)
		return -EBADF;
	session_lock();
	inode_stat(f->inode, st);
	return session_end(0);
}

/* There is one user, and everything is allowed to it that can be done. */
static int
may(const struct inode *i, int mode)
{
	if (mode & W_OK && i->readonly)
		return -EROFS;
	if (mode & X_OK && i->type != INODE_DIR && !(i->mode & 0111))
		return -EACCES;
	return 0;
}

int
fs_access(int dirfd, const char *path, int mode)
{
	struct inode *i;
	int e;

	if (mode & ~(R_OK | W_OK | X_OK))
		return -EINVAL;
	process_lock();
	e = reach(dirfd, path, 0, &i);
	return session_end(e ? e : may(i, mode));
}

static int
set_mode(struct inode *i, u32 mode)
{
	if (i->readonly)
		return -EROFS;
	i->mode = (i->mode & S_IFMT) | (mode & 07777);
	i->ctime = session_seconds();
	return 0;
}

int
fs_chmod(int dirfd, const char *path, u32 mode)
{
	struct inode *i;
	int e;

	process_lock();
	e = reach(dirfd, path, 0, &i);
	return session_end(e ? e : set_mode(i, mode));
}

int
fs_fchmod(int fd, u32 mode)
{
	struct file *f = file_of(fd);

	return f ? set_mode(f->inode, mode) : -EBADF;
}

static int
set_times(struct inode *i, u32 atime, u32 mtime)
{
	if (i->readonly)
		return -EROFS;
	if (atime != FS_KEEP)
		i->atime = atime;
	if (mtime != FS_KEEP)
		i->mtime = mtime;
	i->ctime = session_seconds();
	return 0;
}

int
fs_utime(int dirfd, const char *path, u32 atime, u32 mtime, int flags)
{
	struct inode *i;
	int e;

	process_lock();
	e = reach(dirfd, path, flags, &i);
	return session_end(e ? e : set_times(i, atime, mtime));
}

int
fs_futime(int fd, u32 atime, u32 mtime)
{
	struct file *f = file_of(fd);

	return f ? set_times(f->inode, atime, mtime) : -EBADF;
}

u32
fs_umask(u32 mask)
{
	struct process *p = process_self();
	u32 old = p->umask;

	p->umask = mask & 0777;
	return old;
}
