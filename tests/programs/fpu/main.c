/* SPDX-License-Identifier: MIT */
/* The floating-point coprocessor: whose it is, and that nothing leaks. */
#include "../../include/check.h"
#include "../../include/raw.h"

#include <aegis/sysnum.h>
#include <aegis/transfer.h>

extern char user[], user_reply[], user_park[], looker[], looker_refused[],
	counter[], children_end[];

#define SECRET 0x5ec4e7
#define SOON   40

static void
prepare(struct raw *r, const char *init)
{
	raw_prepare(r, user, children_end);
	r->desc.init = raw_at(r, init);
	r->desc.prologue = r->desc.epilogue = raw_at(r, user_park);
	r->desc.reply = raw_at(r, user_reply);
}

static void
make_user(struct raw *r, s32 peer, u32 v0)
{
	prepare(r, user);
	r->mem[0] = SECRET;
	r->mem[1] = peer;
	r->mem[2] = v0;
	raw_create(r);
}

static void
make_looker(struct raw *r)
{
	prepare(r, user_park);
	r->desc.gate = r->desc.agate = raw_at(r, looker);
	r->desc.flags = AE_GATE_CALLS;
	r->desc.handler[AE_EXC_CPU] = raw_at(r, looker_refused);
	raw_create(r);
}

/* A user makes a transfer to someone who did not ask for the FPU. */
static void
transferred(u32 v0, const char *how)
{
	struct raw u, l;

	wait_ticks(1); /* both begin well before the next */
	make_looker(&l);
	make_user(&u, l.name, v0);
	check(raw_wait(&l, 4, 0, SOON), "an FPU user makes %s", how);
	check_is(u.mem[3], SECRET, "its registers hold what it put there");
	wait_ticks(2);
	check(l.mem[6] == 1, "the other's use of the FPU is refused");
	check(l.mem[5] != SECRET, "it sees none of the registers");
	raw_free(&u);
	raw_free(&l);
}

static void
cleared(void)
{
	struct raw u, c;

	make_user(&u, 0, 0);
	check(raw_wait(&u, 3, 0, SOON), "an FPU user fills the registers");
	prepare(&c, counter);
	raw_create(&c);
	check(raw_wait(&c, 4, 0, SOON) && c.mem[5] == 0,
	      "the next user finds them cleared");
	raw_free(&c);
	raw_free(&u);
	prepare(&c, counter);
	raw_create(&c);
	check(raw_wait(&c, 4, 0, SOON) && c.mem[5] == 0,
	      "so does one that starts after it ended");
	raw_free(&c);
}

static void
not_asked(void)
{
	struct raw l;

	prepare(&l, looker);
	raw_create(&l);
	for (u32 i = 0; i < SOON && raw_gate(&l)->state == AE_ENV_LIVE; i++)
		wait_ticks(1);
	check_is(raw_free(&l), AE_EXIT_FAULT + AE_EXC_CPU,
		 "use without asking, and no handler: ended, CpU");
}

int
main(void)
{
	not_asked();
	cleared();
	transferred(AE_SCALL, "an Scall");
	transferred(SYSV_Acall, "an Acall");
	return check_plan();
}
