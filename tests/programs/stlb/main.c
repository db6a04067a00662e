/* SPDX-License-Identifier: MIT */
/*
 * The STLB: conflicts, more mappings than slots, range calls, and after all
 * of it the binding counts of the page records against the exposed STLB.
 */
#include "../../include/check.h"
#include "../../include/raw.h"

extern char mapper[], mapper_park[], children_end[];

#define VA    0x30000000
#define PAGES 16384

static const struct ae_cap rcap = { 0x0badcafe, 0x12345678 };
static const struct ae_cap wcap = { 0xfeedface, 0x87654321 };
static const struct ae_cap other = { 0x0ddba11, 0x600d };
static u32 page, page2;

static u32
alloc(struct ae_cap w)
{
	return ae_Alloc(AE_PAGE_ANY, rcap.lo, rcap.hi, w.lo, w.hi, 0, 0, 0);
}

static s32
map(u32 va, u32 lo)
{
	return ae_TLBwr(va, lo, wcap.lo, wcap.hi);
}

static u32
tag_of(u32 va)
{
	return (exos_self >> 21 << 21) | va >> 12 << 2;
}

static u32
slot_of(u32 va)
{
	return AE_STLB_HASH(tag_of(va)) >> 2;
}

/* What the STLB has for an address of ours: EntryLo or 0. */
static u32
bound(u32 va)
{
	u32 slot = slot_of(va);

	return exos_stlb[AE_STLB_ENTRIES + slot] == tag_of(va) ?
		       exos_stlb[slot] :
		       0;
}

/* The next address after va that falls in the same slot. */
static u32
rival(u32 va)
{
	u32 slot = slot_of(va);

	do
		va += AE_PAGE_SIZE;
	while (slot_of(va) != slot);
	return va;
}

static u16 bindings[PAGES], counted[PAGES];
static u32 entries, misplaced;

/* Copies of both tables, taken when reading them changes nothing. */
static int
snapshot(void)
{
	static u32 copy[2 * AE_STLB_ENTRIES];
	u32 npages = exos_info->npages, changed;

	for (u32 try = 0; try < 20; try++) {
		changed = 0;
		for (u32 i = 0; i < 2 * AE_STLB_ENTRIES; i++) {
			changed |= copy[i] ^ exos_stlb[i];
			copy[i] = exos_stlb[i];
		}
		for (u32 i = 0; i < npages; i++) {
			changed |= bindings[i] ^ exos_pages[i].bindings;
			bindings[i] = exos_pages[i].bindings;
		}
		if (!changed)
			break;
	}
	memset(counted, 0, sizeof counted);
	entries = misplaced = 0;
	for (u32 i = 0; i < AE_STLB_ENTRIES; i++) {
		u32 tag = copy[AE_STLB_ENTRIES + i];

		if (!tag)
			continue;
		entries++;
		counted[copy[i] >> AE_PAGE_SHIFT]++;
		misplaced += AE_STLB_HASH(tag) >> 2 != i;
	}
	return !changed;
}

/* Valid TLB entries outside the pinned segment that the STLB has not. */
static u32
stray_entries(void)
{
	static struct ae_tlb_entry tlb[AE_TLB_ENTRIES]
		__attribute__((aligned(AE_PAGE_SIZE)));
	u32 stray = 0;

	ae_tlbread(page_under(tlb), 0, sizeof tlb, own_cap.lo, own_cap.hi);
	for (u32 i = 0; i < AE_TLB_ENTRIES; i++) {
		u32 va = tlb[i].hi & ~(AE_PAGE_SIZE - 1);
		u32 lo = bound(va);

		if (!(tlb[i].lo & AE_LO_V) || tlb[i].lo & AE_LO_G ||
		    va >= AE_PINNED_BASE ||
		    AE_HI_ASID(tlb[i].hi) != AE_HI_ASID(exos_self))
			continue;
		if (lo == tlb[i].lo)
			continue;
		if (lo == 0 && exos_pages[tlb[i].lo >> AE_PAGE_SHIFT].loose)
			continue;
		printf("# TLB entry %lu: %#lx %#lx, STLB %#lx\n",
		       (unsigned long)i, (unsigned long)tlb[i].hi,
		       (unsigned long)tlb[i].lo, (unsigned long)lo);
		stray++;
	}
	return stray;
}

static void
recount(const char *when)
{
	u32 wrong = stray_entries();
	int stable = snapshot();

	for (u32 i = 0; i < exos_info->npages; i++) {
		if (counted[i] == bindings[i])
			continue;
		if (wrong++ < 4)
			printf("# page %lu: %u bindings, %u in the STLB\n",
			       (unsigned long)i, bindings[i], counted[i]);
	}
	check(stable && !wrong && !misplaced,
	      "%s: page records count what the STLB holds, which holds all "
	      "of the TLB",
	      when);
}

static void
conflicts(void)
{
	u32 a = VA, b = rival(a), v = 0, bad = 0;

	map(a, LO(page, RW));
	probe_store(a, 1);
	map(b, LO(page2, RW));
	probe_store(b, 2);
	check(bound(a) == 0 && bound(b) == LO(page2, RW),
	      "of two addresses with one slot the newer has it");
	check(exos_pages[page].loose, "the older's page is marked loose");
	ae_TLBvadelete(a);
	check(probe_load(a, &v) == AE_EXC_TLBL,
	      "the older is deleted from the TLB as well");
	check(!probe_load(b, &v) && v == 2, "the newer one works");
	map(a, LO(page, RW));
	ae_TLBdelete(b, 1);
	check(!probe_load(a, &v) && v == 1 && probe_load(b, &v) == AE_EXC_TLBL,
	      "and back again");
	map(b, LO(page2, RW));
	probe_load(b, &v);
	map(a, LO(page, RW));
	ae_chcap(page2, wcap.lo, wcap.hi, wcap.lo, wcap.hi, wcap.lo, wcap.hi);
	check(probe_load(b, &v) == AE_EXC_TLBL && !exos_pages[page2].loose,
	      "chcap takes a displaced mapping out of the TLB");
	check(exos_pages[page].bindings == 1 && !exos_pages[page2].bindings,
	      "the page records follow");
	for (u32 i = 0, va = VA; i < 40; i++, va = rival(va)) {
		bad += map(va, LO(i & 1 ? page : page2, RW)) != 0;
		bad += exos_pages[page].bindings + exos_pages[page2].bindings !=
		       1;
	}
	check(!bad, "40 addresses take one slot from each other");
	recount("after the conflicts");
}

static void
aliases(void)
{
	u32 bad = 0, n = 0;

	for (u32 i = 0; i < 10000; i++)
		bad += map(VA + i * AE_PAGE_SIZE, LO(page, RW)) != 0;
	check(!bad, "one page at 10000 addresses, all granted");
	check(exos_pages[page].bindings > 3500 &&
		      exos_pages[page].bindings <= AE_STLB_ENTRIES,
	      "it has nearly all slots: %u", exos_pages[page].bindings);
	recount("with an STLB full of one page");
	ae_chcap(page, wcap.lo, wcap.hi, rcap.lo, rcap.hi, wcap.lo, wcap.hi);
	for (u32 i = 0; i < 10000; i++)
		n += bound(VA + i * AE_PAGE_SIZE) != 0;
	check(!n && !exos_pages[page].bindings, "chcap removed every one");
	for (u32 i = 0; i < 10000; i += 97)
		bad += probe_load(VA + i * AE_PAGE_SIZE, 0) != AE_EXC_TLBL;
	check(!bad, "and none is left in the TLB");
	recount("after chcap");

	for (u32 i = 0; i < 300; i++)
		map(VA + i * AE_PAGE_SIZE, LO(page2, RW));
	ae_Dealloc(page2, wcap.lo, wcap.hi);
	for (u32 i = 0; i < 300; i++)
		n += bound(VA + i * AE_PAGE_SIZE) != 0;
	check(!n, "Dealloc removes 300 mappings of a page");
	page2 = alloc(wcap);
	recount("after Dealloc");
}

/* ---- range calls ---- */

static void
range_arguments(void)
{
	check_is(ae_TLBprotect(VA, 0), 0, "TLBprotect of no page");
	check_is(ae_TLBdelete(0, 0), 0, "TLBdelete of no page");
	check_is(ae_TLBunprotect(VA, 0, 0, 0), 0,
		 "TLBunprotect of no page, without a capability");
	check_is(ae_TLBprotect(0x80000000, 1), AE_EINVAL, "kseg0: EINVAL");
	check_is(ae_TLBprotect(0xffff8000, 8), AE_EINVAL,
		 "the STLB's window: EINVAL");
	check_is(ae_TLBunprotect(0x80000000, 0, 0, 0), AE_EINVAL,
		 "kseg0, no page: EINVAL");
	check_is(ae_TLBdelete(0x7ffff000, 1), 0, "the last page of kuseg");
	check_is(ae_TLBdelete(0x7ffff000, 2), AE_EINVAL,
		 "one page more: EINVAL");
	check_is(ae_TLBprotect(VA, 0x80000), AE_EINVAL,
		 "a range that leaves kuseg: EINVAL");
	check_is(ae_TLBprotect(VA, 0xfffff), AE_EINVAL,
		 "a range that wraps around: EINVAL");
	check_is(ae_TLBunprotect(VA, 0xffffffff, wcap.lo, wcap.hi), AE_EINVAL,
		 "2^32 - 1 pages: EINVAL");
	check_is(ae_TLBdelete(VA, 0x100000), AE_EINVAL,
		 "2^20 pages, 4 GB: EINVAL");
}

static u32 range_writable, range_bound;

static void
range_look(u32 va, u32 n)
{
	range_writable = range_bound = 0;
	for (u32 i = 0; i < n; i++) {
		u32 lo = bound(va + i * AE_PAGE_SIZE);

		range_bound += lo != 0;
		range_writable += (lo & AE_LO_D) != 0;
	}
}

/* n pages of a range, with one more at either end. */
static void
range(u32 n)
{
	u32 end = VA + n * AE_PAGE_SIZE, before, mid;
	u32 odd = VA + n / 2 * AE_PAGE_SIZE, alien = alloc(other);
	unsigned long pages = n;

	ae_TLBdelete(0x10000000, 0x20000);
	for (u32 va = VA - AE_PAGE_SIZE; va <= end; va += AE_PAGE_SIZE)
		map(va, LO(page, RW));
	range_look(VA, n);
	before = range_bound;
	check(before >= n - n / 8 && range_writable == before,
	      "%lu pages mapped writable", pages);
	check_is(ae_TLBprotect(VA, n), 0, "TLBprotect");
	range_look(VA, n);
	check(range_bound + 64 >= before && !range_writable,
	      "%lu pages are read-only in the STLB", pages);
	check(probe_store(VA, 1) == AE_EXC_MOD &&
		      probe_store(end - AE_PAGE_SIZE, 1) == AE_EXC_MOD,
	      "a store to the first and the last raises Mod");
	check(!probe_store(VA - AE_PAGE_SIZE, 1) && !probe_store(end, 1),
	      "the pages beside them are as they were");

	check_is(ae_TLBunprotect(VA, n, rcap.lo, rcap.hi), AE_EACCES,
		 "TLBunprotect with the read capability: EACCES");
	check_is(ae_TLBunprotect(VA, n, 0, 0), AE_EACCES,
		 "TLBunprotect with the public one: EACCES");
	range_look(VA, n);
	check(!range_writable, "nothing changed");
	check_is(ae_TLBunprotect(VA, n, wcap.lo, wcap.hi), 0,
		 "TLBunprotect with the write capability");
	range_look(VA, n);
	check(range_bound + 64 >= before && range_writable == range_bound,
	      "%lu pages are writable in the STLB", pages);
	check(!probe_store(VA, 1) && !probe_store(end - AE_PAGE_SIZE, 1),
	      "stores to the first and the last succeed");

	ae_TLBprotect(VA, n);
	ae_TLBwr(odd, LO(alien, AE_LO_V), rcap.lo, rcap.hi);
	mid = bound(odd);
	check_is(ae_TLBunprotect(VA, n, wcap.lo, wcap.hi), AE_EACCES,
		 "with one page of another capability: EACCES");
	range_look(VA, n);
	check(mid && !range_writable, "and no page changed");
	ae_TLBvadelete(odd);
	check_is(ae_TLBunprotect(VA, n, wcap.lo, wcap.hi), 0,
		 "a page that is not mapped does not matter");

	check_is(ae_TLBdelete(VA, n), 0, "TLBdelete");
	range_look(VA, n);
	check(!range_bound && bound(VA - AE_PAGE_SIZE) && bound(end),
	      "%lu pages are gone, the ones beside them are not", pages);
	check(probe_load(VA, 0) == AE_EXC_TLBL &&
		      probe_load(end - AE_PAGE_SIZE, 0) == AE_EXC_TLBL,
	      "the next load of the first and the last misses");
	ae_Dealloc(alien, other.lo, other.hi);
	recount("after the range calls");
}

static void
everything(void)
{
	map(VA, LO(page, RW));
	check_is(ae_TLBdelete(0, 0x80000), 0, "TLBdelete of all of kuseg");
	check(probe_load(VA, 0) == AE_EXC_TLBL, "leaves nothing of ours");
	recount("after that");
}

/* ---- random calls against a model ---- */

#define NVA   64
#define NPAGE 12

static u32
random_word(void)
{
	static u32 x = 12345;

	x ^= x << 13;
	x ^= x >> 17;
	return x ^= x << 5;
}

static void
soak(void)
{
	static u32 phys[NPAGE], model[NVA], va[NVA];
	u32 wrong = 0, kept = 0;

	for (u32 i = 0; i < NPAGE; i++) {
		phys[i] = alloc(wcap);
		map(VA, LO(phys[i], RW));
		*(volatile u32 *)VA = 1000 + i;
	}
	ae_TLBvadelete(VA);
	for (u32 i = 0; i < NVA; i++)
		va[i] = i % 8 ? VA + i * AE_PAGE_SIZE :
			i     ? rival(va[i - 8]) :
				VA;
	for (u32 step = 0; step < 6000; step++) {
		u32 r = random_word(), i = r % NVA, p = (r >> 8) % NPAGE, got;

		switch (r >> 16 & 15) {
		case 0:
			ae_TLBvadelete(va[i]);
			model[i] = 0;
			break;
		case 1:
			ae_TLBprotect(va[i], 1);
			break;
		case 2:
			ae_chcap(phys[p], wcap.lo, wcap.hi, rcap.lo, rcap.hi,
				 wcap.lo, wcap.hi);
			for (u32 k = 0; k < NVA; k++)
				if (model[k] == p + 1)
					model[k] = 0;
			break;
		case 3:
			ae_Dealloc(phys[p], wcap.lo, wcap.hi);
			phys[p] = alloc(wcap);
			for (u32 k = 0; k < NVA; k++)
				if (model[k] == p + 1)
					model[k] = 0;
			map(va[i], LO(phys[p], RW));
			*(volatile u32 *)va[i] = 1000 + p;
			model[i] = p + 1;
			break;
		default:
			map(va[i], LO(phys[p], RW));
			model[i] = p + 1;
		}
		i = (r >> 20) % NVA;
		if (probe_load(va[i], &got))
			continue; /* another address may have its slot */
		kept++;
		wrong += !model[i] || got != 999 + model[i];
	}
	check(!wrong && kept > 1000,
	      "6000 random calls: every address that can be read shows the "
	      "page it was given last (%lu were read)",
	      (unsigned long)kept);
	recount("after random calls");
	for (u32 i = 0; i < NPAGE; i++)
		ae_Dealloc(phys[i], wcap.lo, wcap.hi);
}

static void
child(void)
{
	struct raw r;
	u32 tag, left = 0;

	raw_prepare(&r, mapper, children_end);
	r.mem[0] = LO(page, AE_LO_V);
	r.mem[1] = rcap.lo;
	r.mem[2] = rcap.hi;
	r.mem[3] = 2000;
	r.mem[6] = VA;
	r.desc.epilogue = raw_at(&r, mapper_park);
	raw_create(&r);
	check(raw_wait(&r, 5, 0, 64) && !r.mem[4],
	      "a child maps our page 2000 times");
	check(exos_pages[page].bindings > 1500, "the record counts them: %u",
	      exos_pages[page].bindings);
	recount("with a child's mappings");
	tag = (u32)r.name >> 21;
	raw_free(&r);
	for (u32 i = AE_STLB_ENTRIES; i < 2 * AE_STLB_ENTRIES; i++)
		left += exos_stlb[i] && exos_stlb[i] >> 21 == tag;
	check(!left && !exos_pages[page].bindings,
	      "none is left when the child has ended");
	recount("after its end");
}

/* A page bound wherever it can be, and pinned as well: the kernel searches. */
static void
searched(void)
{
	struct raw r;
	u32 made = 0, left = 0, many = alloc(wcap);

	raw_prepare(&r, mapper, children_end);
	r.desc.pin[1] = (struct ae_pin){
		.va = RAW_VA + AE_PAGE_SIZE,
		.lo = LO(many, AE_LO_V),
		.cap = wcap,
	};
	raw_create(&r);
	for (u32 i = 0; i < AE_STLB_ENTRIES; i++)
		made += !map(VA + i * AE_PAGE_SIZE, LO(many, RW));
	check(made == AE_STLB_ENTRIES && exos_pages[many].bindings > 4000 &&
		      exos_pages[many].pins == 1,
	      "a page is bound at every slot, and pinned");
	check_is(ae_chcap(many, rcap.lo, rcap.hi, 0, 0, 0, 0), AE_EACCES,
		 "chcap without the right: EACCES");
	check(exos_pages[many].bindings > 4000, "no binding goes for that");
	check_is(ae_chcap(many, wcap.lo, wcap.hi, 0, 0, other.lo, other.hi), 0,
		 "chcap with it");
	for (u32 i = 0; i < AE_STLB_ENTRIES; i++)
		left += bound(VA + i * AE_PAGE_SIZE) != 0;
	check(!left && !exos_pages[many].bindings && !exos_pages[many].pins &&
		      !exos_pages[many].loose,
	      "all is gone when it returns");
	check_is(map(VA, LO(many, RW)), AE_EACCES,
		 "the old one grants nothing");
	for (u32 i = 0; i < AE_STLB_ENTRIES; i++)
		ae_TLBwr(VA + i * AE_PAGE_SIZE, LO(many, RW), other.lo,
			 other.hi);
	check_is(ae_Dealloc(many, wcap.lo, wcap.hi), AE_EACCES,
		 "Dealloc with the old one: EACCES");
	check_is(ae_Dealloc(many, other.lo, other.hi), 0, "with the new one");
	for (u32 i = 0; i < AE_STLB_ENTRIES; i++)
		left += bound(VA + i * AE_PAGE_SIZE) != 0;
	check(!left && exos_pages[many].state == AE_PG_FREE,
	      "the page is free, and bound nowhere");
	recount("after searches for one page");
	raw_free(&r);
}

int
main(void)
{
	page = alloc(wcap);
	page2 = alloc(wcap);
	for (u32 i = 0; i < exos_info->npages; i++)
		bindings[i] = exos_pages[i].bindings;
	recount("at the start");
	conflicts();
	aliases();
	range_arguments();
	range(1);
	range(100);
	range(1024);
	range(1025);
	range(3000);
	everything();
	soak();
	child();
	searched();
	return check_plan();
}
