/* SPDX-License-Identifier: MIT */
/* Inodes: made, counted, and given back when nobody has them any more. */
#include <string.h>

#include "fs.h"

/* A new one has no name and no reference: give it one before the end. */
struct inode *
inode_new(u32 type, u32 mode)
{
	struct inode *i = block_alloc(sizeof *i);

	if (!i)
		return 0;
	i->type = type;
	i->mode = mode;
	i->atime = i->mtime = i->ctime = session_seconds();
	return i;
}

/* The pages go after the transaction, a few at a time: inode_finish(). */
static void
end_if_unused(struct inode *i)
{
	if (i->nlink || i->refs)
		return;
	session_set(i->size, 0);
	session_set(session->unfinished, i);
}

void
inode_unlink(struct inode *i)
{
	session_set(i->nlink, i->nlink - 1);
	i->ctime = session_seconds();
	end_if_unused(i);
}

void
inode_put(struct inode *i)
{
	session_set(i->refs, i->refs - 1);
	end_if_unused(i);
}

void
inode_finish(struct inode *i)
{
	if (i->type == INODE_FILE && !i->maps)
		content_trim(i);
	if (!i->nlink && !i->refs) {
		if (i->type == INODE_PIPE)
			page_free(i->pipe.page);
		if (i->type == INODE_LINK)
			block_free(i->text);
		block_free(i);
	}
	session_set(session->unfinished, 0);
	session_commit();
}

u32
inode_number(const struct inode *i)
{
	return ((uintptr_t)i - SESSION_BASE) / BLOCK_MIN;
}

void
inode_stat(const struct inode *i, struct stat *st)
{
	memset(st, 0, sizeof *st);
	st->st_dev = 1 + i->readonly;
	st->st_ino = inode_number(i);
	st->st_mode = i->mode;
	st->st_nlink = i->nlink;
	if (S_ISCHR(i->mode))
		st->st_rdev = i->type;
	st->st_size = i->size;
	st->st_atime = i->atime;
	st->st_mtime = i->mtime;
	st->st_ctime = i->ctime;
	st->st_blksize = SESSION_PAGE;
	st->st_blocks = i->type == INODE_FILE ?
				content_pages(i) * (SESSION_PAGE / 512) :
				(i->size + 511) / 512;
}
