/* SPDX-License-Identifier: MIT */
/*
 * Attacks on what is given and taken: those who do not listen to revocation,
 * or would have the kernel save pages where it must not; queues and vectors
 * full of anything; the console.
 *
 * launch: --time-limit 240
 */
#include "../../include/hostile.h"

#define EXTRA 60 /* pages of an environment beyond its first */
#define ALL   0xff

static struct world before;

static struct ae_intq *
queue(const struct raw *r)
{
	return (struct ae_intq *)((u32)r->mem + HOST_IQ);
}

static struct ae_repo *
vector(const struct raw *r)
{
	return (struct ae_repo *)((u32)r->mem + HOST_REPO);
}

static const volatile struct ae_revoke *
revocation(const struct raw *r, u32 kind)
{
	return exos_revoke_of(AE_NAME_NUMBER((u32)r->name), kind);
}

/* One with many pages of capability (1, 0). */
static void
rich(struct raw *r, const char *code)
{
	hostile_prepare(r);
	if (code) {
		hostile_always(r, code);
		r->desc.epilogue = raw_at(r, parked);
	}
	queue(r)->mask = ALL;
	for (u32 i = 0; i < AE_NREPO; i++)
		vector(r)->entry[i].save = AE_REPO_NOWHERE;
	hostile_create(r);
	for (u32 i = 0; i < EXTRA; i++)
		ae_Alloc(AE_PAGE_ANY, 1, 0, 1, 0, r->name, 0, 0);
}

static void
finish(const struct raw *r, u32 kind)
{
	u32 start = exos_info->ticks;

	while (revocation(r, kind)->stage && exos_info->ticks - start < 300)
		pause_slice();
}

/* Pages are taken from who does not listen, wherever it wants them saved. */
static void
saves(void)
{
	struct raw r;
	struct ae_repo *v;
	s32 own, secret;
	u32 saved = 0, at_own = 0, elsewhere = 0;
	static const struct ae_cap right = { 1, 0 };

	own = ae_Alloc(AE_PAGE_ANY, 1, 0, 1, 0, 0, 0, 0);
	secret = ae_Alloc(AE_PAGE_ANY, 1, 0, 2, 0, 0, 0, 0);
	rich(&r, 0);
	v = vector(&r);
	for (u32 i = 0; i < AE_NREPO; i++)
		v->entry[i].cap = right;
	v->entry[0].save = 0;			      /* the vectors */
	v->entry[1].save = exos_info->gates.page;     /* exposed */
	v->entry[2].save = exos_info->npages;	      /* beyond memory */
	v->entry[3].save = victim_tells(VICTIM_OWN);  /* another's */
	v->entry[4].save = victim_tells(VICTIM_PAGE); /* to be read only */
	v->entry[4].cap = (struct ae_cap){ VICTIM_CAP };
	v->entry[5].save = r.page; /* its save areas */
	v->entry[5].cap = own_cap;
	v->entry[6].save = secret;		  /* by the wrong words */
	v->entry[7].save = own;			  /* right */
	v->entry[8].save = exos_info->npages - 1; /* free */
	for (u32 i = 9; i < AE_NREPO; i++)	  /* its own, the last */
		v->entry[i].save = own;
	check_is(ae_revoke(r.name, 0, 0, AE_RES_PAGE, 30, 1), 0,
		 "30 pages are revoked");
	finish(&r, AE_RES_PAGE);
	check_is(raw_gate(&r)->pages, 1 + EXTRA - 30, "30 pages are taken");
	check_is(v->count, AE_NREPO, "the vector is full");
	check_is(v->lost, 30 - AE_NREPO, "and the rest counted");
	for (u32 i = 0; i < AE_NREPO; i++) {
		u32 to = v->entry[i].save;

		saved += to != AE_REPO_NOWHERE;
		at_own += to == (u32)own;
		elsewhere += to != AE_REPO_NOWHERE && to != (u32)own;
	}
	check(saved == at_own && at_own == 1 + AE_NREPO - 9 && !elsewhere,
	      "contents went only where it may write: %lu",
	      (unsigned long)saved);
	hostile_free(&r);
	ae_Dealloc(own, 1, 0);
	ae_Dealloc(secret, 2, 0);
	hostile_over(&before, "save pages at every bad place");
}

/* Who gives back what it takes at once has given back nothing. */
static void
evades(void)
{
	struct raw r;
	u32 had;

	rich(&r, cycler);
	hostile_run(2);
	check(r.mem[W_COUNT] > 10, "it takes a page and gives it back");
	/* More than at first, if a slice ended before it gave one back. */
	had = raw_gate(&r)->pages;
	ae_revoke(r.name, 0, 0, AE_RES_PAGE, 20, 2);
	finish(&r, AE_RES_PAGE);
	check(raw_gate(&r)->pages <= had + 2 - 20,
	      "which is no answer: %lu pages of %lu left",
	      (unsigned long)raw_gate(&r)->pages, (unsigned long)had);
	hostile_free(&r);
	hostile_over(&before, "who seems to answer a revocation");
}

static void
slices(void)
{
	struct raw r;

	rich(&r, 0);
	for (u32 i = 0; i < 9; i++)
		ae_slice_alloc(AE_SLICE_ANY, 1, 0, r.name, 0, 0);
	ae_revoke(r.name, 0, 0, AE_RES_SLICE, 100, 1);
	finish(&r, AE_RES_SLICE);
	check_is(raw_gate(&r)->nslices, AE_MIN_SLICES,
		 "all slices but one are taken");
	check_is(act(&r, SYSV_null, 0), 0, "with which it runs");
	hostile_free(&r);
	hostile_over(&before, "who keeps its slices");
}

/* ---- queues ---- */

static u32 seed = 4711;

static u32
random_word(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	return seed ^= seed << 5;
}

/* Words of the page that the kernel has no business with. */
#define GUARDS(i, at)                                    \
	for (u32 i = HOST_DESC / 4 + 128; i < 1024; i++) \
	at

static void
anything(void)
{
	struct raw r;
	u32 changed = 0, bad = 0;

	hostile_prepare(&r);
	r.desc.interrupt = raw_at(&r, performer);
	r.desc.flags |= RAW_NOSLICE;
	hostile_create(&r);
	GUARDS(i, r.mem[i] = i * 77);
	for (u32 round = 0; round < 300; round++) {
		for (u32 i = HOST_IQ / 4; i < HOST_DESC / 4; i++)
			r.mem[i] = random_word() >> random_word() % 32;
		ae_revoke(r.name, 0, 0, random_word() % 2, random_word() % 9,
			  random_word() % 2);
		if (round % 32 == 0)
			ae_Alloc(AE_PAGE_ANY, 1, 0, 1, 0, r.name, 0, 0);
		exos_yield(r.name);
		bad += !lives(r.name);
	}
	GUARDS(i, changed += r.mem[i] != i * 77);
	check_is(changed, 0, "the kernel writes in queue and vector only");
	check_is(bad, 0, "whatever is in them, their owner lives");
	hostile_free(&r);
	hostile_over(&before, "anything in queue and repossession vector");
}

static void
overflow(void)
{
	struct raw r;
	struct ae_intq *q;

	rich(&r, 0);
	q = queue(&r);
	for (u32 i = 0; i < 70; i++)
		ae_revoke(r.name, 0, 0, AE_RES_PAGE, 1, 1000);
	check_is(q->pending, AE_NINTQ, "the queue is full");
	check_is(q->overflow[AE_INT_REVOKE], 70 - AE_NINTQ,
		 "and the rest counted");
	q->overflow[AE_INT_REVOKE] = 0xffff;
	ae_revoke(r.name, 0, 0, AE_RES_PAGE, 1, 1000);
	check_is(q->overflow[AE_INT_REVOKE], 0xffff, "as far as one can");
	hostile_free(&r);
	hostile_over(&before, "a queue that nobody reads");
}

/* ---- console ---- */

static void
console(void)
{
	struct raw a, b;

	hostile_make(&a);
	hostile_make(&b);
	check_is(act(&a, SYSV_cons_read, a.page, 0, 1, own_cap.lo, own_cap.hi),
		 AE_EPERM, "who does not hold the console reads nothing");
	check_is(act(&a, SYSV_cons_give, 0), AE_EPERM, "nor can it take it");
	check_is(act(&a, SYSV_cons_give, b.name), AE_EPERM, "nor give it");
	ae_cons_give(a.name);
	check_is(act(&b, SYSV_cons_give, b.name), AE_EPERM,
		 "another than the holder neither");
	check_is(act(&a, SYSV_cons_give, b.name), 0, "the holder can");
	check_is(act(&a, SYSV_cons_give, 0), AE_EPERM, "but has it no more");
	check_is(act(&a, SYSV_cons_give, b.name ^ 1 << 15), AE_EENV,
		 "to nobody: EENV");
	check_is(exos_info->console, b.name, "it is where it was given");
	check_is(ae_cons_give(0), 0, "the holder's parent takes it back");
	ae_cons_give(a.name);
	hostile_free(&a);
	check_is(exos_info->console, exos_self, "it comes back from the dead");
	hostile_free(&b);
	hostile_over(&before, "the console");
}

int
main(int argc, char **argv)
{
	if (check_part(argc, argv, "victim"))
		return victim();
	before = hostile_begin();
	saves();
	evades();
	slices();
	anything();
	overflow();
	console();
	ae_env_free(victim_name, 0);
	return check_plan();
}
