/* SPDX-License-Identifier: MIT */
/*
 * Ending environments (SOSP'95 5.1).  What others could still be hurt by is
 * undone at once; bindings and pages are taken back in steps of bounded
 * length, by who frees the environment and by the clock.  Until that is done
 * its number and tag are not used again.
 */
#include "check.h"
#include <aegis/sysnum.h>

#define PURGE_STEP 1024 /* STLB slots a step */
#define PURGE_UNIT 16	/* of env.purged, which says how far it is: */
#define PURGED	   (AE_STLB_ENTRIES / PURGE_UNIT)
#define REAPED	   (PURGED + 1) /* and nothing is left */
#define PAGE_STEP  32		/* pages a step; one with many holders or */
#define MANY	   8		/* bindings counts as more, and so does */
#define SWEEP	   4		/* one for which the TLB is swept */

static u8 referrers[AE_NENV][AE_NENV / 8]; /* bit n: n refers to it */
static u32 unreaped;			   /* environments not done yet */

static int
reaped(u32 n)
{
	return envs[n].purged == REAPED;
}

/* The number can be used again when nobody will ask for it. */
static void
forget_if_done(u32 n)
{
	struct ae_gate *g = &gates[n];

	if (g->state == AE_ENV_ZOMBIE && !g->parent && !envs[n].refs &&
	    reaped(n))
		g->state = AE_ENV_FREE;
}

static void
reap_pages(u32 n)
{
	u32 cost = 0, page;

	while (cost < PAGE_STEP && (page = holder_newest(n))) {
		u32 holders = page_records[page].holders;

		cost += 1 + holders / MANY;
		if (holders == 1 && stlb_must_search(page)) {
			cost = PAGE_STEP;
			if (!page_withdraw(page))
				return;
		} else if (holders == 1 && !stlb_unbinds_soon(page)) {
			cost += SWEEP;
		}
		if (!holder_drop(page, n))
			page_release(page);
	}
}

/* One bounded step for a dead environment.  Is it done? */
static int
reap(u32 n)
{
	struct env *e = &envs[n];

	if (reaped(n))
		return 1;
	if (e->purged < PURGED) {
		stlb_purge(n, e->purged * PURGE_UNIT, PURGE_STEP);
		e->purged += PURGE_STEP / PURGE_UNIT;
	} else {
		reap_pages(n);
	}
	if (e->purged < PURGED || gates[n].pages)
		return 0;
	e->purged = REAPED;
	unreaped--;
	forget_if_done(n);
	return 1;
}

/* A step for whoever needs one.  Was there anything to do? */
int
env_reap_some(void)
{
	for (u32 n = 1; unreaped && n < MAXENV; n++)
		if (gates[n].state == AE_ENV_ZOMBIE && !reaped(n)) {
			reap(n);
			return 1;
		}
	return 0;
}

/* Its children: the dead are forgotten, the living become orphans. */
static void
leave_children(u32 n)
{
	for (u32 i = 1; i < MAXENV; i++) {
		if (gates[i].parent != gates[n].name)
			continue;
		gates[i].parent = 0;
		forget_if_done(i);
	}
}

static int
refers(u32 n, u32 to)
{
	return referrers[to][n / 8] >> n % 8 & 1;
}

static void
drop_ref(u32 n, u32 to)
{
	referrers[to][n / 8] &= ~(1 << n % 8);
	envs[to].refs--;
	forget_if_done(to);
}

/*
 * End an environment.  It stays a zombie until its parent collects the
 * status, nobody refers to it, and all it held is taken back.  The machine
 * stops with the first environment.
 */
void
env_end(u32 n, u32 status)
{
	struct ae_gate *g = &gates[n];

	if (g->name == info->boot_env)
		machine_halt(status);
	event(AE_EV_ENV, AE_EV_ENDED, n, 0, g->name, status, 0);
	g->state = AE_ENV_ZOMBIE;
	g->status = status;
	for (u32 c = 0; c < AE_NCAUSE; c++) {
		handlers[n].pc[c] = (u32)panic_entry;
		saves[n].pc[c] = p_of_number(n) + FAST_PB;
	}
	if (get_context() >> 21 == g->name >> 21 && n != current())
		env_own_context();
	transfer_ended(n);
	page_records[envs[n].save_page].save = 0;
	envs[n].save_page = 0;
	envs[n].wake = envs[n].again = 0;
	envs[n].purged = 0;
	unreaped++;
	pin_drop_all(n);
	slice_release_all(n);
	console_ended(n);
	revoke_ended(n);
	leave_children(n);
	for (u32 i = 1; i < MAXENV; i++)
		if (refers(n, i))
			drop_ref(n, i);
	if (asid_owner[ASID(n)] == n) {
		stlb_flush_asid(ASID(n));
		asid_owner[ASID(n)] = 0;
	}
	env_forget_fpu(n);
	env_refresh(n);
}

/* The environment with this name, dead or alive, or AE_EENV. */
static s32
known(u32 name)
{
	u32 n = AE_NAME_NUMBER(name);

	if (n == 0 || n >= MAXENV || gates[n].name != name ||
	    gates[n].state == AE_ENV_FREE)
		return AE_EENV;
	return n;
}

/*
 * env_free(name, status): ends the caller, or ends a child and collects its
 * status.  While there is more to take back the call is made again, so that
 * interrupts come in between.
 */
void
frame_env_free(struct frame *f)
{
	u32 self = current(), name = f->reg[4];
	s32 n = known(name);

	if (name == AE_NAME_SELF || name == gates[self].name) {
		env_end(self, f->reg[5] & 0xff);
		processor_next();
	}
	if (n >= 0 && gates[n].parent != gates[self].name)
		n = AE_EPERM;
	if (n < 0) {
		f->reg[2] = n;
		f->epc += 4;
		return;
	}
	if (gates[n].state == AE_ENV_LIVE)
		env_end(n, AE_EXIT_KILLED);
	if (!reap(n)) {
		f->reg[2] = SYSV_env_free; /* again */
		return;
	}
	f->reg[2] = gates[n].status;
	f->epc += 4;
	gates[n].parent = 0;
	forget_if_done(n);
}

s32
sys_env_kill(u32 name, u32 lo, u32 hi)
{
	s32 n = env_with_right(name, lo, hi);

	if (n < 0)
		return n;
	env_end(n, AE_EXIT_KILLED);
	if ((u32)n == current())
		processor_next();
	return 0;
}

s32
sys_env_ref(u32 name, u32 lo, u32 hi)
{
	u32 self = current();
	s32 n = env_with_right(name, lo, hi);

	if (n < 0)
		return n;
	if (refers(self, n))
		return AE_EINUSE;
	referrers[n][self / 8] |= 1 << self % 8;
	envs[n].refs++;
	return 0;
}

s32
sys_env_unref(u32 name)
{
	u32 self = current();
	s32 n = known(name);

	if (n < 0)
		return n;
	if (!refers(self, n))
		return AE_EPERM;
	drop_ref(self, n);
	return 0;
}

s32
sys_env_write(u32 name, u32 lo, u32 hi, u32 index, u32 value)
{
	s32 n = env_with_right(name, lo, hi);

	if (n < 0)
		return n;
	if (index >= AE_DATA_BYTES / 4)
		return AE_EINVAL;
	env_data[n].word[index] = value;
	return 0;
}

#ifdef CHECKS

/* May a dead environment still have an STLB entry there? */
int
end_unpurged(u32 n, u32 slot)
{
	return slot >= envs[n].purged * PURGE_UNIT;
}

void
end_check_env(u32 n)
{
	u32 count = 0;

	for (u32 i = 0; i < AE_NENV; i++) {
		if (!referrers[n][i / 8])
			i |= 7; /* nor these */
		else if (refers(i, n)) {
			must(i && i < MAXENV && gates[i].state == AE_ENV_LIVE,
			     "referrer lives", n);
			count++;
		}
	}
	must(envs[n].refs == count, "references to an environment", n);
	if (gates[n].state == AE_ENV_FREE)
		must(!count && !gates[n].parent && !gates[n].pages,
		     "free number", n);
}

void
end_check(void)
{
	u32 count = 0;

	for (u32 n = 1; n < MAXENV; n++) {
		if (gates[n].state != AE_ENV_ZOMBIE)
			continue;
		count += !reaped(n);
		must(!reaped(n) || !gates[n].pages, "the dead gave all back",
		     n);
		must(!reaped(n) || gates[n].parent || envs[n].refs,
		     "the dead that nobody asks for are forgotten", n);
	}
	must(unreaped == count, "the dead counted", unreaped);
}

#endif
