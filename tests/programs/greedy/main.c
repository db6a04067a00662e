/* SPDX-License-Identifier: MIT */
/*
 * Children that hand the rest of a slice to and fro when it has ended: they
 * get no more of the processor than their slices, or are ended for it.
 *
 * launch: --time-limit 10
 */
#include "../../include/check.h"
#include "../../include/raw.h"

extern char spinner[], giver[], tosser[], children_end[];

static void
prepare(struct raw *r, const char *epilogue)
{
	raw_prepare(r, spinner, children_end);
	r->desc.epilogue = raw_at(r, epilogue);
	r->desc.agate = raw_at(r, spinner);
}

/* How many ticks pass in 8 slices of this program. */
static u32
ticks_used(void)
{
	u32 start = exos_info->ticks;

	for (u32 i = 0; i < 8; i++)
		pause_slice();
	return exos_info->ticks - start;
}

int
main(void)
{
	struct raw a, b;
	u32 used;

	prepare(&a, giver);
	raw_create(&a);
	used = ticks_used();
	check(used <= 16, "a child that yields to nobody: %lu ticks",
	      (unsigned long)used);
	fflush(stdout);
	a.mem[0] = a.name;
	used = ticks_used();
	check(used <= 80, "to itself: %lu ticks", (unsigned long)used);
	raw_free(&a);

	prepare(&a, tosser);
	prepare(&b, tosser);
	raw_create(&a);
	raw_create(&b);
	a.mem[0] = b.name;
	b.mem[0] = a.name;
	fflush(stdout);
	used = ticks_used();
	check(used <= 80, "two that Acall each other: %lu ticks",
	      (unsigned long)used);
	raw_free(&a);
	raw_free(&b);
	return check_plan();
}
