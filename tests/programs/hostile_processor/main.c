/* SPDX-License-Identifier: MIT */
/*
 * Attacks on the processor: environments that hand it to and fro, keep it
 * when their time is over, or would have others pay for them.
 *
 * launch: --time-limit 120
 */
#include "../../include/hostile.h"

static struct world before;

static void
toss(struct raw *r, u32 slices)
{
	hostile_prepare(r);
	hostile_always(r, tosser);
	if (!slices)
		r->desc.flags |= RAW_NOSLICE;
	hostile_create(r);
}

/* Ticks that pass while this program has a few slices. */
static u32
ticks_used(void)
{
	u32 start = exos_info->ticks;

	for (u32 i = 0; i < 40; i++)
		pause_slice();
	return exos_info->ticks - start;
}

/*
 * Two that hand the processor to and fro: whoever's slice it is, they must
 * not keep it.
 */
static void
to_and_fro(u32 a_slices, u32 b_slices, int wake, const char *what)
{
	struct raw a, b;
	u32 ticks;

	toss(&a, a_slices);
	toss(&b, b_slices);
	a.mem[W_PEER] = b.name;
	b.mem[W_PEER] = a.name;
	if (wake) { /* a notice makes it run without a slice */
		struct ae_intq *q = (void *)((u32)a.mem + HOST_IQ);

		q->mask = ~0u;
		ae_revoke(a.name, 0, 0, AE_RES_PAGE, 1, 1000);
	}
	ticks = ticks_used();
	check(ticks < 200, "%s: %lu ticks for 40 of our slices", what,
	      (unsigned long)ticks);
	check(a.mem[W_COUNT] != 0, "they ran");
	hostile_free(&a);
	hostile_free(&b);
	hostile_over(&before, what);
}

/* Who lends a slice to such does not pay for what they do with it. */
static void
lent(void)
{
	struct raw owner, a, b;
	u32 ticks;

	toss(&a, 0);
	toss(&b, 0);
	hostile_make(&owner);
	a.mem[W_PEER] = b.name;
	b.mem[W_PEER] = a.name;
	owner.mem[W_V0] = SYSV_Yield;
	owner.mem[W_ARGS] = a.name;
	owner.mem[W_CMD]++;
	ticks = ticks_used();
	check(ticks < 200, "a slice that was lent: %lu ticks",
	      (unsigned long)ticks);
	check(!lives(a.name) || !lives(b.name), "who kept it is ended");
	check_is(raw_gate(&owner)->excess, 0, "who lent it pays nothing");
	hostile_free(&owner);
	hostile_free(&a);
	hostile_free(&b);
	hostile_over(&before, "a slice that was lent");
}

/* The same with one of this program's, whose end would be the machine's. */
static void
lent_ours(void)
{
	struct raw a, b;
	u32 ticks;

	toss(&a, 0);
	toss(&b, 0);
	a.mem[W_PEER] = b.name;
	b.mem[W_PEER] = a.name;
	exos_yield(a.name);
	ticks = ticks_used();
	check(ticks < 200, "a slice that we lent: %lu ticks",
	      (unsigned long)ticks);
	check_is(exos_gates[AE_NAME_NUMBER(exos_self)].excess, 0,
		 "and we pay nothing");
	hostile_free(&a);
	hostile_free(&b);
	hostile_over(&before, "a slice that we lent");
}

/*
 * A server without slices, interrupted in its critical range by the ends of
 * its clients' slices: as long as it ends them then, it lives.
 */
static void
critical(void)
{
	const volatile u32 *ended;
	struct raw r;
	u32 count, n = 0;

	hostile_prepare(&r);
	hostile_always(&r, worker);
	r.desc.critical = RAW_VA;
	r.desc.critical_end = RAW_VA + AE_PAGE_SIZE;
	r.desc.flags |= RAW_NOSLICE;
	hostile_create(&r);
	ended = &r.mem[(RAW_INTX + AE_SAVE_PENDING) / 4];
	/* In real time the host may do in a tick what 60 slices do here. */
	for (; n < 60 || (*ended <= 20 && n < 10000); n++)
		exos_yield(r.name);
	count = r.mem[W_COUNT];
	check(*ended > 20, "%lu of %lu slices ended in its critical range",
	      (unsigned long)*ended, (unsigned long)n);
	check(lives(r.name) && count >= n, "who ends them then lives on");
	hostile_free(&r);
	hostile_over(&before, "slices that end in a critical range");
}

/* Revocation goes on though all do nothing but yield. */
static void
only_yields(void)
{
	struct raw r;
	u32 start, stage;

	hostile_make(&r);
	ae_revoke(r.name, 0, 0, AE_RES_SLICE, 1, 2);
	start = exos_info->ticks;
	while (exos_info->ticks - start < 20)
		exos_yield(AE_NAME_SELF);
	stage = exos_revoke_of(AE_NAME_NUMBER((u32)r.name), AE_RES_SLICE)
			->stage;
	check(stage == AE_REVOKE_NONE || stage > AE_REVOKE_FORCE,
	      "deadlines come though all only yield: stage %lu",
	      (unsigned long)stage);
	hostile_free(&r);
}

int
main(int argc, char **argv)
{
	if (check_part(argc, argv, "victim"))
		return victim();
	before = hostile_begin();
	to_and_fro(1, 1, 0, "both have a slice");
	to_and_fro(1, 0, 0, "one has a slice");
	to_and_fro(0, 0, 1, "neither has a slice, but one a notice");
	lent();
	lent_ours();
	critical();
	ae_env_free(victim_name, 0);
	only_yields();
	return check_plan();
}
