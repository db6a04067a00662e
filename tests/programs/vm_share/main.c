/* SPDX-License-Identifier: MIT */
/* One page in several places: aliases, copies, and other environments. */
#include "../../include/check.h"

#define PAGE	 AE_PAGE_SIZE
#define A	 EXOS_FREE
#define B	 (EXOS_FREE + 0x01000000)
#define C	 (EXOS_FREE + 0x02000000)
#define N	 4
#define AT(v, i) (*(volatile u32 *)((v) + (i)*PAGE))

static void
fill(u32 va)
{
	exos_region_add(&(struct exos_region){
		.start = va, .end = va + N * PAGE, .fault = exos_fault_zero });
	for (u32 i = 0; i < N; i++)
		AT(va, i) = i + 1;
}

static void
forget(u32 va)
{
	unmap_all(va, N);
}

static void
aliases(void)
{
	u32 page;

	fill(A);
	check_is(exos_alias(B, A, N, 0), 0, "four pages at two addresses");
	check(AT(B, 2) == 3, "both show the same");
	AT(B, 2) = 33;
	AT(A, 1) = 22;
	check(AT(A, 2) == 33 && AT(B, 1) == 22, "and change together");
	check(exos_lookup(A) & exos_lookup(B) & PT_SHARED, "they are shared");
	exos_protect(B, N, 0);
	check_is(probe_store(B, 1), AE_EXC_MOD, "one is protected");
	check_is(probe_store(A, 1), 0, "the other is not");
	page = page_under((void *)A);
	forget(A);
	check(exos_pages[page].state == AE_PG_OWNED && AT(B, 2) == 33,
	      "one goes, the other stays");
	forget(B);
	check(exos_pages[page].state == AE_PG_FREE, "then the page is free");
	check_is(exos_alias(B, A, 1, 0), AE_EINVAL, "of what is not mapped");
	check_is(exos_alias(B, EXOS_INFO, 1, 0), AE_EINVAL,
		 "of a page that is not ours");
}

static void
copies(void)
{
	u32 before;

	fill(A);
	before = free_pages();
	check_is(exos_alias(B, A, N, 1), 0, "four pages are copied");
	check(before - free_pages() <= 4, "which took no page but the table's");
	check(exos_pages[page_under((void *)A)].pins == 0 &&
		      page_under((void *)A) == page_under((void *)B),
	      "they are the same pages");
	before = free_pages();
	AT(B, 0) = 100;
	check(AT(A, 0) == 1 && AT(B, 0) == 100, "until one is written");
	check_is(before - free_pages(), 1, "which takes one page");
	AT(A, 0) = 200;
	check(AT(A, 0) == 200 && AT(B, 0) == 100, "and the other");
	check_is(before - free_pages(), 1, "which takes none");
	check(exos_dirty(A) && exos_dirty(B), "both are dirty");
	check_is(exos_alias(C, B + PAGE, 1, 1), 0, "a copy of a copy");
	AT(A, 1) = 201;
	AT(C, 0) = 202;
	check(AT(A, 1) == 201 && AT(B, 1) == 2 && AT(C, 0) == 202,
	      "three that differ");
	exos_protect(B, N, 0);
	check_is(probe_store(B + 2 * PAGE, 1), AE_EXC_MOD,
		 "a protected copy is not written");
	exos_protect(B, N, 1);
	AT(B, 2) = 7;
	check(AT(A, 2) == 3 && AT(B, 2) == 7, "allowed, it is copied then");
	forget(A);
	check(AT(B, 3) == 4, "the original goes, the copy stays");
	AT(B, 3) = 5;
	check(AT(B, 3) == 5, "and can be written");
	forget(B);
	exos_unmap(C);
	fill(A);
	exos_cow(A, N);
	AT(A, 1) = 9;
	check(AT(A, 0) == 1 && AT(A, 1) == 9 &&
		      !(exos_lookup(A + PAGE) & PT_COW),
	      "pages that only we have need no copy");
	forget(A);
}

/* The child: maps the page it is told of, and says what happened. */
static int
child(char **argv)
{
	struct ae_cap cap = { strtoul(argv[3], 0, 0), strtoul(argv[4], 0, 0) };
	u32 page = strtoul(argv[2], 0, 0), lo;
	int writable = argv[5][0] == 'w';
	s32 e = exos_import(A, &page, 1, &cap, writable);

	if (e)
		return -e;
	lo = exos_lookup(A);
	if (AT(A, 0) != 1234 || !(lo & PT_SHARED) || lo & PT_OWNED)
		return 100;
	if (writable)
		AT(A, 0) = 4321;
	else if (probe_store(A, 1) != AE_EXC_MOD)
		return 101;
	if (argv[5][1] == 'h') { /* hold on until it is taken away */
		AT(A, 1 / 4) = 1;
		for (;;)
			if (probe_load(A, 0))
				return 102;
	}
	return 0;
}

static s32
spawn_child(u32 page, const struct ae_cap *cap, const char *how)
{
	char n[3][12], *argv[] = { check_self, "child",	    n[0], n[1],
				   n[2],       (char *)how, 0 };

	sprintf(n[0], "%#lx", (unsigned long)page);
	sprintf(n[1], "%#lx", (unsigned long)cap->lo);
	sprintf(n[2], "%#lx", (unsigned long)cap->hi);
	fflush(stdout);
	return exos_spawn(6, argv);
}

static s32
run_child(u32 page, const struct ae_cap *cap, const char *how)
{
	return exos_wait(spawn_child(page, cap, how));
}

static void
others(void)
{
	struct ae_cap cap, wrong;
	u32 page, none = exos_info->npages + 5;
	s32 name;

	fill(A);
	AT(A, 0) = 1234;
	page = page_under((void *)A);
	check_is(run_child(page, &(struct ae_cap){ 1, 2 }, "r"), -AE_EACCES,
		 "a page of ours is not to be had");
	check_is(exos_export(A, 1, 0, &cap), 0, "exported for reading");
	check_is(run_child(page, &cap, "r"), 0, "another reads it");
	check_is(run_child(page, &cap, "w"), -AE_EACCES, "and cannot write");
	wrong = (struct ae_cap){ cap.lo ^ 1, cap.hi };
	check_is(run_child(page, &wrong, "r"), -AE_EACCES,
		 "with another capability it is not read");
	check_is(run_child(none, &cap, "r"), -AE_EPAGE, "no such page");
	check_is(run_child(0x00100000, &cap, "r"), -AE_EPAGE, "no such number");
	AT(A, 0) = 1234;
	check_is(exos_export(A, 1, 1, &cap), 0, "exported for writing");
	AT(A, 0) = 1234;
	check_is(run_child(page, &cap, "w"), 0, "another writes it");
	check_is(AT(A, 0), 4321, "and we see it");
	AT(A, 0) = 1234;
	name = spawn_child(page, &cap, "wh");
	while (AT(A, 0) != 1)
		exos_yield(AE_NAME_SELF);
	check_is(exos_unexport(A, 1), 0, "taken back");
	check_is(exos_wait(name), 102, "it is gone from who had it");
	check_is(run_child(page, &cap, "r"), -AE_EACCES,
		 "the old capability is worth nothing");
	AT(A, 0) = 5;
	check(AT(A, 0) == 5, "we still have it");
	check_is(exos_export(A, N + 1, 0, &cap), AE_EINVAL,
		 "what is not mapped is not exported");
	check_is(exos_export(EXOS_INFO, 1, 0, &cap), AE_EINVAL,
		 "nor what is not ours");
	forget(A);
}

/* Capabilities: as many as there are places, and used again. */
static void
capabilities(void)
{
	struct ae_cap c = { 77, 1 };
	s32 first, at, n = 0;
	u32 free = 0; /* a bit a place: others are the session's and such */

	for (u32 i = CAP_OWN + 1; i < PIN_NCAPS; i++)
		if (!(exos_pin->caps[i].lo | exos_pin->caps[i].hi))
			free |= 1u << i;
	first = exos_cap_add(&c);
	check(first > CAP_OWN, "a capability gets an index");
	check_is(exos_cap_add(&c), first, "the same one, the same");
	exos_cap_drop(first);
	for (c.hi = 2; (at = exos_cap_add(&c)) >= 0; c.hi++)
		n++;
	check(at == AE_ENOMEM && n == __builtin_popcount(free) - 1,
	      "until there are no more: ENOMEM");
	c.hi = 1;
	check_is(exos_cap_add(&c), first, "one that is there is found");
	for (u32 i = CAP_OWN + 1; i < PIN_NCAPS; i++)
		for (u32 k = 0; k < 3 && free >> i & 1; k++)
			exos_cap_drop(i);
	check(!exos_pin->caps[PIN_NCAPS - 1].lo, "dropped, they are gone");
	for (u32 i = 0; i < 100; i++) {
		struct ae_cap cap;

		fill(A);
		n += exos_export(A, N, 1, &cap);
		forget(A);
	}
	check_is(n, __builtin_popcount(free) - 1,
		 "a hundred exports leave none behind");
	c = (struct ae_cap){ 0, 0 };
	check_is(exos_cap_add(&c), CAP_PUBLIC, "zero is the public one");
}

int
main(int argc, char **argv)
{
	u32 free;

	if (check_part(argc, argv, "child"))
		return argc == 6 ? child(argv) : 99;
	others(); /* what printing and spawning need is there then */
	free = free_pages();
	aliases();
	copies();
	others();
	capabilities();
	check(free - free_pages() <= 4,
	      "no page was lost but for the counts of aliases");
	return check_plan();
}
