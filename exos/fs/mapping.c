/* SPDX-License-Identifier: MIT */
/*
 * Files that are mapped (mmap): which a process has is in its record, as what
 * it has open, so fork copies it, and what the dead had mapped is found.
 *
 * A mapped file keeps its pages, also those beyond its end, until nobody has
 * it mapped any more: others may still see them.
 */
#include <errno.h>
#include <fcntl.h>

#include "fs.h"

struct mapping *
mapping_find(u32 id)
{
	struct mapping *m = process_self()->maps;

	while (m && m->id != id)
		m = m->next;
	return m;
}

/* Another mapping of a file; 0: no room. */
static struct mapping *
add(struct process *p, struct inode *i, u32 page, u32 id)
{
	struct mapping *m = i->maps == MAPS_MAX ? 0 : block_alloc(sizeof *m);

	if (!m)
		return 0;
	m->inode = i;
	m->page = page;
	m->id = id;
	m->next = p->maps;
	session_set(i->refs, i->refs + 1);
	session_set(i->maps, i->maps + 1);
	session_set(p->maps, m);
	return m;
}

static int
check(const struct file *f, u32 kind)
{
	u32 has = f ? f->flags & O_ACCMODE : 0;

	if (!f)
		return -EBADF;
	if (has == O_WRONLY || (kind & MAP_WRITES && has != O_RDWR))
		return -EACCES;
	return f->inode->type == INODE_FILE || f->inode->type == INODE_ARCHIVE ?
		       0 :
		       -ENODEV;
}

/* One more than any of the process's. */
static u32
new_id(const struct process *p)
{
	u32 id = 0;

	for (struct mapping *m = p->maps; m; m = m->next)
		if (m->id > id)
			id = m->id;
	return id + 1;
}

int
fs_map(int fd, u32 page, u32 kind)
{
	struct process *p = process_lock();
	struct file *f = file_of(fd);
	u32 id = new_id(p);
	int e = check(f, kind);

	if (!e && !add(p, f->inode, page, id))
		e = -ENOMEM;
	return session_end(e ? e : (int)id);
}

int
mapping_copy(struct process *to, const struct process *from)
{
	struct mapping *m = from->maps;

	for (; m; m = m->next) {
		if (!add(to, m->inode, m->page, m->id))
			return -ENOMEM;
		session_commit();
	}
	return 0;
}

void
mapping_remove(struct process *p, struct mapping *m)
{
	struct mapping **at = &p->maps;
	struct inode *i = m->inode;

	while (*at != m)
		at = &(*at)->next;
	session_set(*at, m->next);
	session_set(i->maps, i->maps - 1);
	if (!i->maps)
		session_set(session->unfinished, i);
	block_free(m);
	inode_put(i);
	session_settle();
}

/* A store each, which needs no undoing: to look again does no harm. */
void
mapping_shrunk(const struct inode *i)
{
	for (struct process *p = session->processes; p; p = p->next)
		for (struct mapping *m = p->maps; m; m = m->next)
			if (m->inode == i)
				p->pending |= PENDING_LOOK;
}
