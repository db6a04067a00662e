/* SPDX-License-Identifier: MIT */
/* Calls that take a buffer: every way its description can be wrong. */
#include "../include/check.h"

static const struct ae_cap rcap = { 0x0badcafe, 0x12345678 };
static const struct ae_cap wcap = { 0xfeedface, 0x87654321 };
static u32 page;

#define VA 0x30000000

static s32
write_call(u32 p, u32 off, u32 len, u32 lo, u32 hi)
{
	return ae_cons_write(p, off, len, lo, hi);
}

static const struct call {
	const char *name;
	s32 (*call)(u32 p, u32 off, u32 len, u32 lo, u32 hi);
	int writes; /* the kernel writes to the buffer */
	s32 empty;  /* result for no bytes */
} calls[] = {
	{ "cons_write", write_call, 0, 0 },
	{ "cons_read", ae_cons_read, 1, 0 },
	{ "random", ae_random, 1, 0 },
	{ "tlbread", ae_tlbread, 1, 0 },
};

static void
is(const struct call *c, s32 got, s32 want, const char *what)
{
	char text[100];

	snprintf(text, sizeof text, "%s: %s", c->name, what);
	check_is(got, want, text);
}

static void
try_call(const struct call *c)
{
	struct ae_cap good = c->writes ? wcap : rcap;
	u32 npages = exos_info->npages, bad = 0;
	volatile u8 *view = (u8 *)VA;

	is(c, c->call(page, 0, 0, good.lo, good.hi), c->empty,
	   "no bytes at the start");
	is(c, c->call(page, AE_PAGE_SIZE, 0, good.lo, good.hi), c->empty,
	   "no bytes at the end");
	is(c, c->call(page, AE_PAGE_SIZE + 4, 0, good.lo, good.hi), AE_EBUF,
	   "no bytes beyond the end: EBUF");
	is(c, c->call(npages, 0, 4, good.lo, good.hi), AE_EPAGE,
	   "the page after the last: EPAGE");
	is(c, c->call(0xfffff, 0, 4, good.lo, good.hi), AE_EPAGE,
	   "page 0xfffff: EPAGE");
	is(c, c->call(0x80000000 >> 12 | page, 0, 4, good.lo, good.hi),
	   AE_EPAGE, "a page number that wraps around to ours: EPAGE");
	is(c, c->call(page, 0, 4, good.lo ^ 1, good.hi), AE_EACCES,
	   "a wrong capability: EACCES");
	is(c, c->call(page, 0, 0, good.lo ^ 1, good.hi), AE_EACCES,
	   "a wrong capability and no bytes: EACCES");
	is(c, c->call(page, 0, 4, 0, 0), AE_EACCES,
	   "the public capability: EACCES");
	for (u32 i = 0; i < npages; i++)
		if (exos_pages[i].state == AE_PG_FREE)
			bad += c->call(i, 0, 4, good.lo, good.hi) != AE_EACCES;
	is(c, bad, 0, "every free page: EACCES");
	is(c, c->call(exos_info->gates.page, 0, 4, good.lo, good.hi), AE_EACCES,
	   "an exposed page, a capability of ours: EACCES");
	if (c->writes) {
		is(c, c->call(exos_info->gates.page, 0, 4, 0, 0), AE_EACCES,
		   "an exposed page, the public one: EACCES");
		is(c, c->call(page, 0, 4, rcap.lo, rcap.hi), AE_EACCES,
		   "the read capability: EACCES");
	}
	for (u32 i = 0; i < AE_PAGE_SIZE; i++)
		view[i] = 0xa5;
	is(c, c->call(page, 0, AE_PAGE_SIZE + 1, good.lo, good.hi), AE_EBUF,
	   "a page and a byte: EBUF");
	is(c, c->call(page, 4, AE_PAGE_SIZE, good.lo, good.hi), AE_EBUF,
	   "a page from its word 1: EBUF");
	is(c, c->call(page, AE_PAGE_SIZE - 4, 8, good.lo, good.hi), AE_EBUF,
	   "beyond the end: EBUF");
	is(c, c->call(page, 0xfffffffc, 8, good.lo, good.hi), AE_EBUF,
	   "offset and length that wrap around: EBUF");
	is(c, c->call(page, 8, 0xfffffffc, good.lo, good.hi), AE_EBUF,
	   "the other way round: EBUF");
	is(c, c->call(page, 0x80000000, 0x80000000, good.lo, good.hi), AE_EBUF,
	   "two halves that make 0: EBUF");
	bad = 0;
	for (u32 i = 0; i < AE_PAGE_SIZE; i++)
		bad += view[i] != 0xa5;
	check(!bad, "%s: of all these none touched the page", c->name);
}

static void
inside(void)
{
	volatile u8 *view = (u8 *)VA;
	u32 same = 0, outside = 0;
	s32 n;

	for (u32 i = 0; i < AE_PAGE_SIZE; i++)
		view[i] = 0;
	check_is(ae_random(page, 5, 3, wcap.lo, wcap.hi), 3,
		 "random, three bytes at an odd place");
	for (u32 i = 0; i < AE_PAGE_SIZE; i++)
		outside += (i < 5 || i >= 8) && view[i];
	check(!outside, "it writes there and nowhere else");
	check_is(ae_random(page, 0, AE_PAGE_SIZE, wcap.lo, wcap.hi), 128,
		 "random gives 128 bytes a call");
	for (u32 i = 128; i < AE_PAGE_SIZE; i += 128)
		ae_random(page, i, 128, wcap.lo, wcap.hi);
	for (u32 i = 0; i < AE_PAGE_SIZE; i += 8)
		for (u32 k = 0; k < i; k += 8)
			same += *(volatile u32 *)(view + i) ==
					*(volatile u32 *)(view + k) &&
				*(volatile u32 *)(view + i + 4) ==
					*(volatile u32 *)(view + k + 4);
	check(!same, "no capability comes twice in it");

	for (u32 i = 0; i < AE_PAGE_SIZE; i++)
		view[i] = 0;
	n = ae_tlbread(page, 64, 8 * AE_TLB_ENTRIES, wcap.lo, wcap.hi);
	check_is(n, AE_TLB_ENTRIES, "tlbread gives 64 entries");
	outside = 0;
	for (u32 i = 0; i < AE_PAGE_SIZE; i++)
		outside += (i < 64 || i >= 64 + 8 * AE_TLB_ENTRIES) && view[i];
	check(!outside, "and writes nothing else");
	check_is(ae_tlbread(page, 2, 8, wcap.lo, wcap.hi), AE_EBUF,
		 "tlbread, unaligned: EBUF");

	for (u32 i = 0; i < AE_PAGE_SIZE; i++)
		view[i] = i % 64 == 63 ? '\n' : i % 64 ? 'x' : '#';
	check_is(ae_cons_write(page, 0, AE_PAGE_SIZE, rcap.lo, rcap.hi), 256,
		 "cons_write of a whole page writes 256 bytes");
	check_is(ae_cacheflush(page, wcap.lo, wcap.hi), 0, "cacheflush");
	check_is(ae_cacheflush(page, 0, 0), AE_EACCES,
		 "cacheflush of another's page: EACCES");
	check_is(ae_cacheflush(exos_info->npages, 0, 0), AE_EPAGE,
		 "cacheflush beyond memory: EPAGE");
}

int
main(void)
{
	page = ae_Alloc(AE_PAGE_ANY, rcap.lo, rcap.hi, wcap.lo, wcap.hi, 0, 0,
			0);
	ae_TLBwr(VA, LO(page, RW), wcap.lo, wcap.hi);
	exos_map(VA, LO(page, RW) | PT_CAP(exos_cap_add(&wcap)));
	for (u32 i = 0; i < sizeof calls / sizeof *calls; i++)
		try_call(&calls[i]);
	inside();
	return check_plan();
}
