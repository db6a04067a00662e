/* SPDX-License-Identifier: MIT */
/* The working directory, and its path. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "fs.h"

static int
change(struct process *p, struct inode *dir)
{
	struct inode *old = p->cwd;

	if (dir->type != INODE_DIR)
		return -ENOTDIR;
	session_set(dir->refs, dir->refs + 1);
	session_set(p->cwd, dir);
	if (old)
		inode_put(old);
	return 0;
}

int
fs_chdir(const char *path)
{
	struct process *p = process_lock();
	struct walk w;
	int e = walk_to(AT_FDCWD, path, WALK_FOLLOW, &w);

	return session_end(e ? e : change(p, w.inode));
}

int
fs_fchdir(int fd)
{
	struct file *f = file_of(fd);
	struct process *p;

	if (!f)
		return -EBADF;
	p = process_lock();
	return session_end(change(p, f->inode));
}

/* From the end of the buffer to its beginning, then moved there. */
static int
path_of(const struct inode *dir, char *to, u32 n)
{
	u32 at = n;

	to[--at] = 0;
	while (dir && dir->dir.parent != dir) {
		const struct inode *parent = dir->dir.parent;
		const struct entry *e = parent ? parent->dir.first : 0;

		while (e && e->inode != dir)
			e = e->next;
		if (!e)
			return -ENOENT; /* removed */
		if (at < e->len + 1)
			return -ERANGE;
		at -= e->len;
		memcpy(to + at, e->name, e->len);
		to[--at] = '/';
		dir = parent;
	}
	if (at == n - 1) {
		if (at == 0)
			return -ERANGE;
		to[--at] = '/';
	}
	memmove(to, to + at, n - at);
	return 0;
}

int
fs_getcwd(char *to, u32 n)
{
	struct process *p;

	if (n == 0)
		return -EINVAL;
	p = process_lock();
	return session_end(path_of(p->cwd, to, n));
}

int
fs_realpath(const char *path, char *to, u32 n)
{
	struct walk w;
	u32 used;
	int e;

	process_lock();
	e = walk_to(AT_FDCWD, path, WALK_FOLLOW, &w);
	if (e)
		return session_end(e);
	if (w.inode->type == INODE_DIR)
		return session_end(path_of(w.inode, to, n));
	e = path_of(w.dir, to, n);
	if (e)
		return session_end(e);
	used = strlen(to);
	if (used == 1)
		used = 0; /* the root */
	if (used + 1 + w.len >= n)
		return session_end(-ENAMETOOLONG);
	to[used] = '/';
	memcpy(to + used + 1, w.name, w.len);
	to[used + 1 + w.len] = 0;
	return session_end(0);
}
