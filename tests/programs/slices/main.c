/* SPDX-License-Identifier: MIT */
/*
 * The processor: everybody gets slices, their ends lose no register, and who
 * does not end a slice pays for it (SOSP'95 5.1.1).
 */
#include "../../include/check.h"
#include "../../include/raw.h"

#define INFO_VA (RAW_VA + AE_PAGE_SIZE) /* the information page, in children */

extern char spinner[], parked[], stubborn[], late[], children_end[];
u32 registers_hold(u32 rounds);

static void
make(struct raw *r, const char *init, const char *epilogue)
{
	raw_prepare(r, spinner, children_end);
	r->desc.init = r->desc.prologue = raw_at(r, init);
	r->desc.epilogue = raw_at(r, epilogue);
	r->desc.pin[1] = (struct ae_pin){
		.va = INFO_VA,
		.lo = LO(page_under(exos_info), AE_LO_V),
	};
	raw_create(r);
}

static void
progress(void)
{
	struct raw a, b;
	u32 count[2], slices[2], start;

	make(&a, spinner, parked);
	make(&b, spinner, parked);
	wait_ticks(4);
	count[0] = a.mem[0];
	count[1] = b.mem[0];
	slices[0] = raw_gate(&a)->slices;
	slices[1] = raw_gate(&b)->slices;
	start = exos_info->ticks;
	wait_ticks(30);
	check(a.mem[0] > count[0] && b.mem[0] > count[1],
	      "two children that never yield both run");
	slices[0] = raw_gate(&a)->slices - slices[0];
	slices[1] = raw_gate(&b)->slices - slices[1];
	check(slices[0] > 5 && slices[0] - slices[1] + 1 < 3,
	      "they get as many slices: %lu and %lu of %lu ticks",
	      (unsigned long)slices[0], (unsigned long)slices[1],
	      (unsigned long)(exos_info->ticks - start));
	check(raw_gate(&a)->excess == 0 && raw_gate(&b)->excess == 0,
	      "neither has any excess");
	raw_free(&a);
	raw_free(&b);
}

static void
holding(void)
{
	s32 a = check_spawn("hold", 0), b = check_spawn("hold", 0);
	u32 start = exos_info->ticks;

	check_is(exos_wait(a), 0, "a child's registers survive 30 slices");
	check_is(exos_wait(b), 0, "and another's beside it");
	check(exos_info->ticks - start >= 30, "that took %lu ticks",
	      (unsigned long)(exos_info->ticks - start));
}

/* The child's part: at least 30 slices of its own. */
static int
hold(void)
{
	const volatile struct ae_gate *g =
		&exos_gates[AE_NAME_NUMBER(exos_self)];
	u32 first = g->slices;

	while (g->slices - first < 30)
		if (registers_hold(10000))
			return 1;
	return 0;
}

static void
yielding(void)
{
	struct raw r;
	u32 before, runs = 0;

	make(&r, parked, parked);
	before = raw_gate(&r)->slices;
	for (u32 i = 0; i < 50; i++)
		exos_yield(AE_NAME_SELF);
	check(raw_gate(&r)->slices - before >= 49,
	      "every Yield(0) lets the next slice begin");
	raw_free(&r);

	make(&r, spinner, parked);
	wait_ticks(2);
	for (u32 i = 0; i < 10; i++) {
		before = r.mem[0];
		exos_yield(r.name);
		runs += r.mem[0] != before;
	}
	check_is(runs, 10, "Yield(child) runs the child");
	check_is(exos_yield(exos_self), 0, "Yield to oneself comes back");
	raw_free(&r);
	check_is(exos_yield(r.name), AE_EENV, "Yield to a dead name: EENV");
	check_is(exos_yield(exos_self ^ 1 << 15), AE_EENV,
		 "Yield to another generation: EENV");
	check_is(exos_yield(1), AE_EENV, "Yield(1): EENV");
	check_is(exos_yield(~0u), AE_EENV, "Yield(~0): EENV");
	check_is(exos_yield(0x80034040), AE_EENV,
		 "Yield to a kernel address: EENV");
}

static void
excess(void)
{
	struct raw r, n;
	u32 start = exos_info->ticks, slices;
	s32 status;

	make(&r, spinner, stubborn);
	while (raw_gate(&r)->state == AE_ENV_LIVE &&
	       exos_info->ticks - start < 200)
		pause_slice();
	slices = exos_info->ticks - start;
	check(raw_gate(&r)->state == AE_ENV_ZOMBIE,
	      "a child that never ends its slice is ended");
	check(slices >= 16 && slices <= 20, "when it is 16 ticks late: %lu",
	      (unsigned long)slices);
	status = raw_free(&r);
	check_is(status, AE_EXIT_EXCESS, "with status AE_EXIT_EXCESS");

	/* Two ticks late each time: alive, but with fewer slices. */
	make(&r, spinner, late);
	r.mem[2] = INFO_VA + offsetof(struct ae_info, ticks);
	make(&n, spinner, parked);
	wait_ticks(100);
	slices = raw_gate(&r)->slices;
	check(raw_gate(&r)->state == AE_ENV_LIVE && slices,
	      "one that is some ticks late lives");
	check(raw_gate(&n)->slices > slices + slices / 2,
	      "and forfeits slices: %lu, the other got %lu",
	      (unsigned long)slices, (unsigned long)raw_gate(&n)->slices);
	raw_free(&r);
	raw_free(&n);
}

static void
flags(void)
{
	check_is(ae_gate_flags(8), AE_EINVAL, "unknown flag: EINVAL");
	check_is(ae_gate_flags(~0u), AE_EINVAL, "all flags: EINVAL");
	check_is(ae_gate_flags(0), 0, "none");
	for (u32 i = 0; i < 10; i++)
		exos_yield(AE_NAME_SELF);
	check(1, "alone, it yields to itself");
}

int
main(int argc, char **argv)
{
	if (check_part(argc, argv, "hold"))
		return hold();
	flags();
	yielding();
	progress();
	holding();
	excess();
	return check_plan();
}
