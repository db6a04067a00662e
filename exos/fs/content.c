/* SPDX-License-Identifier: MIT */
/*
 * The pages of a file in memory: some in the inode, then a table of pages,
 * then a table of tables.  A page that is not there is a hole and reads as
 * zeros.  No page lies wholly beyond the end of the file but while
 * session->unfinished names it.
 */
#include <errno.h>
#include <string.h>

#include "fs.h"

#define PAGES_MAX (NDIRECT + PER_TABLE + PER_TABLE * PER_TABLE)
#define REACH	  ((uint64_t)PAGES_MAX * SESSION_PAGE)

/* Bytes of a file at most: what the tables reach, if off_t does. */
static const u32 size_max = REACH < FILE_MAX ? REACH : FILE_MAX;

/* A table under *at, made if need be. */
static void **
table_under(void **at, int make)
{
	if (!*at && make) {
		void *t = page_alloc();

		session_set(*at, t);
	}
	return *at;
}

/* Where the address of page n is kept; 0: nowhere, or no room for that. */
static void **
slot(struct inode *i, u32 n, int make)
{
	void **t;

	if (n < NDIRECT)
		return &i->file.direct[n];
	n -= NDIRECT;
	if (n < PER_TABLE) {
		t = table_under(&i->file.table, make);
		return t ? &t[n] : 0;
	}
	n -= PER_TABLE;
	t = table_under(&i->file.tables, make);
	if (t)
		t = table_under(&t[n / PER_TABLE], make);
	return t ? &t[n % PER_TABLE] : 0;
}

static s32
content_read(struct inode *i, char *to, u32 n, u32 *at)
{
	u32 done = 0;

	session_lock();
	if (*at < i->size && n > i->size - *at)
		n = i->size - *at;
	else if (*at >= i->size)
		n = 0;
	while (done < n) {
		u32 off = (*at + done) % SESSION_PAGE;
		u32 part = SESSION_PAGE - off;
		void **s = slot(i, (*at + done) / SESSION_PAGE, 0);

		if (part > n - done)
			part = n - done;
		if (s && *s)
			memcpy(to + done, (char *)*s + off, part);
		else
			memset(to + done, 0, part);
		done += part;
	}
	*at += done;
	i->atime = session_seconds();
	return session_end(done);
}

char *
content_page(struct inode *i, u32 n, int make)
{
	void **s = slot(i, n, make), *page;

	if (!s || *s || !make)
		return s ? *s : 0;
	page = page_alloc();
	if (page)
		session_set(*s, page);
	return page;
}

/*
 * The file is to grow to a place beyond its end: zeros up to there.  A file
 * that is mapped may have whole pages beyond its end.
 */
static void
zero_tail(struct inode *i, u32 to)
{
	u32 at = i->size, part;

	for (; at < to; at += part) {
		char *page = content_page(i, at / SESSION_PAGE, 0);
		u32 off = at % SESSION_PAGE;

		part = SESSION_PAGE - off;
		if (part > to - at)
			part = to - at;
		if (page)
			memset(page + off, 0, part);
		if (!i->maps)
			return;
	}
}

/* At most to the end of a page, as a transaction of its own. */
static s32
write_part(struct inode *i, const char *from, u32 n, u32 at)
{
	u32 off = at % SESSION_PAGE;
	void **s, *page;

	if (n > SESSION_PAGE - off)
		n = SESSION_PAGE - off;
	s = slot(i, at / SESSION_PAGE, 1);
	page = s && !*s ? page_alloc() : s ? *s : 0;
	if (!page)
		return -ENOSPC;
	zero_tail(i, at);
	memcpy((char *)page + off, from, n);
	if (!*s)
		session_set(*s, page);
	if (at + n > i->size)
		session_set(i->size, at + n);
	session_commit();
	return n;
}

static s32
content_write(struct inode *i, const char *from, u32 n, u32 *at, u32 append)
{
	u32 done = 0;
	s32 r = 0;

	session_lock();
	if (append)
		*at = i->size;
	if (*at >= size_max)
		return session_end(-EFBIG);
	if (n > size_max - *at)
		n = size_max - *at;
	for (; done < n && r >= 0; done += r > 0 ? r : 0)
		r = write_part(i, from + done, n - done, *at + done);
	if (r < 0)
		session_rollback();
	*at += done;
	i->mtime = i->ctime = session_seconds();
	return session_end(done ? (s32)done : r);
}

void
content_resize(struct inode *i, u32 size)
{
	zero_tail(i, size);
	if (size < i->size) {
		session_set(session->unfinished, i);
		mapping_shrunk(i);
	}
	session_set(i->size, size);
	i->mtime = i->ctime = session_seconds();
}

static int
content_truncate(struct inode *i, u32 size)
{
	if (size > size_max)
		return -EFBIG;
	session_lock();
	content_resize(i, size);
	session_end(0);
	process_look();
	return 0;
}

/*
 * Free the pages under *at, which is level tables above them, from the
 * first on; each in a transaction of its own.
 */
static void
trim(void **at, u32 level, u32 first)
{
	u32 span = level == 2 ? PER_TABLE : 1;
	void *page = *at;

	if (!page)
		return;
	for (u32 k = first / span; level && k < PER_TABLE; k++)
		trim((void **)page + k, level - 1,
		     k == first / span ? first % span : 0);
	if (first)
		return;
	session_set(*at, 0);
	page_free(page);
	session_commit();
}

void
content_trim(struct inode *i)
{
	u32 first = (i->size + (uint64_t)SESSION_PAGE - 1) / SESSION_PAGE;

	for (u32 n = first; n < NDIRECT; n++)
		trim(&i->file.direct[n], 0, 0);
	first = first > NDIRECT ? first - NDIRECT : 0;
	if (first < PER_TABLE)
		trim(&i->file.table, 1, first);
	first = first > PER_TABLE ? first - PER_TABLE : 0;
	trim(&i->file.tables, 2, first);
}

/* Pages in a table that may not be there, with the table. */
static u32
count(void *const *table)
{
	u32 n = table != 0;

	for (u32 k = 0; table && k < PER_TABLE; k++)
		n += table[k] != 0;
	return n;
}

/* With the tables. */
u32
content_pages(const struct inode *i)
{
	void *const *tables = i->file.tables;
	u32 n = count(i->file.table) + (tables != 0);

	for (u32 k = 0; k < NDIRECT; k++)
		n += i->file.direct[k] != 0;
	for (u32 k = 0; tables && k < PER_TABLE; k++)
		n += count(tables[k]);
	return n;
}

const struct file_ops content_ops = {
	.read = content_read,
	.write = content_write,
	.truncate = content_truncate,
};
