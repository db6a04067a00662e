/* SPDX-License-Identifier: MIT */
/*
 * The STLB and the bindings made through it (SOSP'95 5.4).
 *
 * Invariant: a TLB entry above the wired ones is in the STLB, or is a
 * guaranteed mapping, or its page is marked loose.  A page record counts the
 * STLB entries that name the page, and remembers the slot of the newest, so
 * that a page with one binding, the usual case, is unbound without a search.
 */
#include "kernel.h"

static void
tlb_clear(u32 index)
{
	tlb_set(index, KSEG0(index << AE_PAGE_SHIFT), 0);
}

/* Map the STLB, read-only, at the top of kseg2 with the wired entries. */
void
stlb_init(void)
{
	u32 pa = STLB_ADDR - KSEG0(0);

	for (u32 i = 0; i < TLB_WIRED; i++, pa += AE_PAGE_SIZE)
		tlb_set(i, TLB_WINDOW + (i << AE_PAGE_SHIFT),
			pa | AE_LO_V | AE_LO_G);
	for (u32 i = TLB_WIRED; i < TLB_ENTRIES; i++)
		tlb_clear(i);
}

/* EntryHi that matches a tag word. */
u32
stlb_hi_of_tag(u32 tag)
{
	u32 asid = (tag >> 21) & (HI_PID >> HI_PID_SHIFT);

	return (tag << 11) >> 1 | asid << HI_PID_SHIFT;
}

/* Remove the TLB entries for which lo & lomask == lo and so on for hi. */
static void
tlb_sweep(u32 himask, u32 hi, u32 lomask, u32 lo)
{
	for (u32 i = TLB_WIRED; i < TLB_ENTRIES; i++) {
		u32 h, l;

		tlb_get(i, &h, &l);
		if ((h & himask) == hi && (l & lomask) == lo)
			tlb_clear(i);
	}
}

/* Empty the TLB of an ASID. */
void
stlb_flush_asid(u32 asid)
{
	event(AE_EV_UNBIND, AE_EV_ASID, 0, 0, asid, 0, 0);
	tlb_sweep(HI_PID, asid << HI_PID_SHIFT, 0, 0);
}

/* Is the newest binding of a page in the slot that the record remembers? */
static int
remembered(u32 page)
{
	const struct ae_page *pg = &page_records[page];

	return pg->bindings && stlb_data[pg->hint] >> AE_PAGE_SHIFT == page;
}

/* Has it bindings in slots that nobody remembers? */
static int
scattered(u32 page)
{
	return page_records[page].bindings != remembered(page);
}

/* Must all slots be looked at to unbind it, or the guaranteed mappings? */
int
stlb_must_search(u32 page)
{
	return page_records[page].pins || scattered(page);
}

/* Can it be unbound at once? */
int
stlb_unbinds_soon(u32 page)
{
	return !page_records[page].loose && !stlb_must_search(page);
}

/* Remove the entry in a slot; the caller sees to the TLB. */
void
stlb_remove(u32 slot)
{
	page_records[stlb_data[slot] >> AE_PAGE_SHIFT].bindings--;
	stlb_tags[slot] = 0;
	stlb_data[slot] = 0;
}

/* Break every mapping of a page. */
void
stlb_unbind(u32 page)
{
	struct ae_page *pg = &page_records[page];

	if (pg->bindings | pg->pins | pg->loose)
		event(AE_EV_UNBIND, AE_EV_PAGE, pg->owner, 0, page,
		      pg->bindings, pg->pins);
	if (remembered(page)) {
		tlb_drop(stlb_hi_of_tag(stlb_tags[pg->hint]));
		stlb_remove(pg->hint);
	}
	if (!(pg->bindings | pg->pins | pg->loose))
		return;
	if (pg->bindings)
		pg->bindings =
			stlb_drop_page(page, 0, AE_STLB_ENTRIES, pg->bindings);
	pin_drop_page(page);
	tlb_sweep(0, 0, HI_VPN, page << AE_PAGE_SHIFT);
	pg->loose = 0;
}

/*
 * A part of that, for work that is done in steps: the bindings in some of the
 * slots.  Is all done?  The hint says where to go on; bindings that are made
 * in between are found too, if only in the next round.
 */
int
stlb_unbind_some(u32 page)
{
	struct ae_page *pg = &page_records[page];
	u32 from = pg->hint & ~(STLB_STEP - 1);

	if (scattered(page)) {
		pg->loose = 1;
		pg->bindings =
			stlb_drop_page(page, from, STLB_STEP, pg->bindings);
		pg->hint = (from + STLB_STEP) % AE_STLB_ENTRIES;
	}
	if (scattered(page))
		return 0;
	stlb_unbind(page);
	return 1;
}

/*
 * Remove a dead environment's entries from `count` slots on, so that its tag
 * can be used again.  Its ASID has no entries in the TLB any more.
 */
void
stlb_purge(u32 n, u32 from, u32 count)
{
	event(AE_EV_UNBIND, AE_EV_SLOTS, n, 0, from, count, 0);
	stlb_drop_tag(gates[n].name >> 21, from, count);
}

s32
sys_tlbread(u32 page, u32 off, u32 len, u32 lo, u32 hi)
{
	struct ae_tlb_entry *to = (void *)(KSEG0(page << AE_PAGE_SHIFT) + off);
	s32 e = buffer_check(page, off, len, lo, hi, 1);
	u32 n = len / sizeof *to;

	if (e)
		return e;
	if (off & 3)
		return AE_EBUF;
	if (n > AE_TLB_ENTRIES)
		n = AE_TLB_ENTRIES;
	for (u32 i = 0; i < n; i++)
		tlb_get(i, &to[i].hi, &to[i].lo);
	return n;
}
