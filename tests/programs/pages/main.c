/* SPDX-License-Identifier: MIT */
/* Physical pages: Alloc, Dealloc and chcap, by all who may and may not. */
#include "../../include/check.h"
#include "../../include/raw.h"

extern char reader[], reader_again[], reader_miss[], parked[], asker[],
	children_end[];

#define VA 0x30000000

static const struct ae_cap rcap = { 0x11111111, 0x22222222 };
static const struct ae_cap wcap = { 0x33333333, 0x44444444 };

static s32
alloc(u32 page, u32 owner)
{
	return ae_Alloc(page, rcap.lo, rcap.hi, wcap.lo, wcap.hi, owner, 0, 0);
}

static s32
dealloc(u32 page, struct ae_cap c)
{
	return ae_Dealloc(page, c.lo, c.hi);
}

static s32
map(u32 page, u32 flags, struct ae_cap c)
{
	return ae_TLBwr(VA, LO(page, flags), c.lo, c.hi);
}

static u32
find_page(u32 state)
{
	for (u32 i = 0; i < exos_info->npages; i++)
		if (exos_pages[i].state == state)
			return i;
	return 0;
}

static void
by_name(void)
{
	u32 self = AE_NAME_NUMBER(exos_self), free, mine;
	s32 page, other;

	page = alloc(AE_PAGE_ANY, 0);
	check(page >= 0, "Alloc of any page"); /* printf has its pages now */
	dealloc(page, wcap);
	free = exos_info->free_pages;
	mine = exos_gates[self].pages;
	page = alloc(AE_PAGE_ANY, 0);
	check(exos_pages[page].state == AE_PG_OWNED &&
		      exos_pages[page].owner == self,
	      "the page record says who owns it");
	check(exos_info->free_pages == free - 1 &&
		      exos_gates[self].pages == mine + 1,
	      "free pages and own pages are counted");
	check_is(alloc(page, 0), AE_EINUSE, "Alloc of a taken page: EINUSE");
	check_is(dealloc(page, wcap), 0, "Dealloc with the write capability");
	check(exos_pages[page].state == AE_PG_FREE &&
		      exos_info->free_pages == free &&
		      exos_gates[self].pages == mine,
	      "the page is free, the counts are as before");
	check_is(alloc(page, exos_self), page,
		 "Alloc by number, own name as the owner");
	dealloc(page, wcap);

	other = find_page(AE_PG_KERNEL);
	check_is(alloc(other, 0), AE_EPAGE, "a kernel page: EPAGE");
	check_is(alloc(exos_info->gates.page, 0), AE_EPAGE,
		 "an exposed page: EPAGE");
	check_is(alloc(exos_info->npages, 0), AE_EPAGE,
		 "the first page beyond memory: EPAGE");
	check_is(alloc(0xfffffffe, 0), AE_EPAGE, "page 0xfffffffe: EPAGE");
	check_is(alloc(0x80000, 0), AE_EPAGE, "page 0x80000: EPAGE");
	check(exos_info->free_pages == free, "failed Allocs take nothing");
}

static void
for_others(void)
{
	struct raw a, b;
	char name[16];
	s32 page, child;

	raw_prepare(&a, parked, children_end);
	raw_prepare(&b, parked, children_end);
	check(raw_create(&a) > 0 && raw_create(&b) > 0, "two children");
	page = alloc(AE_PAGE_ANY, a.name);
	check(page >= 0 &&
		      exos_pages[page].owner == AE_NAME_NUMBER((u32)a.name) &&
		      raw_gate(&a)->pages == 2,
	      "Alloc for a child makes the child the owner");
	check_is(ae_chcap(page, wcap.lo, wcap.hi, 1, 1, 2, 2), AE_EPERM,
		 "chcap of the child's page by the parent: EPERM");
	check_is(dealloc(page, wcap), 0,
		 "Dealloc of the child's page by its write capability");
	check_is(raw_gate(&a)->pages, 1, "the child's count fell");
	check_is(dealloc(a.page, own_cap), AE_EINUSE,
		 "Dealloc of the child's save page: EINUSE");
	check_is(alloc(AE_PAGE_ANY, 1), AE_EENV, "owner 1, no name: EENV");
	check_is(alloc(AE_PAGE_ANY, ~0u), AE_EENV, "owner ~0: EENV");
	check_is(alloc(AE_PAGE_ANY, a.name ^ 1 << 15), AE_EENV,
		 "a name of another generation: EENV");

	snprintf(name, sizeof name, "%#lx", (unsigned long)a.name);
	child = check_spawn("stranger", name);
	check_is(exos_wait(child), -AE_EPERM,
		 "Alloc for a sibling, by a stranger: EPERM");
	snprintf(name, sizeof name, "%#lx", (unsigned long)exos_self);
	child = check_spawn("stranger", name);
	check_is(exos_wait(child), -AE_EPERM, "Alloc for the parent: EPERM");

	page = alloc(AE_PAGE_ANY, b.name);
	check_is(raw_free(&a), AE_EXIT_KILLED, "ending a child");
	check_is(alloc(AE_PAGE_ANY, a.name), AE_EENV,
		 "Alloc for a dead child: EENV");
	check(exos_pages[page].owner == AE_NAME_NUMBER((u32)b.name),
	      "the other child's page is still its own");
	raw_free(&b);
	check_is(exos_pages[page].state, AE_PG_FREE,
		 "its pages are free when it has ended");
}

static u32
dirty_words(u32 page, struct ae_cap c)
{
	u32 dirty = 0;

	if (map(page, AE_LO_V, c))
		return ~0u;
	for (u32 i = 0; i < AE_PAGE_SIZE; i += 4)
		dirty += *(volatile u32 *)(VA + i) != 0;
	ae_TLBvadelete(VA);
	return dirty;
}

/* The child dirties 64 pages, frees half of them and dies with the others. */
static void
zeroed(void)
{
	static u8 was_free[16384];
	u32 n = exos_info->npages, dirty = 0, seen = 0;
	s32 child;

	for (u32 i = 0; i < n; i++)
		was_free[i] = exos_pages[i].state == AE_PG_FREE;
	child = check_spawn("dirty", 0);
	check_is(exos_wait(child), 0, "a child dirties pages and ends");
	for (u32 i = 0; i < n; i++) {
		if (!was_free[i] || exos_pages[i].state != AE_PG_FREE)
			continue;
		if (seen == 1500)
			break;
		if (alloc(i, 0) < 0)
			continue;
		seen++;
		dirty += dirty_words(i, rcap) != 0;
		dealloc(i, wcap);
	}
	check(seen >= 200 && !dirty,
	      "none of %lu pages allocated since holds a word of it",
	      (unsigned long)seen);
}

static int
dirty(void)
{
	static s32 page[64];

	for (u32 i = 0; i < 64; i++) {
		page[i] = alloc(AE_PAGE_ANY, 0);
		if (map(page[i], RW, wcap))
			return 1;
		memset((void *)VA, 0xa5, AE_PAGE_SIZE);
	}
	for (u32 i = 0; i < 64; i += 2)
		dealloc(page[i], wcap);
	return 0;
}

static void
capabilities(void)
{
	const struct ae_cap other = { 5, 6 }, third = { 7, 8 };
	s32 page = alloc(AE_PAGE_ANY, 0);

	check_is(dealloc(page, other), AE_EACCES,
		 "Dealloc with a wrong capability: EACCES");
	check_is(dealloc(page, rcap), AE_EACCES,
		 "Dealloc with the read capability: EACCES");
	check_is(dealloc(page, (struct ae_cap){ wcap.lo, rcap.hi }), AE_EACCES,
		 "Dealloc with half the write capability: EACCES");
	check_is(dealloc(exos_info->npages, wcap), AE_EPAGE,
		 "Dealloc beyond memory: EPAGE");
	check_is(dealloc(exos_info->gates.page, (struct ae_cap){ 0, 0 }),
		 AE_EACCES, "Dealloc of an exposed page: EACCES");
	check(exos_pages[page].state == AE_PG_OWNED,
	      "the page is still allocated");

	map(page, RW, wcap);
	*(volatile u32 *)VA = 99;
	check_is(ae_chcap(page, rcap.lo, rcap.hi, 5, 6, 7, 8), AE_EACCES,
		 "chcap with the read capability: EACCES");
	check_is(ae_chcap(exos_info->npages, 0, 0, 5, 6, 7, 8), AE_EPAGE,
		 "chcap beyond memory: EPAGE");
	check_is(probe_load(VA, 0), 0, "a failed chcap breaks no mapping");
	check_is(ae_chcap(page, wcap.lo, wcap.hi, 5, 6, 7, 8), 0,
		 "chcap by the owner");
	check(exos_pages[page].bindings == 0, "no bindings are left");
	check_is(probe_load(VA, 0), AE_EXC_TLBL,
		 "the mapping was gone when chcap returned");
	check_is(map(page, AE_LO_V, rcap), AE_EACCES,
		 "the old read capability is dead");
	check_is(map(page, RW, wcap), AE_EACCES,
		 "the old write capability is dead");
	check_is(dealloc(page, wcap), AE_EACCES,
		 "Dealloc with the old capability: EACCES");
	check_is(map(page, RW, other), AE_EACCES,
		 "the new read capability does not write");
	check_is(map(page, AE_LO_V, other), 0, "the new one reads");
	check_is(map(page, RW, third), 0, "the new one writes");
	check_is(*(volatile u32 *)VA, 99, "the contents are unchanged");
	check_is(ae_chcap(page, 7, 8, 0, 0, 7, 8), 0,
		 "chcap with the same write capability again");
	check_is(map(page, AE_LO_V, (struct ae_cap){ 0, 0 }), 0,
		 "a page can be given the public read capability");
	check_is(dealloc(page, third), 0, "Dealloc with the new one");
	check_is(dealloc(page, third), AE_EACCES, "a second Dealloc: EACCES");
	check_is(probe_load(VA, 0), AE_EXC_TLBL, "Dealloc broke the mapping");
}

/* A child that reads a page all the time loses it inside the parent's call. */
static void
revoked(int by_dealloc, int pinned)
{
	const char *how = by_dealloc ? "Dealloc" : "chcap";
	const char *what = pinned ? "pinned page" : "mapping";
	s32 page = alloc(AE_PAGE_ANY, 0), e;
	u32 reads, before;
	struct raw r;

	raw_prepare(&r, reader, children_end);
	r.mem[0] = LO(page, AE_LO_V);
	r.mem[1] = rcap.lo;
	r.mem[2] = rcap.hi;
	r.mem[3] = pinned ? RAW_VA + AE_PAGE_SIZE : VA;
	if (pinned) {
		r.desc.init = raw_at(&r, reader_again);
		r.desc.pin[1] = (struct ae_pin){
			.va = RAW_VA + AE_PAGE_SIZE,
			.lo = LO(page, AE_LO_V),
			.cap = rcap,
		};
	}
	r.desc.prologue = raw_at(&r, reader_again);
	r.desc.epilogue = raw_at(&r, parked);
	r.desc.handler[AE_EXC_TLBL] = raw_at(&r, reader_miss);
	raw_create(&r);
	raw_wait(&r, 4, 0, 64);
	wait_ticks(4);
	before = r.mem[4];
	wait_ticks(4);
	check(r.mem[4] != before && r.mem[5] == 0 && r.mem[6] == 0,
	      "a child reads a page of ours through a %s", what);
	check(pinned ? exos_pages[page].pins == 1 :
		       exos_pages[page].bindings == 1,
	      "the page record counts it");
	reads = r.mem[4];
	e = by_dealloc ? dealloc(page, wcap) :
			 ae_chcap(page, wcap.lo, wcap.hi, 5, 6, 7, 8);
	check_is(e, 0, how);
	check(!exos_pages[page].bindings && !exos_pages[page].pins,
	      "after %s the record counts none", how);
	wait_ticks(4);
	check(r.mem[4] == reads && r.mem[5] >= 1,
	      "the child's %s was gone when %s returned", what, how);
	raw_free(&r);
	if (!by_dealloc)
		ae_Dealloc(page, 7, 8);
}

static void
by_child(void)
{
	struct raw r;
	s32 page = alloc(AE_PAGE_ANY, 0);

	raw_prepare(&r, asker, children_end);
	r.mem[0] = page;
	r.mem[1] = wcap.lo;
	r.mem[2] = wcap.hi;
	raw_create(&r);
	raw_wait(&r, 6, 0, 64);
	check_is(r.mem[4], AE_EPERM,
		 "chcap by another holder of the capability: EPERM");
	raw_free(&r);
	dealloc(page, wcap);

	raw_prepare(&r, asker, children_end);
	r.mem[0] = r.page;
	r.mem[1] = own_cap.lo;
	r.mem[2] = own_cap.hi;
	r.mem[3] = 1;
	raw_create(&r);
	raw_wait(&r, 6, 0, 64);
	check_is(r.mem[4], AE_EINUSE, "chcap of the own save page: EINUSE");
	check_is(r.mem[5], AE_EINUSE, "Dealloc of the own save page: EINUSE");
	raw_free(&r);
}

static void
full(void)
{
	static u16 taken[16384];
	u32 n = 0, free, bad = 0;
	s32 page;

	memset(taken, 0, sizeof taken);
	fflush(stdout);
	free = exos_info->free_pages;
	while ((page = alloc(AE_PAGE_ANY, 0)) >= 0 && n < 16384)
		taken[n++] = page;
	check_is(page, AE_ENOMEM, "Alloc of all pages ends with ENOMEM");
	check(n == free && exos_info->free_pages == 0, "that was every one");
	check_is(find_page(AE_PG_FREE), 0, "no page record is free");
	dealloc(taken[n / 2], wcap);
	check_is(alloc(AE_PAGE_ANY, 0), taken[n / 2],
		 "the one page that is free is found");
	for (u32 i = 0; i < n; i++)
		bad += dealloc(taken[i], wcap) != 0;
	check(!bad && exos_info->free_pages == free,
	      "all can be freed, and the count is restored");
	check(alloc(taken[0], 0) == taken[0] && !dealloc(taken[0], wcap),
	      "and allocated again");
}

int
main(int argc, char **argv)
{
	if (check_part(argc, argv, "stranger"))
		return -alloc(AE_PAGE_ANY, strtoul(argv[2], 0, 0));
	if (check_part(argc, argv, "dirty"))
		return dirty();
	by_name();
	for_others();
	zeroed();
	capabilities();
	revoked(1, 0);
	revoked(0, 0);
	revoked(1, 1);
	revoked(0, 1);
	by_child();
	full();
	return check_plan();
}
