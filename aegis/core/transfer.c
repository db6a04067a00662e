/* SPDX-License-Identifier: MIT */
/*
 * Protected control transfer, the slow half: what the compare in
 * trap/syscall.S turned away, and who runs in a donated slice (SOSP'95 5.5).
 *
 * The gate word of a callee holds its caller's private block, so callees
 * point to callers.  When an environment stops running, every environment
 * up its chain notes it as its leaf; in a later slice of any of them the
 * leaf runs, if it still serves it.
 */
#include "kernel.h"

/* Number of the environment that n serves, or 0. */
static u32
caller_of(u32 n)
{
	u32 word = gates[n].word;

	return (s32)word < 0 ? number_of_p(word - FAST_PB) : 0;
}

void
transfer_settle(u32 n)
{
	u32 up = n;

	envs[n].leaf = n;
	for (u32 i = 0; i < MAXENV; i++) {
		up = caller_of(up);
		if (!up || up == n)
			return;
		envs[up].leaf = n;
		gates[up].yfast = gates[up].afast = 0; /* n is to run instead */
	}
}

/* Who runs in n's slices: n, or the end of its chain of calls. */
u32
transfer_leaf(u32 n)
{
	u32 leaf = envs[n].leaf, up = leaf;

	for (u32 i = 0; i < MAXENV && up; i++) {
		if (up == n)
			return leaf;
		up = caller_of(up);
	}
	return n;
}

/* n is gone: its caller hears of it, its callees serve nobody. */
void
transfer_ended(u32 n)
{
	u32 block = p_of_number(n) + FAST_PB, up = caller_of(n);

	if (up && up != n) {
		envs[up].died = 1;
		transfer_settle(up);
		env_refresh(up);
		processor_look_for_strays();
	}
	gates[n].word = 0;
	envs[n].orphan = envs[n].died = 0;
	for (u32 i = 1; i < MAXENV; i++) {
		if (gates[i].word != block)
			continue;
		gates[i].word = 0;
		envs[i].orphan = 1;
		processor_look_for_strays();
	}
}

static void
fail(struct frame *f, s32 error)
{
	f->reg[2] = error;
	f->epc += 4;
}

/* Enter n at pc with v0 = from; every other register goes along. */
static void
enter(struct frame *f, u32 n, u32 pc, u32 from)
{
	env_claim_asid(n);
	f->reg[2] = from;
	f->epc = pc;
	f->status = env_status(n);
	kcur = p_of_number(n);
	set_context(gates[n].name);
}

void
transfer_scall(struct frame *f)
{
	u32 self = current();
	s32 n = env_by_name(f->reg[4]);
	struct ae_gate *g = &gates[n];

	if (n < 0) {
		fail(f, n);
	} else if (!g->gate || !(g->flags & AE_GATE_CALLS)) {
		fail(f, AE_ENOGATE);
	} else if (g->flags & AE_GATE_REENTRANT) {
		enter(f, n, g->gate, gates[self].name);
	} else if (caller_of(n) || envs[n].orphan) {
		fail(f, AE_EBUSY);
	} else {
		g->word = p_of_number(self) + FAST_PB;
		enter(f, n, g->gate, gates[self].name);
	}
}

void
transfer_reply(struct frame *f)
{
	u32 self = current(), up = caller_of(self);

	gates[self].word = 0;
	envs[self].orphan = 0;
	env_refresh(self);
	if (!up)
		fail(f, AE_ENOREPLY);
	else
		enter(f, up, gates[up].reply, gates[self].name);
}

/*
 * Who is entered while a call of its own is under way is from now on its own
 * leaf: it can leave by the fast paths, which note nothing.
 */
void
transfer_acall(struct frame *f)
{
	u32 self = current();
	s32 n = env_by_name(f->reg[4]);

	if (n < 0) {
		fail(f, n);
	} else if (!gates[n].agate) {
		fail(f, AE_ENOGATE);
	} else {
		transfer_settle(self);
		transfer_settle(n);
		enter(f, n, gates[n].agate, gates[self].name);
		env_refresh(n);
	}
}
