/* SPDX-License-Identifier: MIT */
/* The tree a session begins with: /dev, /tmp and the boot archive. */
#include <errno.h>
#include <string.h>

#include "fs.h"

int
tree_add(struct inode *dir, const char *name, u32 len, struct inode *i)
{
	struct entry **at = dir_find(dir, name, len);
	int e = *at ? -EEXIST : i ? dir_add(dir, at, name, len, i) : -ENOSPC;

	if (e)
		session_rollback();
	session_commit();
	return e == -EEXIST ? 0 : e;
}

static struct inode *
find(struct inode *dir, const char *name)
{
	struct entry *e = *dir_find(dir, name, strlen(name));

	return e ? e->inode : 0;
}

static int
device(struct inode *dev, const char *name, u32 type)
{
	return tree_add(dev, name, strlen(name),
			inode_new(type, S_IFCHR | 0666));
}

static int
root(void)
{
	struct inode *dir = dir_new(0, 0755);

	if (!dir)
		return -ENOSPC;
	dir->nlink = 2; /* never 0: it has no name to lose */
	session_set(session->root, dir);
	session_commit();
	return 0;
}

static int
devices(struct inode *dir)
{
	struct inode *dev = find(dir, "dev");
	int e = device(dev, "null", INODE_NULL);

	if (!e)
		e = device(dev, "zero", INODE_ZERO);
	if (!e)
		e = tree_add(dev, "console", 7, session->console);
	if (!e)
		e = tree_add(dev, "tty", 3, session->console);
	return e;
}

/* What is there already stays, so a build cut short is only gone on with. */
static int
build(void)
{
	static const char damaged[] = "exos: the boot archive is damaged\n";
	const u8 *archive;
	u32 bytes;
	int e = session->root ? 0 : root();

	if (!e)
		e = tree_add(session->root, "dev", 3,
			     dir_new(session->root, 0755));
	if (!e)
		e = tree_add(session->root, "tmp", 3,
			     dir_new(session->root, 01777));
	if (!e)
		e = devices(session->root);
	if (e)
		return e;
	archive = archive_start(&bytes);
	e = archive_mount(session->root, archive, bytes);
	if (e == -ENOSPC)
		return e;
	if (e)
		console_put(damaged, sizeof damaged - 1);
	session_set(session->complete, 1);
	session_commit();
	return 0;
}

struct inode *
tree_root(void)
{
	return session->complete || !build() ? session->root : 0;
}
