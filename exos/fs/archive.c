/* SPDX-License-Identifier: MIT */
/*
 * The boot archive: its headers are checked once and become inodes; what
 * its files hold is read where it lies.  The format is ustar (POSIX.1-2008,
 * pax, "ustar Interchange Format"), of which files, directories and symbolic
 * links are taken and the rest is passed over.
 */
#include <errno.h>
#include <string.h>

#include "fs.h"

#define BLOCK 512

struct header {
	char name[ARCHIVE_NAME];
	char mode[8], uid[8], gid[8], size[12], mtime[12], sum[8];
	char type;
	char link[ARCHIVE_NAME];
	char magic[6], version[2], user[32], group[32], major[8], minor[8];
	char prefix[ARCHIVE_PREFIX];
	char pad[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "ustar");

/* Octal digits, ended by a space or zero; 0 or -EILSEQ. */
static int
octal(const char *s, u32 n, u32 *value)
{
	u32 v = 0, i = 0;

	for (; i < n && s[i] >= '0' && s[i] <= '7'; i++) {
		if (v >> 29)
			return -EILSEQ;
		v = v << 3 | (u32)(s[i] - '0');
	}
	*value = v;
	return i > 0 && (i == n || s[i] == ' ' || !s[i]) ? 0 : -EILSEQ;
}

static int
sum_is_right(const struct header *h)
{
	const u8 *p = (const u8 *)h;
	u32 sum = 0, want;

	for (u32 i = 0; i < BLOCK; i++)
		sum += p[i];
	for (u32 i = 0; i < sizeof h->sum; i++)
		sum += ' ' - (u8)h->sum[i];
	return octal(h->sum, sizeof h->sum, &want) == 0 && sum == want;
}

/* Append a field, which ends at a zero or at its length. */
static char *
append(char *to, const char *s, u32 n)
{
	while (n-- && *s)
		*to++ = *s++;
	*to = 0;
	return to;
}

static u32
type_of(char type)
{
	switch (type) {
	case '0':
	case 0:
		return S_IFREG;
	case '2':
		return S_IFLNK;
	case '5':
		return S_IFDIR;
	}
	return 0;
}

int
archive_next(const u8 *base, u32 bytes, u32 *at, struct archive_entry *e)
{
	const struct header *h = (const void *)(base + *at);
	char *to = e->name;
	u32 size, room;

	if (bytes - *at < BLOCK)
		return -EILSEQ;
	if (!h->name[0])
		return 0;
	room = (bytes - *at) / BLOCK * BLOCK - BLOCK;
	if (memcmp(h->magic, "ustar", 6) || !sum_is_right(h) ||
	    octal(h->mode, sizeof h->mode, &e->mode) ||
	    octal(h->size, sizeof h->size, &size) ||
	    octal(h->mtime, sizeof h->mtime, &e->mtime) || size > room)
		return -EILSEQ;
	if (h->prefix[0]) {
		to = append(to, h->prefix, ARCHIVE_PREFIX);
		*to++ = '/';
	}
	append(to, h->name, ARCHIVE_NAME);
	append(e->link, h->link, ARCHIVE_NAME);
	e->type = type_of(h->type);
	e->size = size;
	e->offset = *at + BLOCK;
	*at = e->offset + (size + BLOCK - 1) / BLOCK * BLOCK;
	return 1;
}

/* The inode of an entry; 0: no room. */
static struct inode *
inode_of(struct inode *dir, const struct archive_entry *e)
{
	u32 mode = e->mode & 07777, len = strlen(e->link);
	struct inode *i;

	if (e->type == S_IFDIR)
		i = dir_new(dir, mode);
	else if (e->type == S_IFLNK)
		i = inode_new(INODE_LINK, S_IFLNK | 0777);
	else
		i = inode_new(INODE_ARCHIVE, S_IFREG | mode);
	if (!i)
		return 0;
	i->readonly = 1;
	i->atime = i->mtime = i->ctime = e->mtime;
	if (i->type == INODE_ARCHIVE) {
		i->size = e->size;
		i->offset = e->offset;
	}
	if (i->type == INODE_LINK) {
		i->size = len;
		i->text = block_alloc(len + 1);
		if (!i->text)
			return 0;
		memcpy(i->text, e->link, len);
	}
	return i;
}

/* A directory on the way to an entry, made if it has no entry itself. */
static int
enter(struct inode **dir, const char *name, u32 len)
{
	struct entry *e = *dir_find(*dir, name, len);

	if (!e) {
		struct inode *i = dir_new(*dir, 0755);
		int r;

		if (i)
			i->readonly = 1;
		r = tree_add(*dir, name, len, i);
		if (r)
			return r;
		e = *dir_find(*dir, name, len);
	}
	*dir = e->inode;
	return e->inode->type == INODE_DIR ? 0 : -EILSEQ;
}

/* One entry into the tree; a name that is there already stays what it is. */
static int
place(struct inode *dir, const struct archive_entry *e)
{
	const char *name = e->name, *end, *next;
	int r;

	for (;; name = next) {
		for (end = name; *end && *end != '/';)
			end++;
		for (next = end; *next == '/';)
			next++;
		if (end == name + 2 && name[0] == '.' && name[1] == '.')
			return -EILSEQ;
		if (end - name > FS_NAME_MAX)
			return -EILSEQ;
		if (!*next)
			break;
		if (end == name || (end == name + 1 && *name == '.'))
			continue;
		r = enter(&dir, name, end - name);
		if (r)
			return r;
	}
	if (end == name || (end == name + 1 && *name == '.'))
		return 0;
	if (e->type == S_IFLNK && !e->link[0])
		return -EILSEQ;
	return tree_add(dir, name, end - name, inode_of(dir, e));
}

int
archive_mount(struct inode *root, const u8 *base, u32 bytes)
{
	struct archive_entry e;
	u32 at = 0;
	int r, damaged = 0;

	while ((r = archive_next(base, bytes, &at, &e)) > 0) {
		r = e.type ? place(root, &e) : 0;
		if (r == -ENOSPC)
			return r;
		if (r)
			damaged = 1;
	}
	return damaged ? -EILSEQ : r;
}

static s32
archive_read(struct inode *i, char *to, u32 n, u32 *at)
{
	u32 bytes;
	const u8 *base = archive_start(&bytes);

	if (*at >= i->size)
		return 0;
	if (n > i->size - *at)
		n = i->size - *at;
	memcpy(to, base + i->offset + *at, n);
	*at += n;
	return n;
}

const struct file_ops archive_ops = { .read = archive_read };
