/* SPDX-License-Identifier: MIT */
/* Attributes of pages: dirty, protection, uncached; faults and who answers. */
#include "../../include/check.h"

#define PAGE	AE_PAGE_SIZE
#define AT	EXOS_FREE
#define N	8
#define WORD(i) (*(volatile u32 *)(AT + (i)*PAGE))

static u32 faults, handled;

static int
count_fault(struct exos_region *r, u32 va, int write)
{
	faults++;
	return exos_fault_zero(r, va, write);
}

static void
make(u32 n)
{
	exos_region_add(&(struct exos_region){
		.start = AT,
		.end = AT + n * PAGE,
		.fault = count_fault,
	});
}

static void
unmake(u32 n)
{
	unmap_all(AT, n);
}

static void
dirty(void)
{
	make(N);
	(void)WORD(0);
	check(!exos_dirty(AT), "a page that was read is clean");
	check(!(exos_lookup(AT) & AE_LO_D) && exos_lookup(AT) & PT_WRITE,
	      "it may be written, but is not mapped so");
	WORD(0) = 1;
	check(exos_dirty(AT) && faults == 1,
	      "a store makes it dirty; the region is not asked");
	check(exos_lookup(AT) & AE_LO_D, "now it is mapped writable");
	WORD(1) = 1;
	check(exos_dirty(AT + PAGE), "a page that was written at first");
	check(exos_dirty(AT + PAGE + 12), "an address within the page");
	check_is(exos_clean(AT, N), 2, "two pages are cleaned");
	check(!exos_dirty(AT) && !exos_dirty(AT + PAGE), "both are clean");
	WORD(1) = 2;
	check(!exos_dirty(AT) && exos_dirty(AT + PAGE),
	      "the one that is written is dirty again");
	exos_protect(AT + PAGE, 1, 0);
	check(exos_dirty(AT + PAGE), "protected, it is still dirty");
	check_is(probe_store(AT + PAGE, 3), AE_EXC_MOD, "and not written");
	exos_clean(AT, 2);
	exos_protect(AT, 2, 1);
	check(!exos_dirty(AT + PAGE), "writable does not mean dirty");
	WORD(1) = 4;
	check(exos_dirty(AT + PAGE) && WORD(1) == 4, "until it is written");
	check(!exos_dirty(AT + 5 * PAGE), "no page is not dirty");
	check(!exos_dirty(0) && !exos_dirty(0xfffff000),
	      "nor are page 0 and the kernel's");
	unmake(N);
}

/*
 * Is the page cached, by its entry in the STLB?  A load puts it there; another
 * page's may take the place at once, so this looks more than once.
 */
static int
is_cached(u32 va)
{
	u32 tag = exos_self >> 21 << 21 | va >> AE_PAGE_SHIFT << 2;
	u32 slot = AE_STLB_HASH(tag) >> 2;

	for (u32 i = 0; i < 100; i++) {
		(void)*(volatile u32 *)va;
		if (exos_stlb[AE_STLB_ENTRIES + slot] == tag)
			return !(exos_stlb[slot] & AE_LO_N);
	}
	return -1;
}

static void
uncached(void)
{
	make(N);
	for (u32 i = 0; i < N; i++)
		WORD(i) = i + 1;
	check(is_cached(AT) == 1 && is_cached(AT + 2 * PAGE) == 1,
	      "pages are cached");
	check_is(exos_change(AT, 2, 0, AE_LO_N), 2, "two are not any more");
	check(is_cached(AT) == 0 && is_cached(AT + PAGE) == 0 &&
		      is_cached(AT + 2 * PAGE) == 1,
	      "the processor is told so of these two");
	WORD(0) = 5;
	check(exos_lookup(AT) & AE_LO_N && WORD(0) == 5 && WORD(1) == 2,
	      "and they hold what they held");
	check_is(exos_change(AT + 2 * PAGE, 1, 0, AE_LO_N), 1, "one alone");
	check(is_cached(AT + 2 * PAGE) == 0 && WORD(2) == 3, "as well");
	check_is(exos_change(AT, 3, AE_LO_N, 0), 3, "cached again");
	check(is_cached(AT) == 1 && is_cached(AT + PAGE) == 1 &&
		      is_cached(AT + 2 * PAGE) == 1 &&
		      !(exos_lookup(AT) & AE_LO_N) && WORD(0) == 5,
	      "all three");
	unmake(N);
}

static void
protection(void)
{
	make(N);
	for (u32 i = 0; i < N; i++)
		WORD(i) = i;
	check_is(exos_protect(AT, N, 0), 0, "eight pages are protected");
	for (u32 i = 0; i < N; i++)
		handled += probe_store(AT + i * PAGE, 9) == AE_EXC_MOD;
	check_is(handled, N, "none can be written");
	check_is(exos_protect(AT + PAGE, N - 2, 1), 0, "six are freed again");
	handled = 0;
	for (u32 i = 0; i < N; i++)
		handled += probe_store(AT + i * PAGE, i) == 0;
	check_is(handled, N - 2, "and can be written, but no other");
	check_is(exos_protect(AT, N + 1, 0), AE_EINVAL,
		 "one page that is not mapped: EINVAL");
	check_is(exos_protect(AT, 0, 0), 0, "no pages: nothing");
	check_is(exos_protect(0xfffff000, 1, 0), AE_EINVAL, "the kernel's");
	check_is(exos_protect(0x7ffff000, 2, 0), AE_EINVAL, "over the end");
	check_is(exos_protect(AT, 0xffffffff, 0), AE_EINVAL, "too many");
	check_is(exos_change(AT, 1, 0, PT_OWNED), AE_EINVAL,
		 "an attribute that is not to be changed");
	check_is(exos_change(AT, N, AE_LO_V, 0), N, "no access at all");
	check_is(probe_load(AT, 0), AE_EXC_TLBL, "a load: TLBL");
	check_is(exos_change(AT, N, 0, AE_LO_V | PT_WRITE), N, "all access");
	WORD(7) = 77;
	check(WORD(7) == 77 && WORD(2) == 2, "what was in them is there");
	unmake(N);
}

static int
skip(struct exos_frame *f)
{
	handled++;
	f->epc += 4;
	return 0;
}

static int
allow(struct exos_frame *f)
{
	handled++;
	return exos_protect(f->badvaddr, 1, 1);
}

static int
refuse(struct exos_frame *f)
{
	(void)f;
	handled++;
	return 1;
}

static int
nested(struct exos_frame *f)
{
	handled++;
	exos_on_protection(allow);
	WORD(1) = 11; /* the slower way: this one runs */
	exos_on_protection(nested);
	WORD(2) = 12; /* a new page */
	return exos_protect(f->badvaddr, 1, 1);
}

static void
fast_handlers(void)
{
	make(N);
	WORD(0) = WORD(1) = 0;
	exos_protect(AT, 2, 0);
	handled = 0;
	check(exos_on_protection(skip) == 0, "no handler is there at first");
	WORD(0) = 1;
	check(handled == 1 && WORD(0) == 0, "a store is skipped");
	exos_on_protection(allow);
	WORD(0) = 2;
	check(handled == 2 && WORD(0) == 2, "a store is allowed");
	exos_protect(AT, 1, 0);
	exos_on_protection(refuse);
	exos_on_exception(AE_EXC_MOD, allow);
	WORD(0) = 3;
	check(handled == 4 && WORD(0) == 3, "declined, the next is asked");
	exos_protect(AT, 1, 0);
	exos_on_protection(nested);
	handled = 0;
	WORD(0) = 4;
	check(WORD(0) == 4 && WORD(1) == 11 && WORD(2) == 12 && handled == 2,
	      "faults in the handler");
	exos_on_exception(AE_EXC_MOD, 0);
	exos_on_protection(0);
	unmake(N);
}

static u32 asked;

static int
other(struct exos_region *r, u32 va, int write)
{
	asked = r->arg;
	return exos_fault_zero(r, va, write);
}

static void
regions(void)
{
	struct exos_region r = {
		.start = AT, .end = AT + 4 * PAGE, .fault = other, .arg = 1
	};

	check_is(exos_region_add(&r), 0, "a region with a handler");
	check_is(exos_region_add(&r), AE_EINVAL, "it does not overlap itself");
	r.start = AT + 4 * PAGE;
	r.end = AT + 8 * PAGE;
	r.arg = 2;
	check_is(exos_region_add(&r), 0, "its neighbour");
	WORD(3) = 1;
	check_is(asked, 1, "the first answers at its end");
	WORD(4) = 1;
	check_is(asked, 2, "the second at its start");
	r.start = AT + 2 * PAGE;
	r.end = AT + 3 * PAGE;
	check_is(exos_region_add(&r), AE_EINVAL, "one within another");
	r.end = r.start - PAGE;
	check_is(exos_region_add(&r), AE_EINVAL, "one that ends first");
	r.end = r.start + 1;
	check_is(exos_region_add(&r), AE_EINVAL, "an end within a page");
	r.end = r.start + PAGE;
	r.fault = 0;
	check_is(exos_region_add(&r), AE_EINVAL, "no handler");
	check_is(exos_region_resize(AT, AT + 5 * PAGE), AE_EINVAL,
		 "it does not grow into another");
	check_is(exos_region_resize(AT, AT + 2 * PAGE), 0, "it shrinks");
	check_is(probe_load(AT + 2 * PAGE, 0), AE_EXC_TLBL,
		 "and does not answer there any more");
	check_is(exos_region_remove(AT + PAGE), AE_EINVAL,
		 "none starts within one");
	check_is(exos_region_remove(AT), 0, "removed");
	check_is(exos_region_remove(AT + 4 * PAGE), 0, "and the other");
	for (u32 i = 0; i < N; i++)
		exos_unmap(AT + i * PAGE);
}

static void
mapping(void)
{
	s32 page = exos_alloc();
	u32 lo = LO(page, RW) | PT_CAP(CAP_OWN);

	check_is(exos_map(0, lo), AE_EINVAL, "no page is mapped at 0");
	check_is(exos_map(0x70000000, lo), AE_EINVAL, "nor pinned");
	check_is(exos_map(0xfffff000, lo), AE_EINVAL, "nor in the kernel");
	check_is(exos_unmap(0x6fff8000), AE_EINVAL, "ExOS's own stay");
	check_is(exos_unmap(AT), AE_EINVAL, "what is not mapped: EINVAL");
	check_is(exos_map(AT, lo | PT_OWNED), 0, "mapped");
	WORD(0) = 6;
	check_is(exos_map(AT,
			  LO(exos_alloc(), RW) | PT_CAP(CAP_OWN) | PT_OWNED),
		 0, "another page at the same address");
	check(WORD(0) == 0 && exos_pages[page].state == AE_PG_FREE,
	      "the first is free");
	check_is(exos_next(AT - 3 * PAGE, AT + PAGE), AT, "exos_next");
	exos_unmap(AT);
	check_is(exos_next(AT - PAGE, AT + 0x01000000), AT + 0x01000000,
		 "exos_next, nothing there");
}

/* The table that this program was linked with, by its name: vm_pages.NAME. */
static u32
table_named(const char *program)
{
	const char *name = strchr(program, '.');

	return !name			  ? PT_TWO_LEVEL :
	       !strcmp(name, ".linear")	  ? PT_LINEAR :
	       !strcmp(name, ".inverted") ? PT_INVERTED :
					    ~0u;
}

int
main(int argc, char **argv)
{
	u32 free;

	(void)argc;
	check_is(exos_pin->pt_kind, table_named(argv[0]),
		 "the page table that was asked for at link time");

	mapping(); /* what printing needs is there then */
	free = free_pages();
	dirty();
	protection();
	uncached();
	fast_handlers();
	regions();
	mapping();
	check_is(free_pages(), free, "no page was lost");
	return check_plan();
}
