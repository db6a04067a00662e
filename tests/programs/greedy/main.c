/* SPDX-License-Identifier: MIT */
/*
 * Children that hand the rest of a slice to and fro when it has ended: they
 * get no more of the processor than their slices, or are ended for it.
 *
 * launch: --time-limit 10
 */
#include "../../include/check.h"
#include "../../include/raw.h"

extern char spinner[], giver[], tosser[], client[], client_reply[], parked[],
	children_end[];

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

/* A server that never ends its client's slice: the client is not to blame. */
static void
bad_server(void)
{
	struct raw c, s;

	prepare(&s, spinner);
	s.desc.init = s.desc.prologue = raw_at(&s, parked);
	s.desc.gate = raw_at(&s, spinner);
	s.desc.flags = AE_GATE_CALLS | RAW_NOSLICE;
	raw_create(&s);
	prepare(&c, parked);
	c.desc.init = raw_at(&c, client);
	c.desc.prologue = raw_at(&c, parked);
	c.desc.reply = raw_at(&c, client_reply);
	c.mem[0] = s.name;
	wait_ticks(1); /* none comes before it has called */
	raw_create(&c);
	check(raw_wait(&c, 1, 0, 200) && c.mem[1] == (u32)AE_EDIED,
	      "a server that keeps its client's slice: the client hears EDIED");
	check_is(raw_free(&s), AE_EXIT_EXCESS, "the server was ended");
	check_is(raw_free(&c), AE_EXIT_KILLED, "the client lives");
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

	bad_server();
	return check_plan();
}
