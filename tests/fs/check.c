/* SPDX-License-Identifier: MIT */
/*
 * Is the segment consistent?  Everything is reached from its roots, counted,
 * and compared with what the structures say of themselves.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

/* The allocator with its inner structures; alloc.c is not linked beside. */
#include "../../exos/fs/alloc.c"

#define SEEN_MAX 100000

struct seen {
	const void *at;
	u32 is_inode, links, refs, maps, subdirs;
};
static struct seen seen[SEEN_MAX]; /* blocks */
static u32 nseen, npages;
static u8 page_seen[SESSION_PAGES];
static const char *wrong;
static uint64_t sum;

static void
fail(const char *why)
{
	if (!wrong)
		wrong = why;
}

static void
mix(uint64_t v)
{
	sum = (sum ^ v) * 0x100000001b3u;
	sum ^= sum >> 29;
}

/* Zeros count by where they are not. */
static void
mix_bytes(const void *p, u32 n)
{
	for (u32 i = 0; i < n; i++)
		if (((const u8 *)p)[i])
			mix((uint64_t)i << 8 | ((const u8 *)p)[i]);
}

static int
bit(const u32 *words, u32 n)
{
	return words[n / 32] >> n % 32 & 1;
}

static void
use_page(const void *at)
{
	u32 n = PAGE_NUMBER(at);

	if (n < SESSION_SMALL || n >= SESSION_PAGES ||
	    PAGE_OF(at) != (uintptr_t)at)
		fail("a page outside the range of pages");
	else if (!bit(session->used, n) || !host->present[n])
		fail("a page in use is not allocated");
	else if (page_seen[n]++)
		fail("a page is used twice");
	npages++;
}

/* The block at an address; made known if it is new. */
static struct seen *
use_block(const void *at, u32 bytes, int *is_new)
{
	const struct block_page *p = (const void *)PAGE_OF(at);
	u32 n = PAGE_NUMBER(at), size, k;

	*is_new = 0;
	for (u32 i = 0; i < nseen; i++)
		if (seen[i].at == at)
			return &seen[i];
	*is_new = 1;
	if (n < SESSION_HEADER || n >= SESSION_SMALL ||
	    !bit(session->used, n) || !host->present[n]) {
		fail("a block in a page that holds none");
		abort();
	}
	size = BLOCK_MIN << p->order;
	k = ((uintptr_t)at - (uintptr_t)p - BLOCK_MIN) / size;
	if ((uintptr_t)at != (uintptr_t)p + BLOCK_MIN + k * size ||
	    !bit(p->used, k) || bytes > size)
		fail("a block in use is not allocated");
	seen[nseen] = (struct seen){ .at = at };
	return &seen[nseen++];
}

static void
new_block(const void *at, u32 bytes)
{
	int is_new;

	use_block(at, bytes, &is_new);
	if (!is_new)
		fail("a block is used twice");
}

static void
use_table(void *const *table, u32 level)
{
	if (!table)
		return;
	use_page(table);
	for (u32 k = 0; level && k < PER_TABLE; k++)
		use_table(table[k], level - 1);
}

static void
use_content(struct inode *i)
{
	char part[SESSION_PAGE];
	struct inode copy = *i;
	u32 at = 0;
	s32 n;

	for (u32 k = 0; k < NDIRECT; k++)
		use_table(i->file.direct[k], 0);
	use_table(i->file.table, 1);
	use_table(i->file.tables, 2);
	for (u32 page = (i->size + SESSION_PAGE - 1) / SESSION_PAGE;
	     page < NDIRECT; page++)
		if (i->file.direct[page])
			fail("a page beyond the end of a file");
	if (i->file.table && i->size <= NDIRECT * SESSION_PAGE)
		fail("a table beyond the end of a file");
	while ((n = content_ops.read(&copy, part, sizeof part, &at)) > 0)
		mix_bytes(part, n);
}

static void use_dir(struct inode *dir, u32 self);

/* Which of the seen it is. */
static u32
use_inode(struct inode *i)
{
	int is_new;
	u32 n = use_block(i, sizeof *i, &is_new) - seen;

	mix(n);
	if (!is_new)
		return n;
	seen[n].is_inode = 1;
	mix(i->type);
	mix(i->mode);
	mix(i->size);
	mix(i->nlink);
	if (i->type == INODE_FILE)
		use_content(i);
	if (i->type == INODE_LINK) {
		new_block(i->text, i->size + 1);
		mix_bytes(i->text, i->size);
	}
	if (i->type == INODE_PIPE) {
		use_page(i->pipe.page);
		mix(i->pipe.readers);
		mix(i->pipe.writers);
		for (u32 k = i->pipe.out; k != i->pipe.in; k++)
			mix((u8)i->pipe.page[k % SESSION_PAGE]);
		if (i->pipe.in - i->pipe.out > SESSION_PAGE)
			fail("a pipe with more than it holds");
	}
	if (i->type == INODE_DIR)
		use_dir(i, n);
	return n;
}

static void
use_dir(struct inode *dir, u32 self)
{
	u32 cookie = 0;

	for (struct entry *e = dir->dir.first; e; e = e->next) {
		u32 n;

		new_block(e, sizeof *e + e->len + 1);
		if (e->cookie <= cookie || e->cookie >= dir->dir.cookie)
			fail("cookies out of order");
		cookie = e->cookie;
		mix_bytes(e->name, e->len);
		if (e->name[e->len] || strlen(e->name) != e->len)
			fail("a name is not as long as it says");
		for (struct entry *o = e->next; o; o = o->next)
			if (!strcmp(o->name, e->name))
				fail("a name is there twice");
		n = use_inode(e->inode);
		seen[n].links++;
		if (e->inode->type != INODE_DIR)
			continue;
		seen[self].subdirs++;
		if (e->inode->dir.parent != dir)
			fail("a directory has another parent");
	}
}

static void
use_process(struct process *p)
{
	new_block(p, sizeof *p);
	mix(p->umask);
	if (p->cwd)
		seen[use_inode(p->cwd)].refs++;
	for (struct mapping *m = p->maps; m; m = m->next) {
		struct seen *s = &seen[use_inode(m->inode)];

		new_block(m, sizeof *m);
		s->refs++;
		s->maps++;
		mix(m->page);
		mix(m->id);
	}
	for (u32 fd = 0; fd < FS_OPEN_MAX; fd++) {
		struct file *f = p->file[fd];
		struct seen *s;
		int is_new;

		mix(f != 0);
		if (!f) {
			if (bit(p->cloexec, fd))
				fail("a closed descriptor has a flag");
			continue;
		}
		mix(bit(p->cloexec, fd));
		s = use_block(f, sizeof *f, &is_new);
		s->refs++;
		mix(f->flags);
		mix(s - seen);
		if (is_new)
			seen[use_inode(f->inode)].refs++;
	}
}

static void
check_inode(const struct seen *s, const struct inode *i)
{
	u32 links = s->links;

	if (i->type == INODE_DIR && (i == session->root || links))
		links = 2 + s->subdirs;
	if (i->type == INODE_DIR && !links && (i->dir.first || i->dir.parent))
		fail("a removed directory is not empty");
	if (i->nlink != links)
		fail("the number of names is wrong");
	if (i->refs != s->refs)
		fail("the number of references is wrong");
	if (i->maps != s->maps)
		fail("the number of mappings is wrong");
	if (!i->nlink && !i->refs)
		fail("an inode that nobody has");
}

/* Every inode and open file again, now that all is counted. */
static void
check_counts(void)
{
	for (u32 k = 0; k < nseen; k++)
		if (seen[k].is_inode)
			check_inode(&seen[k], seen[k].at);
	for (struct process *p = session->processes; p; p = p->next) {
		for (u32 fd = 0; fd < FS_OPEN_MAX; fd++) {
			const struct file *f = p->file[fd];
			int is_new;

			if (f && f->refs != use_block(f, 1, &is_new)->refs)
				fail("an open file is counted wrong");
		}
	}
}

static void
check_allocator(void)
{
	u32 pages, blocks, small = 0, partial = 0;

	for (u32 n = SESSION_HEADER; n < SESSION_SMALL; n++) {
		const struct block_page *p = PAGE_ADDRESS(n);

		if (!bit(session->used, n))
			continue;
		small++;
		partial += !is_full(p);
		if (!(p->used[0] | p->used[1]))
			fail("a page of no blocks");
	}
	for (u32 c = 0; c < BLOCK_ORDERS; c++)
		for (struct block_page *p = session->partial[c]; p;
		     p = p->next) {
			partial--;
			if (p->order != c || is_full(p))
				fail("a page in the wrong list");
		}
	if (partial)
		fail("a page with free blocks is in no list");
	session_usage(&pages, &blocks);
	if (blocks != nseen)
		fail("blocks are lost");
	if (pages != SESSION_HEADER + small + npages)
		fail("pages are lost");
}

static void
look(void)
{
	wrong = 0;
	nseen = npages = 0;
	sum = 0xcbf29ce484222325u;
	memset(page_seen, 0, sizeof page_seen);
	if (session->root)
		use_inode(session->root);
	if (session->console)
		seen[use_inode(session->console)].refs++;
	for (struct process *p = session->processes; p; p = p->next)
		use_process(p);
}

const char *
host_check(void)
{
	if (session->lock.owner || session->nlog || session->ndrop ||
	    session->freed || session->unfinished)
		return "a transaction is open";
	look();
	check_counts();
	check_allocator();
	return wrong;
}

uint64_t
host_signature(void)
{
	look();
	return sum;
}
