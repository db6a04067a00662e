/* SPDX-License-Identifier: MIT */
/*
 * Secure bindings: which capability TLBwr takes for which mapping, what a
 * mapping then allows, and that the primitive calls change no register but
 * the result.
 */
#include "../../include/check.h"
#include "../../include/regs.h"

#include <aegis/transfer.h>

#define VA 0x30000000

static const struct ae_cap rcap = { 0x0badcafe, 0x12345678 };
static const struct ae_cap wcap = { 0xfeedface, 0x87654321 };
static const struct ae_cap public = { 0, 0 };
static u32 page, page2;

static s32
map(u32 va, u32 lo, struct ae_cap c)
{
	return ae_TLBwr(va, lo, c.lo, c.hi);
}

static void
grants(void)
{
	u32 v;

	check_is(map(VA, LO(page, RW), wcap), 0,
		 "write capability, D: granted");
	check_is(map(VA, LO(page, AE_LO_V), wcap), 0,
		 "write capability, no D: granted");
	check_is(map(VA, LO(page, AE_LO_V), rcap), 0,
		 "read capability, no D: granted");
	check_is(map(VA, LO(page, RW), rcap), AE_EACCES,
		 "read capability, D: EACCES");
	check_is(probe_load(VA, &v), 0, "a read-only mapping can be read");
	check_is(probe_store(VA, 1), AE_EXC_MOD,
		 "a store through it raises Mod");
	check_is(map(VA, LO(page, AE_LO_V | AE_LO_N), rcap), 0,
		 "an uncached mapping is granted");
	map(VA, LO(page, RW), wcap);
	check_is(probe_store(VA + 8, 0x1234), 0, "D allows the store");
	map(VA, LO(page2, RW), wcap);
	probe_load(VA + 8, &v);
	check_is(v, 0, "the next TLBwr of the address shows the other page");
	map(VA, LO(page, AE_LO_V), wcap);
	check_is(probe_store(VA, 1), AE_EXC_MOD,
		 "a weaker TLBwr takes the right to store away");
	probe_load(VA + 8, &v);
	check_is(v, 0x1234, "the page kept what was stored");
	check_is(map(VA + 0x123, LO(page2, AE_LO_V), rcap), 0,
		 "an address inside the page names the page");
	probe_load(VA + 8, &v);
	check_is(v, 0, "as a load shows");
}

static void
forgeries(void)
{
	u32 granted = 0;

	for (u32 bit = 0; bit < 64; bit++) {
		struct ae_cap r = rcap, w = wcap;

		if (bit < 32) {
			r.lo ^= 1u << bit;
			w.lo ^= 1u << bit;
		} else {
			r.hi ^= 1u << (bit - 32);
			w.hi ^= 1u << (bit - 32);
		}
		granted += map(VA, LO(page, AE_LO_V), r) != AE_EACCES;
		granted += map(VA, LO(page, AE_LO_V), w) != AE_EACCES;
		granted += map(VA, LO(page, RW), w) != AE_EACCES;
	}
	check(!granted, "no capability with one bit changed is taken");
	granted = 0;
	granted += !map(VA, LO(page, AE_LO_V), public);
	granted += !map(VA, LO(page, AE_LO_V), (struct ae_cap){ ~0, ~0 });
	granted += !map(VA, LO(page, AE_LO_V),
			(struct ae_cap){ rcap.hi, rcap.lo });
	granted += !map(VA, LO(page, AE_LO_V),
			(struct ae_cap){ rcap.lo, wcap.hi });
	granted += !map(VA, LO(page, AE_LO_V),
			(struct ae_cap){ wcap.lo, rcap.hi });
	granted += !map(VA, LO(page, AE_LO_V),
			(struct ae_cap){ rcap.lo ^ 1, rcap.hi ^ 1 });
	granted +=
		!map(VA, LO(page, AE_LO_V),
		     (struct ae_cap){ rcap.lo ^ wcap.lo, rcap.hi ^ wcap.hi });
	check(!granted, "nor zero, ones, swapped or mixed halves");
	check_is(map(VA, LO(page, AE_LO_V), own_cap), AE_EACCES,
		 "nor the capability of another page of the same owner");
}

static void
stale(void)
{
	const struct ae_cap nr = { 1, 2 }, nw = { 3, 4 };

	map(VA, LO(page, RW), wcap);
	ae_chcap(page, wcap.lo, wcap.hi, nr.lo, nr.hi, nw.lo, nw.hi);
	check_is(map(VA, LO(page, AE_LO_V), rcap), AE_EACCES,
		 "a stale read capability: EACCES");
	check_is(map(VA, LO(page, RW), wcap), AE_EACCES,
		 "a stale write capability: EACCES");
	check_is(map(VA, LO(page, AE_LO_V), wcap), AE_EACCES,
		 "also for reading");
	ae_chcap(page, nw.lo, nw.hi, rcap.lo, rcap.hi, wcap.lo, wcap.hi);
	check_is(map(VA, LO(page, RW), wcap), 0,
		 "given to the page again, it is good again");
}

static void
exposed(void)
{
	static const char *name[] = { "page records", "gates", "handlers",
				      "STLB", "archive" };
	const volatile struct ae_extent *x[] = {
		&exos_info->pages, &exos_info->gates, &exos_info->handlers,
		&exos_info->stlb, &exos_info->archive
	};
	u32 lo = exos_lookup(EXOS_INFO) & ~(AE_PAGE_SIZE - 1);

	for (u32 i = 0; i < 5; i++) {
		u32 first = LO(x[i]->page, 0);
		u32 last = first + LO(x[i]->npages - 1, 0);

		check(!map(VA, first | AE_LO_V, public) &&
			      !map(VA, last | AE_LO_V, public) &&
			      probe_store(VA, 0) == AE_EXC_MOD,
		      "%s: read by all", name[i]);
		check(map(VA, first | RW, public) == AE_EACCES &&
			      map(VA, last | RW, public) == AE_EACCES,
		      "%s: written by none", name[i]);
	}
	check(map(VA, lo | RW, public) == AE_EACCES,
	      "nor the information page");
	ae_TLBvadelete(VA);
}

static void
arguments(void)
{
	u32 n = exos_info->npages, v, bad = 0;

	map(VA, LO(page, RW), wcap);
	probe_store(VA, 0x55);
	check_is(map(VA, LO(page2, RW | AE_LO_G), wcap), AE_EINVAL,
		 "a global mapping: EINVAL");
	for (u32 bit = 1; bit <= 0x80; bit <<= 1)
		bad += map(VA, LO(page2, RW | bit), wcap) != AE_EINVAL;
	check(!bad, "each of the eight software bits: EINVAL");
	check_is(map(VA, LO(page2, AE_LO_D), wcap), AE_EINVAL,
		 "without V: EINVAL");
	check_is(map(0x80000000, LO(page2, RW), wcap), AE_EINVAL,
		 "kseg0: EINVAL");
	check_is(map(0xa0000000, LO(page2, RW), wcap), AE_EINVAL,
		 "kseg1: EINVAL");
	check_is(map(0xc0000000, LO(page2, RW), wcap), AE_EINVAL,
		 "kseg2: EINVAL");
	check_is(map(0xfffff000, LO(page2, RW), wcap), AE_EINVAL,
		 "the STLB's window: EINVAL");
	check_is(map(VA, LO(n, RW), wcap), AE_EPAGE,
		 "the page after the last: EPAGE");
	check_is(map(VA, LO(0xfffff, RW), wcap), AE_EPAGE,
		 "page 0xfffff: EPAGE");
	for (u32 i = 0; i < n; i++) {
		if (exos_pages[i].state == AE_PG_OWNED)
			continue;
		bad += map(VA, LO(i, RW), wcap) != AE_EACCES;
		bad += map(VA, LO(i, RW), public) != AE_EACCES;
	}
	check(!bad, "every kernel and every free page: EACCES");
	check(!probe_load(VA, &v) && v == 0x55,
	      "after all these the old mapping is still there");
	check_is(map(0x70001000, LO(page2, RW), wcap), 0,
		 "an address of the pinned segment is granted");
	ae_TLBvadelete(0x70001000);
}

static void
removal(void)
{
	u32 v;

	map(VA, LO(page, RW), wcap);
	check_is(ae_TLBvadelete(VA + 5), 0, "TLBvadelete");
	check_is(probe_load(VA, &v), AE_EXC_TLBL,
		 "the next load misses, and ExOS gets it");
	check(probe_address == VA, "with the address");
	check_is(probe_store(VA + 4, 0), AE_EXC_TLBS, "a store misses too");
	check_is(ae_TLBvadelete(VA), 0, "TLBvadelete of nothing");
	check_is(ae_TLBvadelete(0x80000000), AE_EINVAL,
		 "TLBvadelete of a kernel address: EINVAL");
	check_is(ae_TLBvadelete(0xffff8000), AE_EINVAL,
		 "TLBvadelete of the STLB's window: EINVAL");
	check_is(exos_pages[page].bindings, 0, "the page has no binding left");
}

static void
keep(s32 got, s32 want, const char *what)
{
	int good = !regs_changed();

	if (got != want)
		printf("# result %ld, not %ld\n", (long)got, (long)want);
	check(good && got == want, "%s: changes no register but v0", what);
}

/* Other addresses that fall in VA's slot of the STLB. */
static u32
rival(u32 va)
{
	u32 tag = exos_self >> 21 << 21;
	u32 slot = AE_STLB_HASH(tag | va >> 12 << 2);

	do
		va += AE_PAGE_SIZE;
	while (AE_STLB_HASH(tag | va >> 12 << 2) != slot);
	return va;
}

static void
registers(void)
{
	u32 w = LO(page, RW), bad = 0;

	keep(REGS_DO(SYSV_self, 0), exos_self, "self");
	ae_TLBvadelete(VA);
	keep(REGS_DO(SYSV_TLBwr, VA, w, wcap.lo, wcap.hi), 0, "TLBwr");
	keep(REGS_DO(SYSV_TLBwr, VA, w, wcap.lo, wcap.hi), 0,
	     "TLBwr of what is there");
	keep(REGS_DO(SYSV_TLBwr, rival(VA), w, wcap.lo, wcap.hi), 0,
	     "TLBwr that takes another's slot");
	keep(REGS_DO(SYSV_TLBwr, VA, LO(page, AE_LO_V), rcap.lo, rcap.hi), 0,
	     "TLBwr by the read capability");
	keep(REGS_DO(SYSV_TLBwr, VA, w, wcap.lo, 0), AE_EACCES,
	     "TLBwr, EACCES");
	keep(REGS_DO(SYSV_TLBwr, VA, w | AE_LO_G, wcap.lo, wcap.hi), AE_EINVAL,
	     "TLBwr, EINVAL");
	keep(REGS_DO(SYSV_TLBwr, VA, LO(0xfffff, RW), wcap.lo, wcap.hi),
	     AE_EPAGE, "TLBwr, EPAGE");
	keep(REGS_DO(SYSV_TLBvadelete, VA), 0, "TLBvadelete");
	keep(REGS_DO(SYSV_TLBvadelete, VA), 0, "TLBvadelete of nothing");
	keep(REGS_DO(SYSV_TLBvadelete, 0x90000000), AE_EINVAL,
	     "TLBvadelete, EINVAL");
	map(VA, w, wcap);
	keep(REGS_DO(SYSV_TLBprotect, VA, 3), 0, "TLBprotect");
	keep(REGS_DO(SYSV_TLBprotect, 0x80000000, 3), AE_EINVAL,
	     "TLBprotect, EINVAL");
	keep(REGS_DO(SYSV_TLBunprotect, VA, 3, rcap.lo, rcap.hi), AE_EACCES,
	     "TLBunprotect, EACCES");
	keep(REGS_DO(SYSV_TLBunprotect, VA, 3, wcap.lo, wcap.hi), 0,
	     "TLBunprotect");
	keep(REGS_DO(SYSV_TLBdelete, VA, 3), 0, "TLBdelete");
	keep(REGS_DO(SYSV_FPUmod, 1), 0, "FPUmod(1)");
	keep(REGS_DO(SYSV_self, 0), exos_self, "self of an FPU user");
	keep(REGS_DO(SYSV_FPUmod, 0), 0, "FPUmod(0)");
	keep(REGS_DO(SYSV_FPUmod, 2), AE_EINVAL, "FPUmod(2)");
	keep(REGS_DO(SYSV_CIDswitch, 0), 0, "CIDswitch(0)");
	keep(REGS_DO(SYSV_CIDswitch, exos_self), 0, "CIDswitch to itself");
	keep(REGS_DO(SYSV_CIDswitch, 0x12345680), AE_EENV,
	     "CIDswitch to nobody");
	keep(REGS_DO(SYSV_Acall, 0x12345680), AE_EENV, "Acall to nobody");
	keep(REGS_DO(AE_SCALL, 0x12345680), AE_EENV, "Scall to nobody");
	keep(REGS_DO(AE_SCALL, exos_self), AE_ENOGATE,
	     "Scall to a closed gate");
	keep(REGS_DO(AE_REPLY, 0), AE_ENOREPLY, "Reply to nobody");
	for (u32 i = AEGIS_NSYS; i < AEGIS_SYS_ENTRIES; i++)
		bad += REGS_DO(i * 4, 0) != AE_ENOSYS || regs_changed();
	check(!bad, "numbers without a call: ENOSYS, no register changes");

	check(REGS_DO(SYSV_null, 0) == 0 && !regs_left(),
	      "null leaves nothing of the kernel's and keeps what C keeps");
	check(REGS_DO(SYSV_Alloc, AE_PAGE_ANY, 1, 2, 3, 4, ~0u) == AE_EENV &&
		      !regs_left(),
	      "Alloc, EENV: the same");
	check(REGS_DO(SYSV_Dealloc, page, 0, 0) == AE_EACCES && !regs_left(),
	      "Dealloc, EACCES: the same");
	check(REGS_DO(SYSV_random, page, 0, 64, wcap.lo, wcap.hi) == 64 &&
		      !regs_left(),
	      "random: the same");
	check(REGS_DO(SYSV_chcap, page, wcap.lo, wcap.hi, rcap.lo, rcap.hi,
		      wcap.lo, wcap.hi) == 0 &&
		      !regs_left(),
	      "chcap, all its arguments: the same");
}

int
main(void)
{
	page = ae_Alloc(AE_PAGE_ANY, rcap.lo, rcap.hi, wcap.lo, wcap.hi, 0, 0,
			0);
	page2 = ae_Alloc(AE_PAGE_ANY, rcap.lo, rcap.hi, wcap.lo, wcap.hi, 0, 0,
			 0);
	grants();
	forgeries();
	stale();
	exposed();
	arguments();
	removal();
	registers();
	return check_plan();
}
