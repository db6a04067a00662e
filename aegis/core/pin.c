/* SPDX-License-Identifier: MIT */
/*
 * Guaranteed mappings (SOSP'95 5.4).  Those of an environment are a row of
 * the table that a miss in the pinned segment is answered from; those of a
 * page are a list, so that breaking them needs no search.
 */
#include "check.h"

/* Index: AE_NPIN * number + slot.  0 is the kernel's, and ends a list. */
static struct {
	u16 next, prev;
} links[AE_NENV * AE_NPIN];

static struct xl *
mapping(u32 at)
{
	return &xls[at / AE_NPIN][at % AE_NPIN];
}

/* The slot of its address in the row is empty. */
void
pin_set(u32 n, u32 vpn, u32 lo)
{
	u32 at = n * AE_NPIN + vpn % AE_NPIN;
	struct ae_page *p = &page_records[lo >> AE_PAGE_SHIFT];

	*mapping(at) = (struct xl){
		.context = gates[n].name >> 21 << 21 | vpn << 2,
		.lo = lo,
	};
	links[at].prev = 0;
	links[at].next = p->pin;
	links[p->pin].prev = at;
	p->pin = at;
	p->pins++;
}

static void
unset(u32 at)
{
	struct xl *x = mapping(at);
	struct ae_page *p = &page_records[x->lo >> AE_PAGE_SHIFT];
	u32 next = links[at].next, prev = links[at].prev;

	*x = (struct xl){ 0, 0 };
	links[next].prev = prev;
	if (prev)
		links[prev].next = next;
	else
		p->pin = next;
	p->pins--;
}

/* What is mapped there, or 0. */
u32
pin_get(u32 n, u32 vpn)
{
	const struct xl *x = mapping(n * AE_NPIN + vpn % AE_NPIN);

	return x->context == (gates[n].name >> 21 << 21 | vpn << 2) ? x->lo : 0;
}

/* Those of a page, whoever has them.  The caller sees to the TLB. */
void
pin_drop_page(u32 page)
{
	while (page_records[page].pins)
		unset(page_records[page].pin);
}

/* Those of an environment that ended: the TLB will be emptied of its ASID. */
void
pin_drop_all(u32 n)
{
	event(AE_EV_UNBIND, AE_EV_PINS, n, 0, 0, 0, 0);
	for (u32 i = 0; i < AE_NPIN; i++)
		if (xls[n][i].context)
			unset(n * AE_NPIN + i);
}

#ifdef CHECKS

/* The list of a page is as long as its count, and is of this page. */
void
pin_check_page(u32 page)
{
	u32 at = page_records[page].pin, count = 0, prev = 0;

	while (at && at < AE_NENV * AE_NPIN) {
		must(mapping(at)->context &&
			     mapping(at)->lo >> AE_PAGE_SHIFT == page,
		     "guaranteed mapping of its page", page);
		must(links[at].prev == prev, "guaranteed mappings linked",
		     page);
		must(++count <= page_records[page].pins,
		     "guaranteed mappings of a page counted", page);
		prev = at;
		at = links[at].next;
	}
	must(!at, "guaranteed mapping of its page", page);
	must(count == page_records[page].pins,
	     "guaranteed mappings of a page counted", page);
}

#endif
