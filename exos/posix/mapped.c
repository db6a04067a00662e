/* SPDX-License-Identifier: MIT */
/*
 * mmap of files.  A page of a file in memory is mapped where it lies in the
 * session segment: for all to write if the mapping is shared, else until it is
 * written, by copy-on-write.  Files of the boot archive do not lie on page
 * boundaries and are copied when they are touched; they never change.
 *
 * Behind the page with the end of a file is nothing: SIGBUS.  Who makes a
 * file shorter sets a bit for those who have it mapped, and they forget the
 * pages in their next slice.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>

#include "../fs/fs.h"
#include "../vm/private.h"
#include "mapped.h"

static int
map_copy(const struct inode *i, u32 va, u32 at, u32 flags)
{
	u32 bytes, n = i->size - at;
	const u8 *from = archive_start(&bytes) + i->offset + at;
	s32 e = exos_map_zero(va, PT_EXOS_D);

	if (e)
		return e;
	memcpy((void *)PAGE_OF(va), from, n < AE_PAGE_SIZE ? n : AE_PAGE_SIZE);
	if (flags & RG_READONLY)
		exos_change(va, 1, PT_WRITE, 0);
	return 0;
}

/* Bytes behind the end of the file read as zeros. */
static void
zero_end(const struct inode *i, char *page, u32 at)
{
	if (i->size - at < AE_PAGE_SIZE)
		memset(page + (i->size - at), 0, AE_PAGE_SIZE - (i->size - at));
}

/* A page of a file in memory; private ones are copied when written. */
static int
map_page(struct inode *i, u32 va, u32 at, u32 flags, int may_add)
{
	int is_shared = (flags & RG_SHARED) != 0;
	char *page = content_page(i, at / AE_PAGE_SIZE, is_shared && may_add);
	u32 lo;

	if (!page && is_shared)
		return EXOS_FAULT_BUS; /* no room for it */
	if (!page)
		return exos_map_zero(va, flags & RG_READONLY ? 0 : PT_EXOS_D);
	zero_end(i, page, at);
	lo = session_entry(page);
	if (!(flags & RG_READONLY))
		lo |= PT_WRITE;
	return exos_map(va, lo | (is_shared ? PT_SHARED : PT_COW));
}

/*
 * The lock may be ours already, when a file call is given the address of a
 * mapped file; the transaction is then not ours to end.
 */
static int
file_fault(struct exos_region *r, u32 va, int write)
{
	struct mapping *m = mapping_find(r->arg);
	u32 at = PAGE_OF(va) - r->origin;
	int nested = session->lock.owner == exos_self, e;

	if (!m || r->flags & RG_NOACCESS || (write && r->flags & RG_READONLY) ||
	    exos_lookup(va))
		return AE_EACCES;
	at += m->page * AE_PAGE_SIZE;
	if (!nested)
		session_lock();
	if (at >= m->inode->size)
		e = EXOS_FAULT_BUS;
	else if (m->inode->type == INODE_ARCHIVE)
		e = map_copy(m->inode, va, at, r->flags);
	else
		e = map_page(m->inode, va, at, r->flags, !nested);
	if (!nested)
		session_end(0);
	return e;
}

/* The pages that a shared mapping can need, so that no fault allocates. */
static void
fill(u32 id, size_t len)
{
	struct mapping *m = mapping_find(id);
	struct inode *i = m->inode;

	for (u32 n = 0; n < len / AE_PAGE_SIZE + 1; n++) {
		process_lock();
		if (i->type != INODE_FILE ||
		    (m->page + n) * AE_PAGE_SIZE >= i->size) {
			session_end(0);
			return;
		}
		session_end(content_page(i, m->page + n, 1) ? 0 : -ENOSPC);
	}
}

int
map_file(int fd, off_t off, size_t len, int prot, int kind,
	 struct exos_region *r)
{
	int shared = kind == MAP_SHARED;
	struct file *f = file_of(fd);
	int id;

	if (off < 0)
		return EINVAL;
	if (len > (u32)INT_MAX - (u32)off)
		return EOVERFLOW;
	if (f && f->inode->type == INODE_ZERO) {
		r->flags |= RG_ANONYMOUS;
		r->fault = exos_fault_zero;
		return 0;
	}
	id = fs_map(fd, off / AE_PAGE_SIZE,
		    shared && prot & PROT_WRITE ? MAP_WRITES : 0);
	if (id < 0)
		return -id;
	if (shared && (f->flags & O_ACCMODE) != O_RDWR)
		r->flags |= RG_KEPT;
	if (shared)
		fill(id, len);
	r->fault = file_fault;
	r->arg = id;
	return 0;
}

static int
is_used(u32 id)
{
	struct exos_region r;

	for (u32 i = 0; exos_region_get(i, &r) == 0; i++)
		if (r.fault == file_fault && r.arg == id)
			return 1;
	return 0;
}

/* The first that is not used; the caller has the lock. */
static struct mapping *
unused(struct process *p)
{
	struct mapping *m = p->maps;

	while (m && is_used(m->id))
		m = m->next;
	return m;
}

void
map_sweep(void)
{
	struct mapping *m;
	struct process *p;

	if (!process_cached || !process_cached->maps)
		return;
	p = process_lock();
	while ((m = unused(p)))
		mapping_remove(p, m);
	session_end(0);
}

/* The first address of a region behind the page with its file's end. */
static u32
end_of(const struct exos_region *r)
{
	const struct mapping *m = mapping_find(r->arg);
	u32 size = m ? m->inode->size : 0, from;

	from = m ? m->page * AE_PAGE_SIZE : 0;
	size = size > from ? size - from : 0;
	from = r->origin + ((size + AE_PAGE_SIZE - 1) & ~(AE_PAGE_SIZE - 1));
	return from > r->start ? from : r->start;
}

void
map_look(void)
{
	struct exos_region r;

	for (u32 i = 0; exos_region_get(i, &r) == 0; i++) {
		if (r.fault != file_fault)
			continue;
		for (u32 va = end_of(&r); (va = exos_next(va, r.end)) < r.end;)
			exos_unmap(va);
	}
}
