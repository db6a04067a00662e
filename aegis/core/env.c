/* SPDX-License-Identifier: MIT */
/* Environments: names, rights, ASIDs, FPU, gate flags (SOSP'95 5.1). */
#include "kernel.h"

struct env envs[AE_NENV];
u8 asid_owner[AE_NASID];
struct ae_env_data env_data[AE_NENV] __attribute__((aligned(AE_PAGE_SIZE)));
static u32 fpu_user; /* whose values the FPU registers hold */

/* Environment 0 is current while C runs; its handlers are the panic. */
void
env_init(void)
{
	for (u32 c = 0; c < AE_NCAUSE; c++) {
		handlers[0].pc[c] = (u32)panic_entry;
		saves[0].pc[c] = p_of_number(0) + FAST_PB;
	}
	kcur = p_of_number(0);
	/* Not one of these is a name of environment 0. */
	gates[0].word = gates[0].fast = gates[0].afast = ~0u;
	gates[0].yfast = ~0u;
}

/* Number of the live environment with this name, or AE_EENV. */
int
env_by_name(u32 name)
{
	u32 n = AE_NAME_NUMBER(name);

	if (n == 0 || n >= MAXENV || gates[n].name != name ||
	    gates[n].state != AE_ENV_LIVE)
		return AE_EENV;
	return n;
}

/*
 * Number of a live environment that the current one may act for: itself, a
 * child, or one whose capability it presents.
 */
s32
env_with_right(u32 name, u32 lo, u32 hi)
{
	u32 self = current();
	s32 n;

	if (name == AE_NAME_SELF)
		return self;
	n = env_by_name(name);
	if (n < 0 || n == (s32)self || gates[n].parent == gates[self].name)
		return n;
	if (!(envs[n].access.lo | envs[n].access.hi) ||
	    !cap_equal(&envs[n].access, lo, hi))
		return AE_EPERM;
	return n;
}

/* A gate word with the sign bit is the private block of a caller. */
static int
serving(u32 n)
{
	return (s32)gates[n].word < 0;
}

/* Recompute what the fast paths compare names with. */
void
env_refresh(u32 n)
{
	struct ae_gate *g = &gates[n];
	int waits = transfer_leaf(n) != n;
	u32 open = 0;

	if (g->state == AE_ENV_LIVE && asid_owner[ASID(n)] == n && !envs[n].fpu)
		open = g->name;
	g->fast = open;
	g->afast = g->agate && !waits ? open : 0;
	g->yfast = !envs[n].init && !envs[n].died && !waits ? open : 0;
	if (serving(n))
		return;
	g->word = 0;
	if ((g->flags & AE_GATE_CALLS) && !(g->flags & AE_GATE_REENTRANT) &&
	    !envs[n].orphan)
		g->word = open;
}

/*
 * ASIDs are part of the name, so environments whose numbers agree modulo 64
 * share one.  Only its holder has TLB entries and can be entered by the fast
 * paths; taking it over empties the TLB of it.
 */
void
env_claim_asid(u32 n)
{
	u32 other = asid_owner[ASID(n)];

	if (other == n)
		return;
	stlb_flush_asid(ASID(n));
	asid_owner[ASID(n)] = n;
	if (other)
		env_refresh(other);
	env_refresh(n);
}

/* Status register with which it runs; the FPU is made its own. */
u32
env_status(u32 n)
{
	u32 st = machine->im | ST_KUP | ST_IEP;

	if (!envs[n].fpu)
		return st;
	if (fpu_user != n)
		fpu_clear();
	fpu_user = n;
	return st | ST_CU1;
}

/* It ended: its values in the FPU are nobody's. */
void
env_forget_fpu(u32 n)
{
	if (fpu_user == n)
		fpu_user = 0;
	envs[n].fpu = 0;
}

/* The current environment's own address space: a CIDswitch ends here. */
void
env_own_context(void)
{
	env_claim_asid(current());
	set_context(gates[current()].name);
}

/*
 * CIDswitch to itself, to a child that has to take its ASID, or an error:
 * whoever runs holds its own ASID, so a child cannot take that.
 */
void
frame_CIDswitch(struct frame *f)
{
	u32 name = f->reg[4];
	s32 n = env_by_name(name);

	f->epc += 4;
	f->reg[2] = 0;
	if (name == AE_NAME_SELF || name == gates[current()].name) {
		env_own_context();
		return;
	}
	if (n < 0) {
		f->reg[2] = n;
		return;
	}
	if (gates[n].parent != gates[current()].name) {
		f->reg[2] = AE_EPERM;
		return;
	}
	if (ASID(n) == ASID(current())) {
		f->reg[2] = AE_EINUSE;
		return;
	}
	env_claim_asid(n);
	set_context(gates[n].name);
}

void
frame_FPUmod(struct frame *f)
{
	u32 n = current(), on = f->reg[4];

	f->epc += 4;
	f->reg[2] = AE_EINVAL;
	if (on > 1)
		return;
	f->reg[2] = 0;
	envs[n].fpu = on;
	handlers[n].pc[AE_EXC_SYS] = (u32)(on ? sys_entry_fpu : sys_entry);
	env_refresh(n);
	f->status = env_status(n);
}

s32
sys_gate_flags(u32 flags)
{
	u32 n = current();

	if (flags & ~AE_GATE_FLAGS)
		return AE_EINVAL;
	if ((flags & AE_GATE_CALLS) && !gates[n].gate)
		return AE_EINVAL;
	if (serving(n))
		return AE_EBUSY;
	gates[n].flags = flags;
	env_refresh(n);
	return 0;
}

s32
sys_null(void)
{
	return 0;
}
