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
static u32
hi_of_tag(u32 tag)
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

static void
remove_slot(u32 slot)
{
	u32 tag = stlb_tags[slot];

	page_records[stlb_data[slot] >> AE_PAGE_SHIFT].bindings--;
	stlb_tags[slot] = 0;
	stlb_data[slot] = 0;
	tlb_drop(hi_of_tag(tag));
}

/* Remove the guaranteed mappings of a page, whoever has them. */
static void
unpin(u32 page)
{
	for (u32 n = 1; n < MAXENV && page_records[page].pins; n++) {
		for (u32 i = 0; i < AE_NPIN; i++) {
			struct xl *x = &xls[n][i];

			if (!x->context || x->lo >> AE_PAGE_SHIFT != page)
				continue;
			tlb_drop(hi_of_tag(x->context));
			*x = (struct xl){ 0, 0 };
			page_records[page].pins--;
		}
	}
}

/* Break every mapping of a page. */
void
stlb_unbind(u32 page)
{
	struct ae_page *pg = &page_records[page];
	u32 slot = pg->hint;

	if (pg->bindings | pg->pins | pg->loose)
		event(AE_EV_UNBIND, AE_EV_PAGE, pg->owner, 0, page,
		      pg->bindings, pg->pins);
	if (pg->bindings && stlb_data[slot] >> AE_PAGE_SHIFT == page)
		remove_slot(slot);
	for (slot = 0; pg->bindings && slot < AE_STLB_ENTRIES; slot++)
		if (stlb_data[slot] >> AE_PAGE_SHIFT == page)
			remove_slot(slot);
	if (pg->loose)
		tlb_sweep(0, 0, HI_VPN, page << AE_PAGE_SHIFT);
	pg->loose = 0;
	unpin(page);
}

/*
 * Remove a dead environment's entries from `count` slots on, so that its tag
 * can be used again.  Its ASID has no entries in the TLB any more.
 */
void
stlb_purge(u32 n, u32 from, u32 count)
{
	u32 tag = gates[n].name >> 21;

	event(AE_EV_UNBIND, AE_EV_SLOTS, n, 0, from, count, 0);
	for (u32 slot = from; slot < from + count; slot++) {
		if (stlb_tags[slot] >> 21 != tag)
			continue;
		page_records[stlb_data[slot] >> AE_PAGE_SHIFT].bindings--;
		stlb_tags[slot] = 0;
		stlb_data[slot] = 0;
	}
}

/* Remove all guaranteed mappings of an environment. */
void
stlb_unpin_all(u32 n)
{
	event(AE_EV_UNBIND, AE_EV_PINS, n, 0, 0, 0, 0);
	for (u32 i = 0; i < AE_NPIN; i++) {
		struct xl *x = &xls[n][i];

		if (!x->context)
			continue;
		tlb_drop(hi_of_tag(x->context));
		page_records[x->lo >> AE_PAGE_SHIFT].pins--;
		*x = (struct xl){ 0, 0 };
	}
}

/* Where the current address space has va, or would have it. */
static u32
slot_of(u32 va, u32 *tag)
{
	*tag = (get_context() >> 21) << 21 | va >> AE_PAGE_SHIFT << 2;
	return AE_STLB_HASH(*tag) >> 2;
}

static int
bad_range(u32 va, u32 n)
{
	return va >= KSEG0(0) || n > (KSEG0(0) - va) >> AE_PAGE_SHIFT;
}

/*
 * Apply to a bound slot: remove it, or clear and set bits of its data.  The
 * TLB's copy is dropped by the caller and comes back from the STLB.
 */
static void
change_slot(u32 slot, u32 clear, u32 set)
{
	if (clear == AE_LO_V)
		remove_slot(slot);
	else
		stlb_data[slot] = (stlb_data[slot] & ~clear) | set;
}

/* A range longer than this is done by slots, so the STLB bounds the work. */
#define SHORT_RANGE (AE_STLB_ENTRIES / 4)
/* Of more pages than this the TLB is emptied, as that takes less time. */
#define FEW_PAGES (AE_TLB_ENTRIES / 2)
/* Pages whose numbers agree in the bits above these are a run (range.S). */
#define RUN_PAGES 512

/* The part of a range before the next run. */
static u32
run_of(u32 va, u32 n)
{
	u32 left = RUN_PAGES - (va >> AE_PAGE_SHIFT) % RUN_PAGES;

	return n < left ? n : left;
}

static void
drop_range(u32 va, u32 n)
{
	u32 tag;

	if (n > FEW_PAGES) {
		tlb_flush();
		return;
	}
	for (; n; n--, va += AE_PAGE_SIZE) {
		slot_of(va, &tag);
		tlb_drop(hi_of_tag(tag));
	}
}

static void
change_short_range(u32 va, u32 n, u32 clear, u32 set)
{
	u32 tag, slot, k;

	for (; n; n -= k, va += k << AE_PAGE_SHIFT) {
		k = clear == AE_LO_V ? 1 : run_of(va, n);
		slot = slot_of(va, &tag);
		if (clear == AE_LO_V && stlb_tags[slot] == tag)
			remove_slot(slot);
		else if (clear != AE_LO_V && set)
			stlb_set_run(tag, k, set);
		else if (clear != AE_LO_V)
			stlb_keep_run(tag, k, ~clear);
	}
}

/* Apply to each bound page of a range. */
static void
each_bound(u32 va, u32 n, u32 clear, u32 set)
{
	u32 first, last, slot;

	if (n <= SHORT_RANGE) {
		change_short_range(va, n, clear, set);
		drop_range(va, n);
		return;
	}
	slot_of(va, &first);
	slot_of(va + ((n - 1) << AE_PAGE_SHIFT), &last);
	for (slot = 0; slot < AE_STLB_ENTRIES; slot++)
		if (stlb_tags[slot] >= first && stlb_tags[slot] <= last)
			change_slot(slot, clear, set);
	tlb_flush();
}

/* Is every bound page of the range covered by one write capability? */
static s32
range_check(u32 va, u32 n, u32 lo, u32 hi)
{
	u32 first, last, slot, k;
	s32 e;

	slot_of(va, &first);
	slot_of(va + ((n - 1) << AE_PAGE_SHIFT), &last);
	if (n <= SHORT_RANGE) {
		for (; n; n -= k, va += k << AE_PAGE_SHIFT) {
			k = run_of(va, n);
			slot_of(va, &first);
			if (stlb_check_run(first, k, lo, hi))
				return AE_EACCES;
		}
		return 0;
	}
	for (slot = 0; slot < AE_STLB_ENTRIES; slot++) {
		if (stlb_tags[slot] < first || stlb_tags[slot] > last)
			continue;
		e = page_check(stlb_data[slot] >> AE_PAGE_SHIFT, lo, hi, 1);
		if (e)
			return e;
	}
	return 0;
}

/* The three range calls keep every register but v0: frame calls. */
static int
range_args(struct frame *f)
{
	f->epc += 4;
	f->reg[2] = bad_range(f->reg[4], f->reg[5]) ? AE_EINVAL : 0;
	return f->reg[2] == 0 && f->reg[5] != 0;
}

void
frame_TLBprotect(struct frame *f)
{
	if (range_args(f))
		each_bound(f->reg[4], f->reg[5], AE_LO_D, 0);
}

void
frame_TLBdelete(struct frame *f)
{
	if (range_args(f))
		each_bound(f->reg[4], f->reg[5], AE_LO_V, 0);
}

void
frame_TLBunprotect(struct frame *f)
{
	if (!range_args(f))
		return;
	f->reg[2] = range_check(f->reg[4], f->reg[5], f->reg[6], f->reg[7]);
	if (!f->reg[2])
		each_bound(f->reg[4], f->reg[5], 0, AE_LO_D);
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
