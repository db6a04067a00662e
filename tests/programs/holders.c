/* SPDX-License-Identifier: MIT */
/*
 * Pages with several holders: a page lives until the last lets go, whoever
 * was its first; and rights to environments by capability.
 */
#include "../include/check.h"

static const struct ae_cap rcap = { 1, 2 }, wcap = { 3, 4 }, ecap = { 5, 6 };

static s32
ref(u32 page, struct ae_cap c, u32 holder, struct ae_cap e)
{
	return ae_page_ref(page, c.lo, c.hi, holder, e.lo, e.hi);
}

static const struct ae_cap none;

static s32
child(const char *part, u32 a, u32 b)
{
	char x[16], y[16];
	char *argv[] = { check_self, (char *)part, x, y, 0 };

	snprintf(x, sizeof x, "%#lx", (unsigned long)a);
	snprintf(y, sizeof y, "%#lx", (unsigned long)b);
	fflush(stdout);
	return exos_spawn(4, argv);
}

/* A child that only holds what it is given; it has begun to. */
static s32
holder(void)
{
	s32 c = child("hold", 0, 0);

	while (c > 0 && !exos_data[AE_NAME_NUMBER((u32)c)].word[0])
		pause_slice();
	return c;
}

static u32
pages_of(u32 name)
{
	return exos_gates[AE_NAME_NUMBER(name)].pages;
}

static void
references(void)
{
	u32 free, self = AE_NAME_NUMBER(exos_self), mine;
	s32 page, c;

	page = ae_Alloc(AE_PAGE_ANY, rcap.lo, rcap.hi, wcap.lo, wcap.hi, 0, 0,
			0);
	check(exos_pages[page].holders == 1, "a new page has one holder");
	check_is(ref(page, wcap, 0, none), AE_EINUSE,
		 "its holder again: EINUSE");
	c = holder();
	check(c > 0 && ref(page, rcap, c, none) == 0,
	      "a child becomes a holder by the read capability");
	mine = pages_of(exos_self);
	free = exos_info->free_pages;
	check_is(exos_pages[page].holders, 2, "it has two");
	check_is(exos_pages[page].owner, self, "the first is the owner");
	check_is(ref(page, none, c, none), AE_EACCES,
		 "without a capability: EACCES");
	check_is(ref(exos_info->npages, none, c, none), AE_EPAGE,
		 "beyond memory: EPAGE");
	check_is(ref(exos_info->gates.page, none, 0, none), AE_EPAGE,
		 "an exposed page: EPAGE");
	check_is(ref(page, wcap, 1, none), AE_EENV, "for nobody: EENV");
	check_is(ae_Dealloc(page, wcap.lo, wcap.hi), 0, "we let go");
	check(exos_pages[page].state == AE_PG_OWNED &&
		      exos_pages[page].owner == AE_NAME_NUMBER((u32)c) &&
		      exos_pages[page].holders == 1,
	      "the child owns it");
	check(exos_info->free_pages == free && pages_of(exos_self) == mine - 1,
	      "no page is free, and one less is ours");
	check_is(ref(page, wcap, 0, none), 0, "we hold it again");
	check_is(exos_pages[page].owner, AE_NAME_NUMBER((u32)c),
		 "the child stays the owner");
	check_is(ae_env_free(c, 0), AE_EXIT_KILLED, "the child is ended");
	check(exos_pages[page].owner == self && exos_pages[page].holders == 1,
	      "it is ours");
	check_is(ae_Dealloc(page, wcap.lo, wcap.hi), 0, "the last lets go");
	check_is(exos_pages[page].state, AE_PG_FREE, "it is free");
}

/* ---- copies, and many references in one call ---- */

static void
copies(void)
{
	u32 self = AE_NAME_NUMBER(exos_self), free, before;
	volatile u32 *at = (u32 *)EXOS_FREE;
	s32 page = ae_Alloc(AE_PAGE_ANY, rcap.lo, rcap.hi, wcap.lo, wcap.hi, 0,
			    0, 0),
	    c, copy;

	exos_trim();
	free = exos_info->free_pages + 1; /* of before that page */
	c = holder();
	before = exos_info->free_pages;

	check_is(ae_page_copy(page, 8, 8, 5, 6, 0, 0, 0), AE_EACCES,
		 "a copy needs a capability of the page: EACCES");
	check_is(ae_page_copy(exos_info->npages, 0, 0, 5, 6, 0, 0, 0), AE_EPAGE,
		 "a copy of no page: EPAGE");
	check_is(ae_page_copy(page, 1, 2, 5, 6, 1, 0, 0), AE_EENV,
		 "a copy for nobody: EENV");
	check_is(exos_info->free_pages, before, "none was taken for these");
	copy = ae_page_copy(exos_info->gates.page, 0, 0, own_cap.lo, own_cap.hi,
			    0, 0, 0);
	check(copy >= 0 && exos_pages[copy].owner == self,
	      "what all can read can be copied");
	exos_map((u32)at, (u32)copy << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D |
				  PT_CAP(CAP_OWN) | PT_OWNED);
	check(((volatile struct ae_gate *)at)[self].name == exos_self,
	      "with what it holds");
	at[3] = 0x1995;
	check(at[3] == 0x1995, "the copy can be written");
	exos_unmap((u32)at);
	copy = ae_page_copy(page, rcap.lo, rcap.hi, 5, 6, c, 0, 0);
	check(copy >= 0 && exos_pages[copy].owner == AE_NAME_NUMBER((u32)c) &&
		      exos_pages[page].holders == 1,
	      "a child is given one, by the read capability");
	check_is(ae_Dealloc(copy, wcap.lo, wcap.hi), AE_EACCES,
		 "the copy has not the page's capabilities");
	ae_env_free(c, 0);
	ae_Dealloc(page, wcap.lo, wcap.hi);
	exos_trim();
	check_is(exos_info->free_pages, free, "all of these are free again");
}

#define MANY 200

static s32
refs(u32 off, u32 n, u32 to, struct ae_cap c)
{
	struct ae_cap *own = &exos_pin->caps[CAP_OWN];
	u32 lo = exos_lookup(EXOS_FREE);

	return ae_page_refs(lo >> AE_PAGE_SHIFT, off, 4 * n, own->lo, own->hi,
			    to, c.lo, c.hi);
}

static void
many_references(void)
{
	u32 *list = (u32 *)EXOS_FREE, page[MANY], held, n = 0;
	s32 c = holder(), e = 1;

	exos_region_add(&(struct exos_region){
		.start = EXOS_FREE,
		.end = EXOS_FREE + AE_PAGE_SIZE,
		.fault = exos_fault_zero,
	});
	for (u32 i = 0; i < MANY; i++)
		list[i] = page[i] = ae_Alloc(AE_PAGE_ANY, rcap.lo, rcap.hi,
					     wcap.lo, wcap.hi, 0, 0, 0);
	held = pages_of(c);
	check_is(refs(2, 1, c, rcap), AE_EINVAL, "a list in no words: EINVAL");
	check_is(refs(0, 1025, c, rcap), AE_EBUF, "beyond its page: EBUF");
	check_is(refs(0, 1, 1, rcap), AE_EENV, "for nobody: EENV");
	check_is(refs(0, 1, c, none), AE_EACCES, "no capability: EACCES");
	check_is(refs(0, 0, c, rcap), 0, "of no pages: nothing");
	check_is(pages_of(c), held, "the child holds what it did");
	for (; n < MANY && e > 0; n += e) {
		e = refs(4 * n, MANY - n, c, rcap);
		if (e > 64)
			e = -1;
	}
	check(n == MANY && pages_of(c) == held + MANY,
	      "a child comes to hold many pages, at most 64 in a call");
	check_is(refs(0, 10, c, wcap), 10, "again, which changes nothing");
	check_is(pages_of(c), held + MANY, "nor what it holds");
	list[3] = exos_info->npages;
	check_is(refs(0, 5, c, rcap), 3, "a bad one ends the call before it");
	check_is(refs(12, 1, c, rcap), AE_EPAGE, "which says why: EPAGE");
	list[4] = exos_info->gates.page;
	check_is(refs(16, 1, c, none), AE_EPAGE, "an exposed page: EPAGE");
	ae_env_free(c, 0);
	e = 0;
	for (u32 i = 0; i < MANY; i++)
		e |= ae_Dealloc(page[i], wcap.lo, wcap.hi) ||
		     exos_pages[page[i]].state != AE_PG_FREE;
	check(!e, "they end with us");
	exos_region_remove(EXOS_FREE);
}

static void
guaranteed(void)
{
	u32 page = (u32)ae_pinned(EXOS_PIN) >> AE_PAGE_SHIFT;

	check_is(exos_pages[page].save, AE_NAME_NUMBER(exos_self),
		 "our first pinned page is the one with our save areas");
	check_is(ae_pinned(EXOS_PIN - AE_PAGE_SIZE), 0,
		 "nothing is pinned elsewhere");
	check_is(ae_pinned(0), 0, "nor at 0");
}

/* The pool of references ends, and nothing is lost. */
static void
exhaustion(void)
{
	u32 free = exos_info->free_pages, n = 0, bad = 0;
	static u16 pages[512];
	s32 c[40], e = 0, page;

	for (u32 i = 0; i < 40; i++) {
		c[i] = i < 8 ? holder() : 0;
		if (c[i] < 0)
			bad++;
	}
	check(!bad, "eight children");
	for (u32 i = 0; i < 512; i++) {
		page = exos_alloc();
		if (page < 0)
			break;
		pages[n++] = page;
	}
	for (u32 i = 0; i < n; i++)
		for (u32 k = 0; k < 8; k++)
			e |= ref(pages[i], own_cap, c[k], none);
	check(n == 512 && !e, "each holds 512 pages of ours");
	for (u32 i = 0; i < n; i++)
		ae_Dealloc(pages[i], own_cap.lo, own_cap.hi);
	for (u32 i = 0; i < n; i++)
		bad += exos_pages[pages[i]].holders != 8;
	check(!bad, "they live on without us");
	for (u32 k = 0; k < 8; k++)
		ae_env_free(c[k], 0);
	for (u32 i = 0; i < n; i++)
		bad += exos_pages[pages[i]].state != AE_PG_FREE;
	check(!bad, "when the last child ends they are free");
	check_is(exos_info->free_pages, free, "no page was lost");
}

/* ---- environments by capability ---- */

static u32
status_of(u32 name)
{
	return exos_gates[AE_NAME_NUMBER(name)].status;
}

static void
rights(void)
{
	s32 a = holder(), b;
	u32 n = AE_NAME_NUMBER((u32)a);

	check_is(ae_env_write(a, 0, 0, 3, 0x1234), 0,
		 "a parent writes its child's data");
	check_is(exos_data[n].word[3], 0x1234, "which everybody reads");
	check_is(ae_env_write(a, 0, 0, AE_DATA_BYTES / 4, 1), AE_EINVAL,
		 "beyond it: EINVAL");
	check_is(ae_env_write(AE_NAME_SELF, 0, 0, 0, 7), 0, "our own");
	b = child("meddle", a, 0);
	check_is(exos_wait(b), 0, "a stranger may do nothing to it");
	check_is(exos_data[n].word[3], 0x1234, "its data are as they were");
	check_is(ae_env_ref(a, 0, 0), 0, "we refer to the child");
	check_is(ae_env_ref(a, 0, 0), AE_EINUSE, "twice: EINUSE");
	check_is(ae_env_kill(a, 0, 0), 0, "the child is ended by env_kill");
	check_is(ae_env_kill(a, 0, 0), AE_EENV, "once only: EENV");
	check_is(ae_env_free(a, 0), AE_EXIT_KILLED, "its status, collected");
	check_is(ae_env_free(a, 0), AE_EPERM, "once only: EPERM");
	check(exos_gates[n].state == AE_ENV_ZOMBIE &&
		      status_of(a) == AE_EXIT_KILLED,
	      "its record stays, for we refer to it");
	check_is(ae_env_unref(a), 0, "no longer");
	check_is(exos_gates[n].state, AE_ENV_FREE, "it is gone");
	check_is(ae_env_unref(a), AE_EENV, "once only: EENV");
	check_is(ae_env_unref(exos_self), AE_EPERM,
		 "one we never referred to: EPERM");
}

/* A sibling without and with a capability: number of what went wrong. */
static int
meddle(u32 victim)
{
	struct ae_cap zero = { 0, 0 };

	if (ae_env_kill(victim, 0, 0) != AE_EPERM ||
	    ae_env_kill(victim, ecap.lo, ecap.hi) != AE_EPERM)
		return 1;
	if (ae_env_write(victim, 0, 0, 3, 1) != AE_EPERM)
		return 2;
	if (ae_env_ref(victim, 0, 0) != AE_EPERM)
		return 3;
	if (ae_Alloc(AE_PAGE_ANY, 1, 1, 1, 1, victim, 0, 0) != AE_EPERM)
		return 4;
	if (ref(exos_alloc(), own_cap, victim, zero) != AE_EPERM)
		return 5;
	if (ae_revoke(victim, 0, 0, AE_RES_PAGE, 1, 1) != AE_EPERM)
		return 6;
	if (ae_cons_give(AE_NAME_SELF) != AE_EPERM)
		return 7;
	if (ae_env_free(victim, 0) != AE_EPERM)
		return 8;
	return 0;
}

int
main(int argc, char **argv)
{
	if (check_part(argc, argv, "meddle"))
		return meddle(strtoul(argv[2], 0, 0));
	if (check_part(argc, argv, "hold"))
		ae_env_write(AE_NAME_SELF, 0, 0, 0, 1);
	while (check_part(argc, argv, "hold"))
		pause_slice();
	references();
	copies();
	many_references();
	guaranteed();
	exhaustion();
	rights();
	return check_plan();
}
