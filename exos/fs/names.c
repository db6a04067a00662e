/* SPDX-License-Identifier: MIT */
/* Calls on names: link, unlink, rename, directories, symbolic links. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "fs.h"

#define LINKS 32767 /* LINK_MAX */

/* An inode under a new name; 0: there was no room for it. */
static int
add(const struct walk *w, struct inode *i)
{
	return i ? dir_add(w->dir, w->at, w->name, w->len, i) : -ENOSPC;
}

static int
make_dir(const struct process *p, int dirfd, const char *path, u32 mode)
{
	struct walk w;
	int e = walk(dirfd, path, WALK_PLAIN, &w);

	if (!e)
		e = walk_check_new(&w);
	if (e)
		return e;
	return add(&w, dir_new(w.dir, mode & 07777 & ~p->umask));
}

int
fs_mkdir(int dirfd, const char *path, u32 mode)
{
	struct process *p = process_lock();

	return session_end(make_dir(p, dirfd, path, mode));
}

/* A directory without entries that is about to lose its name. */
static void
orphan_dir(struct inode *i)
{
	session_set(i->dir.parent, 0);
	session_set(i->nlink, 1);
}

static int
remove_dir(int dirfd, const char *path)
{
	struct walk w;
	int e = walk_to(dirfd, path, WALK_PLAIN, &w);

	if (e)
		return e;
	if (w.inode->type != INODE_DIR)
		return -ENOTDIR;
	e = walk_check_old(&w);
	if (e == -EINVAL && w.len == 2)
		return -ENOTEMPTY; /* .. */
	if (e)
		return e;
	if (w.inode->dir.first)
		return -ENOTEMPTY;
	orphan_dir(w.inode);
	dir_remove(w.dir, w.at);
	inode_unlink(w.inode);
	return 0;
}

int
fs_rmdir(int dirfd, const char *path)
{
	process_lock();
	return session_end(remove_dir(dirfd, path));
}

static int
remove_name(int dirfd, const char *path)
{
	struct walk w;
	int e = walk_to(dirfd, path, WALK_PLAIN, &w);

	if (e)
		return e;
	if (w.inode->type == INODE_DIR)
		return -EPERM;
	if (w.slash)
		return -ENOTDIR;
	e = walk_check_old(&w);
	if (e)
		return e;
	dir_remove(w.dir, w.at);
	inode_unlink(w.inode);
	return 0;
}

int
fs_unlink(int dirfd, const char *path)
{
	process_lock();
	return session_end(remove_name(dirfd, path));
}

static int
make_link(int olddir, const char *old, int newdir, const char *new, int flags)
{
	int follow = flags & AT_SYMLINK_FOLLOW ? WALK_FOLLOW : 0;
	struct walk from, to;
	int e = walk_to(olddir, old, follow, &from);

	if (!e)
		e = walk(newdir, new, WALK_PLAIN, &to);
	if (e)
		return e;
	e = walk_check_new(&to);
	if (e)
		return e;
	if (to.slash)
		return -ENOENT;
	if (from.inode->type == INODE_DIR)
		return -EPERM;
	if (from.inode->readonly)
		return -EXDEV;
	if (from.inode->nlink == LINKS)
		return -EMLINK;
	from.inode->ctime = session_seconds();
	return add(&to, from.inode);
}

int
fs_link(int olddir, const char *old, int newdir, const char *new, int flags)
{
	process_lock();
	return session_end(make_link(olddir, old, newdir, new, flags));
}

static int
make_symlink(const char *text, int dirfd, const char *path)
{
	u32 len = strlen(text);
	struct inode *i;
	struct walk w;
	int e;

	if (len == 0)
		return -ENOENT;
	if (len >= BLOCK_MAX)
		return -ENAMETOOLONG;
	e = walk(dirfd, path, WALK_PLAIN, &w);
	if (!e)
		e = walk_check_new(&w);
	if (e)
		return e;
	if (w.slash)
		return -ENOENT;
	i = inode_new(INODE_LINK, S_IFLNK | 0777);
	if (!i)
		return -ENOSPC;
	i->size = len;
	i->text = block_alloc(len + 1);
	if (!i->text)
		return -ENOSPC;
	memcpy(i->text, text, len);
	return add(&w, i);
}

int
fs_symlink(const char *text, int dirfd, const char *path)
{
	process_lock();
	return session_end(make_symlink(text, dirfd, path));
}

s32
fs_readlink(int dirfd, const char *path, char *to, u32 n)
{
	struct walk w;
	int e;

	process_lock();
	e = walk_to(dirfd, path, 0, &w);
	if (!e && w.inode->type != INODE_LINK)
		e = -EINVAL;
	if (e)
		return session_end(e);
	if (n > w.inode->size)
		n = w.inode->size;
	memcpy(to, w.inode->text, n);
	return session_end(n);
}

/* Is a directory the other one, or below it? */
static int
is_below(const struct inode *dir, const struct inode *other)
{
	while (dir != other && dir != dir->dir.parent)
		dir = dir->dir.parent;
	return dir == other;
}

/* May from replace what to is, if anything? */
static int
check_rename(const struct walk *from, const struct walk *to)
{
	int is_dir = from->inode->type == INODE_DIR;
	int e = walk_check_old(from);

	if (!e && to->inode)
		e = walk_check_old(to);
	else if (!e)
		e = walk_check_new(to);
	if (e)
		return e;
	if (!is_dir && (from->slash || to->slash))
		return -ENOTDIR;
	if (to->inode == from->inode)
		return 0;
	if (is_dir && is_below(to->dir, from->inode))
		return -EINVAL;
	if (!to->inode)
		return 0;
	if (to->inode->type != INODE_DIR)
		return is_dir ? -ENOTDIR : 0;
	return is_dir ? to->inode->dir.first ? -ENOTEMPTY : 0 : -EISDIR;
}

/*
 * An existing name gets the other inode by one store, so it is there at
 * every moment.
 */
static int
move(int olddir, const char *old, int newdir, const char *new)
{
	struct inode *i, *lost;
	struct walk from, to;
	int e = walk_to(olddir, old, WALK_PLAIN, &from);

	if (!e)
		e = walk(newdir, new, WALK_PLAIN, &to);
	if (!e)
		e = check_rename(&from, &to);
	if (e)
		return e;
	i = from.inode;
	lost = to.inode;
	if (i == lost)
		return 0;
	if (lost) {
		session_set((*to.at)->inode, i);
		if (i->type == INODE_DIR)
			orphan_dir(lost);
		session_set(i->nlink, i->nlink + 1);
		to.dir->mtime = to.dir->ctime = session_seconds();
	} else {
		e = add(&to, i);
		if (e)
			return e;
	}
	if (i->type == INODE_DIR)
		session_set(i->dir.parent, to.dir);
	dir_remove(from.dir, from.at);
	inode_unlink(i);
	if (lost)
		inode_unlink(lost);
	return 0;
}

int
fs_rename(int olddir, const char *old, int newdir, const char *new)
{
	process_lock();
	return session_end(move(olddir, old, newdir, new));
}
