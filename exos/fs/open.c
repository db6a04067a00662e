/* SPDX-License-Identifier: MIT */
/* Opening and making files. */
#include <errno.h>
#include <fcntl.h>

#include "fs.h"

/* O_CREAT, and there is no such file. */
static struct inode *
create(const struct walk *w, u32 mode, int *error)
{
	struct inode *i = 0;
	int e = walk_check_new(w);

	if (!e && w->slash)
		e = -EISDIR;
	if (!e) {
		i = inode_new(INODE_FILE, S_IFREG | mode);
		e = i ? dir_add(w->dir, w->at, w->name, w->len, i) : -ENOSPC;
	}
	*error = e;
	return i;
}

/* May what there is be opened so? */
static int
check(const struct inode *i, int flags)
{
	int writes = (flags & O_ACCMODE) != O_RDONLY;

	if (flags & O_CREAT && flags & O_EXCL)
		return -EEXIST;
	if (i->type == INODE_DIR && (writes || flags & (O_CREAT | O_TRUNC)))
		return -EISDIR;
	if (i->type != INODE_DIR && flags & O_DIRECTORY)
		return -ENOTDIR;
	if (i->type == INODE_LINK)
		return -ELOOP; /* O_NOFOLLOW */
	if (i->readonly && (writes || flags & O_TRUNC))
		return -EROFS;
	return 0;
}

static int
open_path(struct process *p, int dirfd, const char *path, int flags, u32 mode)
{
	int exclusive = flags & O_CREAT && flags & O_EXCL;
	int follow = !exclusive && !(flags & O_NOFOLLOW);
	struct file *f;
	struct walk w;
	int fd = descriptor_free(p, 0), e;

	if (fd < 0)
		return fd;
	e = walk(dirfd, path, follow ? WALK_FOLLOW : 0, &w);
	if (e)
		return e;
	if (w.inode)
		e = check(w.inode, flags);
	else if (flags & O_CREAT)
		w.inode = create(&w, mode & 07777 & ~p->umask, &e);
	else
		e = -ENOENT;
	if (e)
		return e;
	f = file_new(w.inode, flags);
	if (!f)
		return -ENOSPC;
	descriptor_set(p, fd, f, flags & O_CLOEXEC);
	if (flags & O_TRUNC && w.inode->type == INODE_FILE)
		content_resize(w.inode, 0);
	return fd;
}

int
fs_open(int dirfd, const char *path, int flags, u32 mode)
{
	struct process *p;

	if ((flags & O_ACCMODE) == O_ACCMODE)
		return -EINVAL;
	p = process_lock();
	return session_end(open_path(p, dirfd, path, flags, mode));
}

static int
truncate_path(const char *path, s32 size)
{
	struct walk w;
	int e = walk_to(AT_FDCWD, path, WALK_FOLLOW, &w);

	if (e)
		return e;
	if (w.inode->type == INODE_DIR)
		return -EISDIR;
	if (w.inode->readonly)
		return -EROFS;
	if (w.inode->type != INODE_FILE || size < 0)
		return -EINVAL;
	content_resize(w.inode, size);
	return 0;
}

int
fs_truncate(const char *path, s32 size)
{
	int r;

	process_lock();
	r = session_end(truncate_path(path, size));
	process_look();
	return r;
}
