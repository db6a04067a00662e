/* SPDX-License-Identifier: MIT */
/* Directories: a list of entries each, the newest at its end. */
#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "fs.h"

#define COOKIE_FIRST 2 /* 0 and 1 are . and .. */

struct inode *
dir_new(struct inode *parent, u32 mode)
{
	struct inode *dir = inode_new(INODE_DIR, S_IFDIR | mode);

	if (!dir)
		return 0;
	dir->dir.parent = parent ? parent : dir;
	dir->dir.cookie = COOKIE_FIRST;
	dir->nlink = 1; /* its own dot; its name adds one */
	return dir;
}

struct entry **
dir_find(struct inode *dir, const char *name, u32 len)
{
	struct entry **at = &dir->dir.first;

	for (; *at; at = &(*at)->next)
		if ((*at)->len == len && !memcmp((*at)->name, name, len))
			break;
	return at;
}

static void
changed(struct inode *dir)
{
	dir->mtime = dir->ctime = session_seconds();
}

int
dir_add(struct inode *dir, struct entry **at, const char *name, u32 len,
	struct inode *i)
{
	struct entry *e = block_alloc(sizeof *e + len + 1);

	if (!e)
		return -ENOSPC;
	memcpy(e->name, name, len);
	e->len = len;
	e->inode = i;
	e->cookie = dir->dir.cookie;
	session_set(dir->dir.cookie, e->cookie + 1);
	session_set(*at, e);
	session_set(i->nlink, i->nlink + 1);
	if (i->type == INODE_DIR)
		session_set(dir->nlink, dir->nlink + 1);
	changed(dir);
	return 0;
}

/* The inode keeps its count: inode_unlink() is for the caller. */
void
dir_remove(struct inode *dir, struct entry **at)
{
	struct entry *e = *at;

	if (e->inode->type == INODE_DIR)
		session_set(dir->nlink, dir->nlink - 1);
	session_set(*at, e->next);
	block_free(e);
	changed(dir);
}

static u32
type_of(u32 mode)
{
	return S_ISDIR(mode) ? DT_DIR :
	       S_ISLNK(mode) ? DT_LNK :
	       S_ISCHR(mode) ? DT_CHR :
			       DT_REG;
}

/* One entry: its bytes, or 0 if it does not fit in n. */
static u32
put_entry(char *to, u32 n, const char *name, u32 len, const struct inode *i,
	  u32 next)
{
	struct dirent *d = (struct dirent *)to;
	u32 bytes = offsetof(struct dirent, d_name) + len + 1;

	bytes = (bytes + sizeof(long) - 1) & ~(u32)(sizeof(long) - 1);
	if (bytes > n)
		return 0;
	d->d_ino = inode_number(i);
	d->d_off = next;
	d->d_reclen = bytes;
	d->d_type = type_of(i->mode);
	memcpy(d->d_name, name, len);
	d->d_name[len] = 0;
	return bytes;
}

static s32
put_entries(struct file *f, char *to, u32 n)
{
	struct inode *dir = f->inode, *parent = dir->dir.parent;
	const struct entry *e;
	u32 done = 0, part;

	if (!parent)
		return 0; /* removed */
	for (; f->offset < COOKIE_FIRST; done += part, f->offset++) {
		part = put_entry(to + done, n - done, "..", f->offset + 1,
				 f->offset ? parent : dir, f->offset + 1);
		if (!part)
			return done ? (s32)done : -EINVAL;
	}
	for (e = dir->dir.first; e; e = e->next) {
		if (e->cookie < f->offset)
			continue;
		part = put_entry(to + done, n - done, e->name, e->len, e->inode,
				 e->cookie + 1);
		if (!part)
			return done ? (s32)done : -EINVAL;
		done += part;
		f->offset = e->cookie + 1;
	}
	return done;
}

s32
fs_getdents(int fd, void *to, u32 n)
{
	struct file *f = file_of(fd);

	if (!f)
		return -EBADF;
	if (f->inode->type != INODE_DIR)
		return -ENOTDIR;
	session_lock();
	return session_end(put_entries(f, to, n));
}
