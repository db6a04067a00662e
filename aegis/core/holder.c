/* SPDX-License-Identifier: MIT */
/*
 * Who holds a physical page: one reference a holder, in two kinds of lists.
 *
 * Reference number p, below page_count, is page p's first: its holder is the
 * owner, who is charged and asked when memory is revoked.  Further holders
 * have references from a pool.  All references of one environment are a ring;
 * so are the free pages and the unused references of the pool.  Whoever ends
 * an environment or looks for a free page touches no more pages than it must.
 */
#include "check.h"

#define POOL page_count /* references beyond the first, in all */

struct ref {
	u32 next, prev; /* the holder's ring */
	u32 more;	/* next reference to the same page, 0: none */
	u32 page:24, holder:8;
};

static struct ref *refs;
static u32 rings;      /* heads of the rings of environments 0, 1, ... */
static u32 free_pages; /* and of the free pages */
static u32 unused;     /* and of the pool */

#define RING(n) (rings + (n))

static void
unlink(u32 r)
{
	refs[refs[r].prev].next = refs[r].next;
	refs[refs[r].next].prev = refs[r].prev;
}

/* At the end of a ring: pages are given out oldest first. */
static void
link(u32 r, u32 ring)
{
	u32 last = refs[ring].prev;

	refs[r].prev = last;
	refs[r].next = ring;
	refs[last].next = r;
	refs[ring].prev = r;
}

static void
empty_ring(u32 ring)
{
	refs[ring].next = refs[ring].prev = ring;
}

u32
holder_bytes(u32 pages)
{
	return (2 * pages + AE_NENV + 2) * sizeof(struct ref);
}

/* Page 0 is the kernel's, so that 0 can end a chain of references. */
void
holder_init(void *at)
{
	refs = at;
	rings = page_count + POOL;
	free_pages = RING(AE_NENV);
	unused = free_pages + 1;
	for (u32 ring = rings; ring <= unused; ring++)
		empty_ring(ring);
	for (u32 r = page_count; r < page_count + POOL; r++)
		link(r, unused);
	for (u32 page = 0; page < page_count; page++) {
		refs[page].page = page;
		if (page_records[page].state == AE_PG_FREE)
			link(page, free_pages);
		else
			empty_ring(page); /* in no ring */
	}
}

/*
 * The reference of n to a page, or 0.  That is page 0's, which ends every
 * chain: with n in it, one comparison a step is enough.
 */
static u32
find(u32 page, u32 n)
{
	u32 r, next = page;

	refs[0].holder = n;
	do {
		r = next;
		next = refs[r].more;
	} while (refs[r].holder != n);
	refs[0].holder = 0;
	return r;
}

int
holder_has(u32 page, u32 n)
{
	return page_records[page].state == AE_PG_OWNED && find(page, n) != 0;
}

/* The page that has been free longest, or AE_ENOMEM. */
s32
holder_free_page(void)
{
	u32 r = refs[free_pages].next;

	return r == free_pages ? AE_ENOMEM : (s32)r;
}

/* The page that n got last of those it holds, or 0. */
u32
holder_newest(u32 n)
{
	u32 r = refs[RING(n)].prev;

	return r == RING(n) ? 0 : refs[r].page;
}

/* The newest page that n holds becomes its oldest. */
void
holder_rotate(u32 n)
{
	u32 r = refs[RING(n)].prev, oldest;

	unlink(r);
	oldest = refs[RING(n)].next;
	refs[r].prev = RING(n);
	refs[r].next = oldest;
	refs[RING(n)].next = refs[oldest].prev = r;
}

/* A free page becomes n's. */
void
holder_take(u32 page, u32 n)
{
	unlink(page);
	link(page, RING(n));
	refs[page].holder = n;
	page_records[page].owner = n;
	page_records[page].state = AE_PG_OWNED;
	page_records[page].holders = 1;
	gates[n].pages++;
	info->free_pages--;
	revoke_got(n, AE_RES_PAGE);
}

/* One holder more.  AE_EINUSE if n is one, AE_ENOMEM if the pool is empty. */
s32
holder_add(u32 page, u32 n)
{
	u32 r = refs[unused].next;

	if (find(page, n))
		return AE_EINUSE;
	if (r == unused)
		return AE_ENOMEM;
	unlink(r);
	link(r, RING(n));
	refs[r].page = page;
	refs[r].holder = n;
	refs[r].more = refs[page].more;
	refs[page].more = r;
	page_records[page].holders++;
	gates[n].pages++;
	revoke_got(n, AE_RES_PAGE);
	return 0;
}

/* If one environment holds it, another does in its place. */
void
holder_move(u32 page, u32 from, u32 to)
{
	u32 r = page_records[page].state == AE_PG_OWNED ? find(page, from) : 0;

	if (!r)
		return;
	unlink(r);
	link(r, RING(to));
	refs[r].holder = to;
	if (r == page)
		page_records[page].owner = to;
	gates[from].pages--;
	gates[to].pages++;
}

/*
 * n holds it no longer; the next holder, if n was the owner, owns it.
 * Result: holders left.  With none, page_release makes it a free page.
 */
u32
holder_drop(u32 page, u32 n)
{
	u32 r = page, before = page, next;

	gates[n].pages--;
	if (!--page_records[page].holders)
		return 0;
	for (; refs[r].holder != n; r = refs[r].more)
		before = r;
	if (r == page) { /* take the place of the next */
		r = refs[page].more;
		next = refs[r].holder;
		unlink(page);
		link(page, RING(next));
		refs[page].holder = next;
		page_records[page].owner = next;
	}
	refs[before].more = refs[r].more;
	unlink(r);
	link(r, unused);
	refs[r].more = refs[r].holder = 0;
	return page_records[page].holders;
}

/* Nobody holds it: to the free pages. */
void
holder_release(u32 page)
{
	unlink(page);
	link(page, free_pages);
	refs[page].holder = 0;
	page_records[page].owner = 0;
	page_records[page].state = AE_PG_FREE;
	info->free_pages++;
}

#ifdef CHECKS

static void
check_linked(u32 r)
{
	must(refs[refs[r].next].prev == r && refs[refs[r].prev].next == r,
	     "reference in a ring", r);
}

/* The chain of a page's references, and their neighbours in the rings. */
void
holder_check_page(u32 page)
{
	const struct ae_page *p = &page_records[page];
	u32 count = 0, seen[AE_NENV / 32] = { 0 };

	check_linked(page);
	must(refs[page].holder == p->owner, "owner is the first holder", page);
	if (p->state != AE_PG_OWNED) {
		must(!p->holders && !p->owner && !refs[page].more,
		     "page that nobody holds", page);
		return;
	}
	for (u32 r = page; r; r = refs[r].more) {
		u32 n = refs[r].holder;

		must(refs[r].page == page, "reference to its page", page);
		must(n && n < MAXENV && gates[n].state != AE_ENV_FREE,
		     "holder of a page exists", page);
		must(!(seen[n / 32] >> n % 32 & 1), "holder counted once",
		     page);
		seen[n / 32] |= 1u << n % 32;
		check_linked(r);
		must(++count <= p->holders, "holders counted", page);
	}
	must(count == p->holders, "holders counted", page);
}

/* Length of a ring whose members all have this holder. */
static u32
ring_length(u32 ring, u32 holder)
{
	u32 count = 0;

	for (u32 r = refs[ring].next; r != ring; r = refs[r].next) {
		must(r < page_count + POOL && refs[r].holder == holder,
		     "member of a ring", r);
		must(++count <= page_count + POOL, "ring closed", ring);
	}
	return count;
}

void
holder_check(void)
{
	u32 held = 0, beyond = 0;

	for (u32 n = 0; n < AE_NENV; n++) {
		u32 count = ring_length(RING(n), n);

		must(count == gates[n].pages, "pages of an environment", n);
		held += count;
	}
	for (u32 r = refs[free_pages].next; r != free_pages; r = refs[r].next)
		must(r < page_count && page_records[r].state == AE_PG_FREE,
		     "free page in the ring of free pages", r);
	must(ring_length(free_pages, 0) == info->free_pages,
	     "number of free pages", info->free_pages);
	for (u32 page = 0; page < page_count; page++)
		if (page_records[page].state == AE_PG_OWNED)
			beyond += page_records[page].holders - 1;
	must(ring_length(unused, 0) + beyond == POOL,
	     "references of the pool counted", beyond);
	must(held <= page_count + beyond, "references counted", held);
}

#endif
