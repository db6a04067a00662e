/* SPDX-License-Identifier: MIT */
/*
 * The range calls change the bindings of exactly the pages they name: random
 * ranges of pages some of which are bound, compared with what they must be.
 */
#include "../include/check.h"

#define PAGE   AE_PAGE_SIZE
#define AT     (EXOS_FREE + 400 * PAGE) /* a run's border is in the middle */
#define NPAGES 700 /* more than 512: a run and two parts */
#define TRIALS 30

static s32 frame[2]; /* the second has another capability */
static struct ae_cap other = { 0x1234, 0x5678 };
static u8 bound[NPAGES]; /* 0, or 1 + writable */
static u32 seed = 1;

static u32
number(u32 below)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % below;
}

static u32
page(u32 i)
{
	return AT + i * PAGE;
}

/* Data of a page in the STLB, or 0 if it is not there. */
static u32
in_stlb(u32 va)
{
	u32 tag = exos_self >> 21 << 21 | va >> AE_PAGE_SHIFT << 2;
	u32 slot = AE_STLB_HASH(tag) >> 2;

	return exos_stlb[AE_STLB_ENTRIES + slot] == tag ? exos_stlb[slot] : 0;
}

static void
bind_some(u32 one_in)
{
	for (u32 i = 0; i < NPAGES; i++) {
		bound[i] = 0;
		ae_TLBvadelete(page(i));
		if (number(one_in))
			continue;
		bound[i] = 1 + number(2);
		ae_TLBwr(page(i),
			 LO(frame[0], AE_LO_V | (bound[i] > 1 ? AE_LO_D : 0)),
			 own_cap.lo, own_cap.hi);
	}
}

/*
 * How many pages are not what they should be.  One may have been displaced by
 * a page of ours or of the kernel's services, so it may be missing.
 */
static u32
wrong(void)
{
	u32 bad = 0, missing = 0;

	for (u32 i = 0; i < NPAGES; i++) {
		u32 lo = in_stlb(page(i));
		u32 want = LO(frame[0], bound[i] > 1 ? RW : AE_LO_V);

		if (!lo)
			missing += bound[i] != 0;
		else
			bad += !bound[i] || lo != want;
	}
	return bad + (missing > 40);
}

/* What the processor finds, in TLB or STLB, of a page in the range. */
static int
store_is(u32 i)
{
	u32 cause;

	if (!in_stlb(page(i)))
		return 1;
	cause = probe_store(page(i), i);
	return bound[i] > 1 ? !cause : cause == AE_EXC_MOD;
}

static void
trials(u32 longest, u32 one_in)
{
	u32 bad = 0, stores = 0, refused = 0;

	for (u32 t = 0; t < TRIALS; t++) {
		u32 from = number(NPAGES), n = 1 + number(longest);
		s32 e;

		if (n > NPAGES - from)
			n = NPAGES - from;
		bind_some(one_in);
		ae_TLBprotect(page(from), n);
		for (u32 i = from; i < from + n; i++)
			bound[i] = bound[i] != 0;
		bad += wrong();
		stores += !store_is(from) + !store_is(from + n - 1);
		/* Refused as a whole for one page of another capability. */
		ae_TLBwr(page(from + n / 2), LO(frame[1], AE_LO_V), other.lo,
			 other.hi);
		e = ae_TLBunprotect(page(from), n, own_cap.lo, own_cap.hi);
		ae_TLBvadelete(page(from + n / 2));
		bound[from + n / 2] = 0;
		refused += e == AE_EACCES;
		bad += wrong();
		bad += ae_TLBunprotect(page(from), n, own_cap.lo, own_cap.hi) !=
		       0;
		for (u32 i = from; i < from + n; i++)
			bound[i] = bound[i] ? 2 : 0;
		bad += wrong();
		stores += !store_is(from) + !store_is(from + n - 1);
		ae_TLBdelete(page(from), n);
		memset(bound + from, 0, n);
		bad += wrong();
	}
	check(!bad, "ranges of up to %lu pages, one in %lu bound",
	      (unsigned long)longest, (unsigned long)one_in);
	check_is(refused, TRIALS, "... one page of another's refuses each");
	check(!stores, "... and so the processor sees it");
}

int
main(void)
{
	frame[0] = exos_alloc();
	frame[1] = ae_Alloc(AE_PAGE_ANY, other.lo, other.hi, other.lo, other.hi,
			    0, 0, 0);
	check(frame[0] > 0 && frame[1] > 0, "two pages");
	exos_on_exception(AE_EXC_TLBL, probe_handler);
	for (u32 longest = 1; longest <= NPAGES; longest *= 3) {
		trials(longest, 1);
		trials(longest, 3);
	}
	trials(NPAGES, 2);
	return check_plan();
}
