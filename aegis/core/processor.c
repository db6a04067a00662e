/* SPDX-License-Identifier: MIT */
/*
 * The processor: whose slice it is, who runs in it, and what the clock does
 * (SOSP'95 5.1.1).  Applications save and restore their own registers: they
 * are told of the end of a slice at the epilogue and of its start at the
 * prologue.
 */
#include "check.h"

#define NO_SLICE AE_NSLICE

static u32 now = NO_SLICE; /* the slice that runs, also after it was freed */
static u32 now_owner;	   /* name it had then, or 0: a stray's or nobody's */
static u32 over;	   /* name of who was last told that it is over, or 0 */
static u32 strays;	   /* somebody may be one */
static u32 last_stray;
static u32 stray_ran; /* in this round */
u32 processor_told;   /* the same, until it yields by name: its number */

int
inside(u32 pc, u32 start, u32 end)
{
	return pc >= start && pc < end;
}

/*
 * Strays have no slices, and yet must run once: to hear of the death of a
 * callee, to finish a call whose caller died, or to take a device's notice.
 * They have a slice each between two rounds of the vector.
 */
static int
is_stray(u32 n)
{
	return gates[n].state == AE_ENV_LIVE && !gates[n].nslices &&
	       (envs[n].orphan || envs[n].died || envs[n].wake);
}

void
processor_look_for_strays(void)
{
	strays = 1;
}

static u32
find_stray(void)
{
	for (u32 i = 1; strays && i < MAXENV; i++) {
		u32 n = (last_stray + i - 1) % (MAXENV - 1) + 1;

		if (is_stray(n)) {
			last_stray = n;
			return n;
		}
	}
	strays = 0;
	return 0;
}

/* The owned slice that comes next in the vector, whoever forfeits it. */
static u32
following(void)
{
	if (slice_first == AE_NSLICE)
		return NO_SLICE;
	if (now == NO_SLICE)
		return slice_first;
	if (slices[now].owner)
		return slices[now].next;
	for (u32 s = now + 1; s < AE_NSLICE; s++)
		if (slices[s].owner)
			return s;
	return slice_first;
}

/*
 * The slice to run next: each tick in excess forfeits one.  When a whole
 * round is forfeited, the first of it comes after all.
 */
static u32
choose(void)
{
	u32 first = following(), s = first;

	if (first == NO_SLICE)
		return NO_SLICE;
	do {
		struct ae_gate *g = &gates[AE_NAME_NUMBER(slices[s].owner)];

		if (!g->excess)
			return s;
		g->excess--;
		slices[s].forfeited++;
		s = slices[s].next;
	} while (s != first);
	return first;
}

static void
begin(u32 s)
{
	u32 n = AE_NAME_NUMBER(slices[s].owner);

	now = info->running = s;
	now_owner = slices[s].owner;
	slices[s].started++;
	gates[n].slices++;
}

/*
 * Enter an environment as if its slice began, with all registers zero but
 * v0: the name of who yielded to it, or 0.
 */
noreturn void
processor_enter(u32 n, u32 from)
{
	struct env *e = &envs[n];
	struct entry to = { .pc = e->prologue, .v0 = from };

	env_claim_asid(n);
	if (e->init) {
		to.pc = e->init;
		to.v0 = 0;
		to.a0 = ((u32)info - KSEG0(0)) >> AE_PAGE_SHIFT;
		to.a1 = e->cap.lo;
		to.a2 = e->cap.hi;
		e->init = 0;
	} else if (e->died) {
		to.pc = gates[n].reply;
		to.v0 = AE_EDIED;
		e->died = 0;
	}
	to.status = env_status(n);
	e->wake = 0;
	if (!from)
		event(AE_EV_SLICE, AE_EV_START, n, to.pc, now, now_owner, 0);
	kcur = p_of_number(n);
	set_context(gates[n].name);
	if (!gates[n].yfast)
		env_refresh(n);
	check_enter();
	enter_fresh(&to);
}

static int
tick_is_pending(void)
{
	return machine->pending(get_cause()) & INTR_CLOCK;
}

static void
take_tick(void)
{
	machine->clock->ack(machine->clock_base);
	info->ticks++;
}

/*
 * What is due at every tick, whoever runs; bounded.  When there is something
 * to take by force and something to take back from the dead, they take turns.
 */
static void
tick_work(void)
{
	static int took;
	int reaped = took && env_reap_some();

	took = revoke_tick(!reaped);
	if (!reaped && !took)
		env_reap_some();
}

/*
 * A tick that is pending now ends the old slice, not the new one.  On the
 * chip it would be taken at the first user instruction; GXemul looks for
 * interrupts so rarely that one could wait for ever behind environments that
 * only yield.
 */
static void
take_pending_tick(int work)
{
	if (!tick_is_pending())
		return;
	take_tick();
	if (work)
		tick_work();
}

/* Nobody owns a slice: until a device's notice makes somebody a stray. */
static void
idle(void)
{
	static u32 said;

	if (!said++)
		kprintf("aegis: idle: nobody owns a slice\n");
	now = info->running = NO_SLICE;
	now_owner = 0;
	while (!strays && slice_first == AE_NSLICE) {
		take_pending_tick(1);
		env_reap_some();
		console_interrupt(0);
	}
}

/* Who has no slices to forfeit is forgiven a tick for each slice it ends. */
static void
forgive(u32 n)
{
	if (gates[n].excess && !gates[n].nslices)
		gates[n].excess--;
}

static noreturn void
next(int work)
{
	u32 before = now, stray = 0, s;

	forgive(current());
	take_pending_tick(work);
	over = processor_told = 0;
	while ((s = choose()) == NO_SLICE && !(stray = find_stray()))
		idle();
	if (s != NO_SLICE && s <= before && !stray_ran)
		stray = find_stray();
	stray_ran = stray != 0;
	if (stray) {
		now_owner = 0;
		processor_enter(stray, 0);
	}
	begin(s);
	processor_enter(transfer_leaf(AE_NAME_NUMBER(slices[s].owner)), 0);
}

/*
 * After the end of an environment.  That is work enough: what is due at a tick
 * that is pending waits for the next.
 */
noreturn void
processor_next(void)
{
	next(0);
}

/* Charge a tick beyond the end of a slice; too many end the environment. */
static int
exceeded(u32 n)
{
	if (++gates[n].excess <= AE_EXCESS_MAX)
		return 0;
	kprintf("aegis: environment %u ended: excess time\n", n);
	env_end(n, AE_EXIT_EXCESS);
	return 1;
}

/* Enter the epilogue, with a0-a2 and EPC in the interrupt save area. */
static void
tell(struct frame *f, u32 n)
{
	u32 *save = (u32 *)envs[n].intx;

	processor_told = n;
	over = gates[n].name;
	transfer_settle(n);
	env_own_context();
	save[AE_SAVE_A0 / 4] = f->reg[4];
	save[AE_SAVE_A1 / 4] = f->reg[5];
	save[AE_SAVE_A2 / 4] = f->reg[6];
	save[AE_SAVE_EPC / 4] = f->epc;
	f->reg[4] = f->epc;
	f->reg[5] = info->ticks;
	f->reg[6] = f->cause;
	f->epc = envs[n].epilogue;
	event(AE_EV_SLICE, AE_EV_END, n, f->epc, 0, 0, 0);
}

/* Does n run in its own slice, and is the next its own too? */
static int
goes_on(u32 n)
{
	u32 s = following();

	return now_owner == gates[n].name && s != NO_SLICE && !strays &&
	       slices[s].owner == now_owner && !gates[n].excess && !over;
}

/*
 * A tick that ends the turn of a stray is not its own wish to sleep: it may
 * have had no time for the notice that woke it.  One turn more a notice, so
 * that nobody gets the processor without slices.
 */
static void
stray_cut_short(u32 n)
{
	struct env *e = &envs[n];

	if (now_owner || n != last_stray || gates[n].nslices || !e->again)
		return;
	e->again = 0;
	e->wake = 1;
	processor_look_for_strays();
}

/*
 * Clock tick in environment n.  What resumes here resumes in user mode: an
 * EPC inside a restartable stub goes back to its beginning, for the stub
 * holds its return address in k1, which the kernel uses.
 *
 * A tick ends the slice: whoever runs is told, and is charged for every
 * tick after that.  In its critical range the tick is recorded instead, and
 * charged.  If the processor was handed on after the end, who was told and
 * did so is charged, and who has it is told: nobody keeps it by handing it
 * to and fro, and nobody pays for what others do with a slice of his.
 */
void
processor_tick(struct frame *f)
{
	u32 n = current(), charged = n, before = over;
	struct env *e = &envs[n];

	if (inside(f->epc, e->restart, e->restart_end))
		f->epc -= (f->epc - e->restart) & 31;
	if (goes_on(n)) {
		begin(following());
		event(AE_EV_SLICE, AE_EV_GOES_ON, n, f->epc, now, now_owner, 0);
		intr_post(n, AE_INT_TIME, info->ticks, 0, f);
		return;
	}
	stray_cut_short(n);
	if (processor_told != n) {
		if (inside(f->epc, e->critical, e->critical_end)) {
			((u32 *)e->intx)[AE_SAVE_PENDING / 4]++;
		} else {
			tell(f, n);
			if (!before)
				return;
			if (env_by_name(before) > 0)
				charged = AE_NAME_NUMBER(before);
		}
	}
	if (exceeded(charged) && charged == n)
		processor_next();
}

/* Will a charge end who runs, or who was told of the end of the slice? */
static int
at_the_limit(void)
{
	return gates[current()].excess >= AE_EXCESS_MAX ||
	       (over && gates[AE_NAME_NUMBER(over)].excess >= AE_EXCESS_MAX);
}

/*
 * Ending an environment is work enough for one tick.
 *
 * Ticks that came while the kernel worked are counted but charged to nobody.
 * The chip remembers one; GXemul all of them, and delivers them in a row, so
 * that no program could end its slice in between.
 */
void
interrupt(struct frame *f)
{
	event(AE_EV_INTERRUPT, 0, current(), f->epc, f->cause, 0, 0);
	range_interrupted();
	if (machine->pending(f->cause) & INTR_CLOCK) {
		take_tick();
		if (!at_the_limit())
			tick_work();
		processor_tick(f);
		while (tick_is_pending())
			take_tick();
	}
	console_interrupt(f);
}

#ifdef CLOSE_HOLE
/* One that waited when the kernel was about to be left (trap/vectors.S). */
void
interrupt_leaving(struct frame *f)
{
	f->epc = leave_pc;
	f->cause &= CAUSE_IP;
	interrupt(f);
}
#endif

/* An exception for which the environment gave no handler. */
void
unhandled(struct frame *f)
{
	u32 n = current(), exc = (f->cause & CAUSE_EXC) >> 2;

	event(AE_EV_EXCEPTION, exc, n, f->epc, f->badvaddr, f->cause, 0);
	kprintf("aegis: environment %u ended: exception %u at %08x, "
		"address %08x\n",
		n, exc, f->epc, f->badvaddr);
	env_end(n, AE_EXIT_FAULT + exc);
	processor_next();
}

/* The slice is over; the next in the vector is somebody's. */
noreturn s32
sys_yield_next(void)
{
	transfer_settle(current());
	next(1);
}

/*
 * Yield by name, when the fast path (trap/leaf.S) turned it away.  As there,
 * every register but v0 goes along, unless somebody else's slice code runs:
 * that of a callee which the one named waits for, or its first entry.
 */
void
frame_Yield(struct frame *f)
{
	u32 self = current(), leaf;
	s32 n = env_by_name(f->reg[4]);

	if (f->reg[4] == AE_NAME_SELF)
		sys_yield_next();
	if (n < 0) {
		f->reg[2] = n;
		f->epc += 4;
		return;
	}
	transfer_settle(self);
	processor_told = 0;
	leaf = transfer_leaf(n);
	if (leaf != (u32)n || envs[n].init || envs[n].died)
		processor_enter(leaf, gates[self].name);
	env_claim_asid(n);
	f->reg[2] = gates[self].name;
	f->epc = envs[n].prologue;
	f->status = env_status(n);
	kcur = p_of_number(n);
	set_context(gates[n].name);
	env_refresh(n);
}

#ifdef CHECKS

void
processor_check(void)
{
	must(now <= NO_SLICE && info->running == now, "slice that runs", now);
	must(processor_told < MAXENV, "who was told", processor_told);
	for (u32 n = 1; n < MAXENV; n++)
		must(strays || !is_stray(n), "strays are looked for", n);
}

#endif
