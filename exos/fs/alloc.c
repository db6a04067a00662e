/* SPDX-License-Identifier: MIT */
/*
 * Pages of the session segment, and blocks of fixed sizes in them.  Blocks
 * lie in the first SESSION_SMALL pages, so that the number of one fits the
 * 16 bits of Newlib's ino_t.
 */
#include <string.h>

#include "session.h"

/* A page of blocks begins with this, in the place of the first block. */
struct block_page {
	struct block_page *next; /* of this order with a free block */
	u32 order;		 /* blocks of BLOCK_MIN << order bytes */
	u32 used[2];		 /* a bit a block */
};

#define PAGE_OF(p)	((uintptr_t)(p) & ~(uintptr_t)(SESSION_PAGE - 1))
#define PAGE_NUMBER(p)	(((uintptr_t)(p)-SESSION_BASE) / SESSION_PAGE)
#define PAGE_ADDRESS(n) ((void *)(SESSION_BASE + (n) * (u32)SESSION_PAGE))

static void *
take_page(u32 from, u32 to)
{
	if (session->freed)
		session_fail("allocation after a free");
	for (u32 w = from / 32; w < to / 32; w++) {
		u32 free = ~session->used[w], n = w * 32;
		int present;

		if (!free)
			continue;
		n += __builtin_ctz(free);
		present = session_page(n);
		if (present < 0)
			return 0;
		if (present)
			memset(PAGE_ADDRESS(n), 0, SESSION_PAGE);
		session_set(session->used[w],
			    session->used[w] | (free & -free));
		return PAGE_ADDRESS(n);
	}
	return 0;
}

void *
page_alloc(void)
{
	return take_page(SESSION_SMALL, SESSION_PAGES);
}

void
page_free(void *page)
{
	u32 n = PAGE_NUMBER(page);

	session_set(session->used[n / 32],
		    session->used[n / 32] & ~(1u << n % 32));
	session->freed = 1;
	if (session->ndrop < DROP_MAX) {
		session->drop[session->ndrop] = n;
		session_barrier();
		session->ndrop++;
	}
}

static u32
blocks_in_page(u32 order)
{
	return (SESSION_PAGE - BLOCK_MIN) / (BLOCK_MIN << order);
}

/* The first free block of a page, or how many there are. */
static u32
free_block(const struct block_page *p)
{
	u32 n = blocks_in_page(p->order), w = p->used[0] + 1 == 0;
	u32 first = w * 32 + __builtin_ctz(~p->used[w]);

	return first < n ? first : n;
}

static int
is_full(const struct block_page *p)
{
	return free_block(p) == blocks_in_page(p->order);
}

void *
block_alloc(u32 bytes)
{
	struct block_page *p;
	u32 order = 0, n;
	char *block;

	while (bytes > (u32)BLOCK_MIN << order)
		order++;
	p = session->partial[order];
	if (!p) {
		p = take_page(0, SESSION_SMALL);
		if (!p)
			return 0;
		p->order = order;
		session_set(session->partial[order], p);
	}
	if (session->freed)
		session_fail("allocation after a free");
	n = free_block(p);
	session_set(p->used[n / 32], p->used[n / 32] | 1u << n % 32);
	if (is_full(p))
		session_set(session->partial[order], p->next);
	block = (char *)p + BLOCK_MIN + n * ((u32)BLOCK_MIN << order);
	memset(block, 0, (u32)BLOCK_MIN << order);
	return block;
}

void
block_free(void *block)
{
	struct block_page *p = (void *)PAGE_OF(block), **at;
	u32 size = (u32)BLOCK_MIN << p->order;
	u32 n = ((uintptr_t)block - (uintptr_t)p - BLOCK_MIN) / size;

	if (is_full(p)) {
		session_set(p->next, session->partial[p->order]);
		session_set(session->partial[p->order], p);
	}
	session_set(p->used[n / 32], p->used[n / 32] & ~(1u << n % 32));
	session->freed = 1;
	if (p->used[0] | p->used[1])
		return;
	for (at = &session->partial[p->order]; *at != p;)
		at = &(*at)->next;
	session_set(*at, p->next);
	page_free(p);
}

void
session_usage(u32 *pages, u32 *blocks)
{
	*pages = *blocks = 0;
	for (u32 w = 0; w < SESSION_PAGES / 32; w++)
		*pages += __builtin_popcount(session->used[w]);
	for (u32 n = SESSION_HEADER; n < SESSION_SMALL; n++) {
		const struct block_page *p = PAGE_ADDRESS(n);

		if (session->used[n / 32] >> n % 32 & 1)
			*blocks += __builtin_popcount(p->used[0]) +
				   __builtin_popcount(p->used[1]);
	}
}
