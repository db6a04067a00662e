/* SPDX-License-Identifier: MIT */
/*
 * The vector of slices: allocated by number, owned by capability, given away
 * for good, run in the order of their numbers; and what Yield hands over
 * (SOSP'95 5.1.1).
 */
#include "../../include/check.h"
#include "../../include/raw.h"
#include "vector.h"

extern char logger[], keeper[], keeper_fpu[], parked[], children_end[];

static const struct ae_cap cap = { 0x51, 0x1ce };
static volatile u32 *shared_log;
static u32 shared_page;

static s32
take(u32 slice, u32 owner)
{
	return ae_slice_alloc(slice, cap.lo, cap.hi, owner, 0, 0);
}

static s32
drop(u32 slice)
{
	return ae_slice_free(slice, cap.lo, cap.hi);
}

static u32
slices_of(u32 name)
{
	u32 n = 0;

	for (u32 s = 0; s < AE_NSLICE; s++)
		n += exos_slices[s].owner == name;
	return n;
}

/* Do the links go round all that is owned, in order? */
static int
links_fit(void)
{
	u32 last = AE_NSLICE, first = AE_NSLICE;

	for (u32 s = 0; s < AE_NSLICE; s++) {
		const volatile struct ae_slice *v = &exos_slices[s];

		if (!v->owner)
			continue;
		if (first == AE_NSLICE)
			first = s;
		else if (exos_slices[last].next != s || v->prev != last)
			return 0;
		last = s;
	}
	return exos_slices[last].next == first &&
	       exos_slices[first].prev == last;
}

static void
allocation(void)
{
	u32 mine = exos_gates[AE_NAME_NUMBER(exos_self)].nslices, bad = 0;
	s32 e = 0, s;

	check_is(exos_slices[0].owner, exos_self,
		 "the first environment has slice 0");
	check_is(take(AE_SLICE_ANY, 0), 1, "any slice: the first free one");
	check_is(take(200, 0), 200, "slice 200 by number");
	check(exos_slices[200].owner == exos_self &&
		      exos_gates[AE_NAME_NUMBER(exos_self)].nslices == mine + 2,
	      "its record says who owns it, and ours how many");
	check(links_fit(), "the links fit");
	check_is(take(200, 0), AE_EINUSE, "slice 200 again: EINUSE");
	check_is(take(AE_NSLICE, 0), AE_EINVAL, "slice 256: EINVAL");
	check_is(take(0xfffffffe, 0), AE_EINVAL, "slice 0xfffffffe: EINVAL");
	check_is(ae_slice_free(200, cap.lo ^ 1, cap.hi), AE_EACCES,
		 "freeing with a wrong capability: EACCES");
	check_is(drop(100), AE_EINVAL, "freeing a free slice: EINVAL");
	check_is(drop(AE_NSLICE), AE_EINVAL, "freeing slice 256: EINVAL");
	check_is(drop(200), 0, "freeing it");
	check_is(drop(1), 0, "and slice 1");
	while ((s = take(AE_SLICE_ANY, 0)) >= 0)
		bad += s != ++e;
	check(s == AE_ENOSLICE && e == AE_NSLICE - 1 && !bad,
	      "all can be had, in order; then ENOSLICE");
	check(links_fit(), "the links fit");
	for (s = 1; s < AE_NSLICE; s += 2)
		bad += drop(s) != 0;
	check(!bad && links_fit(), "every other one is freed");
	for (s = 2; s < AE_NSLICE; s += 2)
		bad += drop(s) != 0;
	check(!bad && links_fit() && slices_of(exos_self) == mine,
	      "and the others");
}

static void
make(struct raw *r, const char *init, u32 id)
{
	raw_prepare(r, logger, children_end);
	r->desc.init = r->desc.prologue = raw_at(r, init);
	r->desc.epilogue = raw_at(r, parked);
	r->desc.flags = RAW_NOSLICE;
	r->desc.cap = cap;
	r->desc.pin[1] = (struct ae_pin){
		.va = RAW_VA + SHARED,
		.lo = LO(shared_page, RW),
		.cap = own_cap,
	};
	r->mem[W_ID] = id;
	raw_create(r);
	/* The child holds what it has pinned; so do we. */
	ae_page_ref(shared_page, own_cap.lo, own_cap.hi, 0, 0, 0);
}

static void
owners(void)
{
	struct raw r;
	char name[16];
	s32 child;

	make(&r, logger, 0);
	check_is(take(9, r.name), 9, "a slice for a child");
	check_is(raw_gate(&r)->nslices, 1, "is the child's");
	snprintf(name, sizeof name, "%#lx", (unsigned long)r.name);
	child = check_spawn("stranger", name);
	check_is(exos_wait(child), -AE_EPERM,
		 "a slice for a sibling, by a stranger: EPERM");
	child = check_spawn("friend", name);
	check_is(exos_wait(child), 0,
		 "with the sibling's capability: it has two more");
	check_is(raw_gate(&r)->nslices, 3, "three in all");
	check_is(take(AE_SLICE_ANY, 1), AE_EENV, "for name 1: EENV");
	check_is(raw_free(&r), AE_EXIT_KILLED, "when the child ends");
	check(!exos_slices[9].owner && links_fit(), "its slices are free");
	check_is(take(AE_SLICE_ANY, r.name), AE_EENV, "for the dead: EENV");
}

/* The parts of "owners": -error, or 0. */
static int
allocate_for(const char *name, int with_right)
{
	u32 n = strtoul(name, 0, 0);
	struct ae_cap c = with_right ? cap : (struct ae_cap){ 0, 0 };
	s32 e = ae_slice_alloc(AE_SLICE_ANY, 1, 2, n, c.lo, c.hi);

	if (e >= 0)
		e = ae_slice_alloc(AE_SLICE_ANY, 1, 2, n, c.lo, c.hi);
	return e < 0 ? -e : 0;
}

static void
order(void)
{
	struct raw a, b, c;
	u32 bad = 0, n, ends;

	make(&a, logger, 'a');
	make(&b, logger, 'b');
	make(&c, logger, 'c');
	wait_ticks(1); /* none ends before all have their slices */
	shared_log[0] = 0;
	take(40, a.name);
	take(90, b.name);
	take(60, c.name);
	wait_ticks(40);
	n = shared_log[0];
	for (u32 i = 1; i + 3 <= n && i < LOG_MASK - 3; i++) {
		u32 x = shared_log[1 + i], y = shared_log[2 + i];

		bad += y != (x == 'a' ? 'c' : x == 'c' ? 'b' : 'a');
	}
	check(n >= 20 && !bad,
	      "slices 40, 60 and 90 run in this order, round and round");
	check(a.mem[W_TURNS] && b.mem[W_TURNS] && c.mem[W_TURNS],
	      "each runs in its own");
	raw_free(&b);
	raw_free(&c);

	take(41, a.name);
	take(42, a.name);
	wait_ticks(4);
	n = raw_gate(&a)->slices;
	ends = a.mem[W_ENDS];
	wait_ticks(40);
	n = raw_gate(&a)->slices - n;
	ends = a.mem[W_ENDS] - ends;
	check(n >= 25 && ends >= n / 3 - 1 && ends <= n / 3 + 1,
	      "three neighbouring slices end once: %lu slices, %lu ends",
	      (unsigned long)n, (unsigned long)ends);
	raw_free(&a);
	check(links_fit(), "the links fit when all have ended");
}

static void
giving(void)
{
	struct raw a, b;

	make(&a, logger, 0);
	make(&b, logger, 0);
	take(30, a.name);
	check_is(ae_slice_give(30, cap.lo, cap.hi ^ 1, b.name, 7, 7), AE_EACCES,
		 "giving with a wrong capability: EACCES");
	check_is(ae_slice_give(31, cap.lo, cap.hi, b.name, 7, 7), AE_EINVAL,
		 "giving a free slice: EINVAL");
	check_is(ae_slice_give(30, cap.lo, cap.hi, 1, 7, 7), AE_EENV,
		 "giving to nobody: EENV");
	check_is(ae_slice_give(30, cap.lo, cap.hi, b.name, 7, 7), 0,
		 "given from one child to another");
	check(raw_gate(&a)->nslices == 0 && raw_gate(&b)->nslices == 1 &&
		      exos_slices[30].owner == (u32)b.name,
	      "it is the other's for good");
	check_is(drop(30), AE_EACCES, "the old capability is void: EACCES");
	b.mem[W_TURNS] = a.mem[W_TURNS] = 0;
	wait_ticks(10);
	check(b.mem[W_TURNS] && !a.mem[W_TURNS], "only the other runs");
	check_is(ae_slice_give(30, 7, 7, AE_NAME_SELF, 8, 8), 0,
		 "its holder takes it by capability");
	check_is(exos_slices[30].owner, exos_self, "it is ours");
	check_is(ae_slice_free(30, 8, 8), 0, "and freed");
	raw_free(&a);
	raw_free(&b);
}

s32 yield_with(u32 name, u32 a1); /* yield.S */

static void
yielding(void)
{
	static const char *const how[] = { "fast", "slow" };
	struct raw r;

	for (int slow = 0; slow < 2; slow++) {
		make(&r, slow ? keeper_fpu : keeper, 0);
		yield_with(r.name, 0x777); /* its first entry */
		raw_free(&r);
		raw_prepare(&r, logger, children_end);
		r.desc.init = raw_at(&r, slow ? keeper_fpu : parked);
		r.desc.prologue = raw_at(&r, keeper);
		r.desc.epilogue = raw_at(&r, parked);
		r.desc.flags = RAW_NOSLICE;
		raw_create(&r);
		exos_yield(r.name);
		check_is(r.mem[W_TURNS], 0, "the first Yield enters at init");
		yield_with(r.name, 0x1234);
		check(r.mem[W_TURNS] == 1 && r.mem[W_FROM] == exos_self,
		      "%s Yield enters at the prologue with v0 = who yields",
		      how[slow]);
		check_is(r.mem[W_A1], 0x1234, "and a1 as it was");
		take(77, r.name);
		raw_wait(&r, W_TURNS, 1, 20);
		check(r.mem[W_FROM] == 0 && r.mem[W_A1] == 0 &&
			      r.mem[W_OTHERS] == 0,
		      "a slice of its own begins with all registers zero");
		raw_free(&r);
	}
}

int
main(int argc, char **argv)
{
	if (check_part(argc, argv, "stranger"))
		return allocate_for(argv[2], 0);
	if (check_part(argc, argv, "friend"))
		return allocate_for(argv[2], 1);
	shared_page = exos_alloc();
	shared_log = (u32 *)raw_window(shared_page);
	exos_map((u32)shared_log, LO(shared_page, RW) | PT_CAP(CAP_OWN));
	allocation();
	owners();
	order();
	giving();
	yielding();
	return check_plan();
}
