/* SPDX-License-Identifier: MIT */
/*
 * Visible revocation and the abort protocol, all stages: a program that
 * answers the request, one that does not, and what is never taken
 * (SOSP'95 3.3).
 */
#include "../../include/check.h"
#include "../../include/raw.h"

extern char deaf[], parked[], children_end[];

#define RAW_IQ	 0x800 /* in the child's page */
#define RAW_REPO 0xb00
#define ALL	 0xff
#define EXTRA	 40 /* pages of a child beyond its first */

static volatile struct ae_intq *queue;
static volatile struct ae_repo *repo;

static const volatile struct ae_revoke *
record(u32 name, u32 kind)
{
	return exos_revoke_of(AE_NAME_NUMBER(name), kind);
}

static s32
revoke(u32 name, u32 kind, u32 want, u32 patience)
{
	return ae_revoke(name, 0, 0, kind, want, patience);
}

static u32
pages_of(u32 name)
{
	return exos_gates[AE_NAME_NUMBER(name)].pages;
}

static void
make(struct raw *r, u32 pages)
{
	raw_prepare(r, deaf, children_end);
	r->desc.epilogue = raw_at(r, parked);
	r->desc.iq = RAW_IQ;
	r->desc.repo = RAW_REPO;
	queue = (volatile struct ae_intq *)((u32)r->mem + RAW_IQ);
	repo = (volatile struct ae_repo *)((u32)r->mem + RAW_REPO);
	queue->mask = ALL;
	for (u32 i = 0; i < AE_NREPO; i++)
		repo->entry[i].save = AE_REPO_NOWHERE;
	raw_create(r);
	while (pages--)
		ae_Alloc(AE_PAGE_ANY, own_cap.lo, own_cap.hi, own_cap.lo,
			 own_cap.hi, r->name, 0, 0);
}

/* Wait for the next notice, at most 100 ticks; its type, or -1. */
static s32
next_notice(u32 at)
{
	u32 start = exos_info->ticks;

	while (queue->head == at)
		if (exos_info->ticks - start > 100)
			return -1;
		else
			pause_slice();
	return queue->entry[at % AE_NINTQ].type;
}

static void
errors(void)
{
	check_is(revoke(1, AE_RES_PAGE, 1, 1), AE_EENV, "from nobody: EENV");
	check_is(revoke(0, AE_NRES, 1, 1), AE_EINVAL, "kind 2: EINVAL");
	check_is(revoke(0, AE_RES_PAGE, 1, ~0u), AE_EINVAL,
		 "endless patience: EINVAL");
}

/* ---- a program that answers ---- */

static void *reserve[10];
static u32 held;

static void
give_back(const struct ae_int *i)
{
	for (u32 n = i->arg[1]; n && held; n--)
		exos_unmap((u32)reserve[--held]);
}

static _Noreturn void
good(void)
{
	static u8 space[11 * AE_PAGE_SIZE];
	u8 *at = (u8 *)(((u32)space + AE_PAGE_SIZE) & ~(AE_PAGE_SIZE - 1));

	for (; held < 10; at += AE_PAGE_SIZE) {
		*(volatile u8 *)at = 1;
		reserve[held++] = at;
	}
	exos_on_interrupt(AE_INT_REVOKE, give_back);
	ae_env_write(AE_NAME_SELF, 0, 0, 0, 1); /* ready */
	for (;;)
		pause_slice();
}

static void
answered(void)
{
	s32 child = check_spawn("good", 0);
	u32 n = AE_NAME_NUMBER((u32)child), pages, start;

	while (!exos_data[n].word[0])
		pause_slice();
	pages = pages_of(child);
	check_is(revoke(child, AE_RES_PAGE, 6, 50), 0,
		 "six pages are asked of a program");
	check((record(child, AE_RES_PAGE)->stage == AE_REVOKE_REQUEST &&
	       record(child, AE_RES_PAGE)->want == 6) ||
		      pages_of(child) < pages,
	      "the record says so, or it has answered already");
	start = exos_info->ticks;
	while (record(child, AE_RES_PAGE)->stage &&
	       exos_info->ticks - start < 40)
		pause_slice();
	check_is(record(child, AE_RES_PAGE)->stage, AE_REVOKE_NONE,
		 "it is done before the deadline");
	check_is(pages_of(child), pages - 6, "six pages fewer");
	check_is(exos_gates[n].state, AE_ENV_LIVE, "the program lives");
	ae_env_free(child, 0);
}

/* ---- one that does not ---- */

static void
forced(void)
{
	struct raw r;
	u32 pages, free, bad = 0, rest;
	s32 safe = exos_alloc();
	volatile u32 *view = (u32 *)raw_window(safe);

	exos_map((u32)view, LO(safe, RW) | PT_CAP(CAP_OWN));
	make(&r, EXTRA);
	pages = pages_of(r.name);
	free = exos_info->free_pages;
	repo->entry[0].save = safe;
	repo->entry[0].cap = own_cap;
	repo->entry[1].save = safe;
	repo->entry[1].cap.lo = own_cap.lo ^ 1;
	repo->entry[1].cap.hi = own_cap.hi;
	revoke(r.name, AE_RES_PAGE, 5, 6);
	check_is(next_notice(0), AE_INT_REVOKE, "first it is asked");
	check(queue->entry[0].arg[0] == AE_RES_PAGE &&
		      queue->entry[0].arg[1] == 5,
	      "for five pages");
	check_is(pages_of(r.name), pages, "nothing is taken yet");
	check_is(next_notice(1), AE_INT_IMPERATIVE, "then told to");
	check(queue->entry[1].ticks - queue->entry[0].ticks >= 6,
	      "when the deadline has passed");
	check_is(pages_of(r.name), pages, "nothing is taken yet");
	check_is(next_notice(2), AE_INT_REPO, "then it hears what was taken");
	check(queue->entry[2].ticks - queue->entry[1].ticks >= 6,
	      "after the second deadline");
	wait_ticks(4);
	check(pages_of(r.name) == pages - 5 &&
		      exos_info->free_pages == free + 5,
	      "five pages are free");
	check_is(repo->count, 5, "the repossession vector has five entries");
	for (u32 i = 0; i < 5; i++)
		bad += repo->entry[i].kind != AE_RES_PAGE ||
		       exos_pages[repo->entry[i].number].state != AE_PG_FREE;
	check(!bad, "which name them");
	check(repo->entry[0].save == (u32)safe,
	      "the contents of one were saved where it wanted");
	check(repo->entry[1].save == AE_REPO_NOWHERE,
	      "of another not: the capability was wrong");
	rest = r.mem[0];
	check(raw_wait(&r, 0, rest, 20), "the child runs on");

	revoke(r.name, AE_RES_PAGE, 1000, 1);
	wait_ticks(40);
	check_is(pages_of(r.name), AE_MIN_PAGES,
		 "of a thousand, all but the guaranteed minimum are taken");
	check(repo->count == AE_NREPO && repo->lost, "the rest is counted");
	bad = 1;
	for (u32 i = 0; i < queue->head && i < AE_NINTQ; i++)
		bad &= queue->entry[i].type != AE_INT_EMERGENCY;
	check(!bad || queue->overflow[AE_INT_EMERGENCY],
	      "then it is asked for even that");
	check_is(record(r.name, AE_RES_PAGE)->stage, AE_REVOKE_NONE,
		 "nothing more happens");
	check_is(exos_pages[r.page].owner, AE_NAME_NUMBER((u32)r.name),
		 "its save page is its own");
	raw_free(&r);
	exos_unmap((u32)view);
	ae_Dealloc(safe, own_cap.lo, own_cap.hi);
}

/* The contents that are saved are the page's. */
static void
contents(void)
{
	struct raw r;
	s32 safe = exos_alloc(), page;
	volatile u32 *view = (u32 *)raw_window(safe);
	u32 bad = 0;

	make(&r, AE_MIN_PAGES);
	exos_map((u32)view, LO(safe, RW) | PT_CAP(CAP_OWN));
	repo->entry[0].save = safe;
	repo->entry[0].cap = own_cap;
	page = ae_Alloc(AE_PAGE_ANY, own_cap.lo, own_cap.hi, own_cap.lo,
			own_cap.hi, r.name, 0, 0);
	exos_map(RAW_WINDOW, LO(page, RW) | PT_CAP(CAP_OWN));
	for (u32 i = 0; i < AE_PAGE_SIZE / 4; i++)
		((volatile u32 *)RAW_WINDOW)[i] = i * 0x01010101;
	revoke(r.name, AE_RES_PAGE, 1, 1);
	wait_ticks(10);
	check_is(repo->entry[0].number, page, "the page it got last is taken");
	for (u32 i = 0; i < AE_PAGE_SIZE / 4; i++)
		bad += view[i] != i * 0x01010101;
	check(!bad, "every word of it was saved");
	check(probe_load(RAW_WINDOW, 0) != 0,
	      "our own mapping of it is broken");
	exos_unmap(RAW_WINDOW);
	exos_unmap((u32)view);
	ae_Dealloc(safe, own_cap.lo, own_cap.hi);
	raw_free(&r);
}

static void
slices(void)
{
	struct raw r;
	u32 bad = 0;

	make(&r, 0);
	for (u32 i = 0; i < 4; i++)
		ae_slice_alloc(100 + i, 1, 2, r.name, 0, 0);
	check_is(raw_gate(&r)->nslices, 5, "a child with five slices");
	revoke(r.name, AE_RES_SLICE, 2, 2);
	check_is(next_notice(0), AE_INT_REVOKE, "two are asked for");
	check_is(queue->entry[0].arg[0], AE_RES_SLICE, "slices");
	wait_ticks(12);
	check(raw_gate(&r)->nslices == 3 && !exos_slices[103].owner &&
		      !exos_slices[102].owner,
	      "the last two are taken");
	check(repo->count == 2 && repo->entry[0].kind == AE_RES_SLICE &&
		      repo->entry[0].number == 103,
	      "the repossession vector names them");
	revoke(r.name, AE_RES_SLICE, 100, 1);
	wait_ticks(20);
	check_is(raw_gate(&r)->nslices, AE_MIN_SLICES, "one is never taken");
	revoke(r.name, AE_RES_SLICE, 1, 1000);
	bad = record(r.name, AE_RES_SLICE)->stage != AE_REVOKE_REQUEST;
	revoke(r.name, AE_RES_SLICE, 0, 0);
	check(!bad && !record(r.name, AE_RES_SLICE)->stage,
	      "a revocation can be called off");
	ae_slice_alloc(100, 1, 2, r.name, 0, 0);
	revoke(r.name, AE_RES_SLICE, 1, 1000);
	ae_slice_free(100, 1, 2);
	check(!record(r.name, AE_RES_SLICE)->stage,
	      "a slice that is freed answers it");
	raw_free(&r);
}

/* When memory runs out, who holds most is asked. */
static void
shortage(void)
{
	struct raw r;
	u32 start;
	s32 page;

	make(&r, 0);
	do
		page = ae_Alloc(AE_PAGE_ANY, own_cap.lo, own_cap.hi, own_cap.lo,
				own_cap.hi, r.name, 0, 0);
	while (page >= 0);
	check_is(page, AE_ENOMEM, "a child gets all pages there are");
	check_is(record(r.name, AE_RES_PAGE)->stage, AE_REVOKE_REQUEST,
		 "then pages are asked of it");
	start = exos_info->ticks;
	while ((page = ae_Alloc(AE_PAGE_ANY, 1, 1, 1, 1, 0, 0, 0)) < 0 &&
	       exos_info->ticks - start < 100)
		pause_slice();
	check(page >= 0, "after %lu ticks there are pages again",
	      (unsigned long)(exos_info->ticks - start));
	ae_Dealloc(page, 1, 1);
	raw_free(&r);
}

int
main(int argc, char **argv)
{
	if (check_part(argc, argv, "good"))
		good();
	errors();
	answered();
	forced();
	contents();
	slices();
	shortage();
	return check_plan();
}
