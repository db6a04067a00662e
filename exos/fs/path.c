/* SPDX-License-Identifier: MIT */
/* Where a path leads (POSIX.1-2008 XBD 4.13). */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "fs.h"

static int
is_dots(const char *name, u32 len)
{
	return len == 2 && name[0] == '.' && name[1] == '.';
}

/* One name looked up: w->inode and w->at. */
static int
step(struct walk *w)
{
	struct inode *dir = w->dir;

	w->at = 0;
	w->inode = dir;
	if (w->len == 1 && w->name[0] == '.')
		return 0;
	if (is_dots(w->name, w->len)) {
		w->inode = dir->dir.parent;
		return w->inode ? 0 : -ENOENT; /* dir was removed */
	}
	if (w->len > FS_NAME_MAX)
		return -ENAMETOOLONG;
	w->at = dir_find(dir, w->name, w->len);
	w->inode = *w->at ? (*w->at)->inode : 0;
	return 0;
}

/* From w->dir along a path; links counts the symbolic ones. */
static int
follow(struct walk *w, const char *path, int flags, u32 *links)
{
	if (!*path)
		return -ENOENT;
	if (*path == '/')
		w->dir = tree_root();
	if (!w->dir)
		return -ENOSPC;
	w->inode = w->dir; /* of a path of slashes only */
	w->at = 0;
	w->name = "/";
	w->len = 1;
	w->slash = 1;
	while (*path == '/')
		path++;
	while (*path) {
		const char *end = path;
		int last, e;

		while (*end && *end != '/')
			end++;
		w->name = path;
		w->len = end - path;
		for (path = end; *path == '/';)
			path++;
		w->slash = path != end;
		last = !*path;
		e = step(w);
		if (e)
			return e;
		if (!w->inode && !last)
			return -ENOENT;
		if (last && flags & WALK_PLAIN)
			return 0;
		if (w->inode && w->inode->type == INODE_LINK &&
		    (!last || w->slash || flags & WALK_FOLLOW)) {
			int slash = w->slash;

			if (++*links > FS_LINKS_MAX)
				return -ELOOP;
			e = follow(w, w->inode->text, WALK_FOLLOW, links);
			if (e)
				return e;
			w->slash |= slash;
			if (!w->inode && !last)
				return -ENOENT;
		}
		if (w->inode && w->slash && w->inode->type != INODE_DIR)
			return -ENOTDIR;
		if (!last)
			w->dir = w->inode;
	}
	return 0;
}

/* The directory a relative path begins in. */
static int
start(int dirfd, struct inode **dir)
{
	struct file *f;

	if (dirfd == AT_FDCWD) {
		*dir = process_self()->cwd;
		if (!*dir)
			*dir = tree_root();
		return 0;
	}
	f = file_of(dirfd);
	if (!f)
		return -EBADF;
	*dir = f->inode;
	return f->inode->type == INODE_DIR ? 0 : -ENOTDIR;
}

int
walk(int dirfd, const char *path, int flags, struct walk *w)
{
	u32 links = 0;
	int e;

	if (strlen(path) >= FS_PATH_MAX)
		return -ENAMETOOLONG;
	if (*path != '/') {
		e = start(dirfd, &w->dir);
		if (e)
			return e;
	}
	return follow(w, path, flags, &links);
}

int
walk_to(int dirfd, const char *path, int flags, struct walk *w)
{
	int e = walk(dirfd, path, flags, w);

	return e ? e : w->inode ? 0 : -ENOENT;
}

int
walk_check_new(const struct walk *w)
{
	if (w->inode)
		return -EEXIST;
	if (!w->dir->dir.parent)
		return -ENOENT; /* dir was removed */
	return w->dir->readonly ? -EROFS : 0;
}

int
walk_check_old(const struct walk *w)
{
	if (!w->at)
		return w->inode == session->root ? -EBUSY : -EINVAL;
	return w->dir->readonly || w->inode->readonly ? -EROFS : 0;
}
