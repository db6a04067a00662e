/* SPDX-License-Identifier: MIT */
/*
 * The processor: one slice of 15.625 ms an environment, in rotation, with
 * start-of-slice and end-of-slice upcalls (SOSP'95 5.1.1).  The application
 * saves and restores its own registers.
 */
#include "kernel.h"

#define EXCESS_MAX 16 /* ticks past its slices before it is ended */

static u32 slot;  /* whose slice this is */
static u32 ended; /* ticks that have passed since it began */
static u32 told;  /* who was last told that it ends; 0: nobody */

/* A server without slices has some when nobody else's will run it again:
 * its caller died, or its callee. */
static int
runnable(u32 n)
{
	if (gates[n].state != AE_ENV_LIVE)
		return 0;
	return !(gates[n].flags & AE_ENV_NOSLICE) || envs[n].orphan ||
	       envs[n].died;
}

/* Whose slice comes after n's; each tick in excess forfeits one. */
static u32
successor(u32 n)
{
	u32 last = MAXENV * (EXCESS_MAX + 2);

	for (u32 i = 0; i < last; i++) {
		n = n % (MAXENV - 1) + 1;
		if (!runnable(n))
			continue;
		if (!gates[n].excess)
			return n;
		gates[n].excess--;
	}
	panic("no environment to run");
}

/* Is every slice n's own? */
static int
alone(u32 n)
{
	for (u32 i = 1; i < MAXENV; i++)
		if (i != n && runnable(i))
			return 0;
	return 1;
}

/* Enter an environment as if its slice began, all registers zero. */
noreturn void
slice_enter(u32 n)
{
	struct env *e = &envs[n];
	struct frame *f = &kframe;

	env_claim_asid(n);
	memset(f, 0, sizeof *f);
	f->status = env_status(n);
	if (e->init) {
		f->epc = e->init;
		f->reg[4] = ((u32)info - KSEG0(0)) >> AE_PAGE_SHIFT;
		f->reg[5] = e->cap.lo;
		f->reg[6] = e->cap.hi;
		e->init = 0;
	} else if (e->died) {
		f->epc = gates[n].reply;
		f->reg[2] = AE_EDIED;
		e->died = 0;
	} else {
		f->epc = e->prologue;
	}
	kcur = p_of_number(n);
	set_context(gates[n].name);
	frame_return();
}

/*
 * A tick that is pending now ends the old slice, not the new one.  On the
 * chip it would be taken at the first user instruction; GXemul looks for
 * interrupts so rarely that one could wait for ever behind environments that
 * only yield.
 */
static void
take_pending_tick(void)
{
	if (!(get_cause() & machine->clock_ip))
		return;
	machine->clock->ack(machine->clock_base);
	info->ticks++;
}

noreturn void
slice_next(u32 after)
{
	take_pending_tick();
	slot = successor(after);
	ended = 0;
	told = 0;
	gates[slot].slices++;
	slice_enter(transfer_leaf(slot));
}

static int
inside(u32 pc, u32 start, u32 end)
{
	return pc >= start && pc < end;
}

/* Charge a tick beyond the end of a slice; too many end the environment. */
static int
exceeded(u32 n)
{
	if (gates[n].state != AE_ENV_LIVE || ++gates[n].excess <= EXCESS_MAX)
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

	told = n;
	transfer_settle(n);
	set_context(gates[n].name); /* CIDswitch ends here */
	save[AE_SAVE_A0 / 4] = f->reg[4];
	save[AE_SAVE_A1 / 4] = f->reg[5];
	save[AE_SAVE_A2 / 4] = f->reg[6];
	save[AE_SAVE_EPC / 4] = f->epc;
	f->reg[4] = f->epc;
	f->reg[5] = info->ticks;
	f->reg[6] = f->cause;
	f->epc = envs[n].epilogue;
}

/*
 * Clock tick in environment n.  What resumes here resumes in user mode: an
 * EPC inside a restartable stub goes back to its beginning, for the stub
 * holds its return address in k1, which the kernel uses.
 *
 * A tick ends the slice: whoever runs is told, and is charged for every
 * tick after that.  In its critical range the tick is recorded instead, and
 * charged.  If the processor was handed on after the end, the slice's owner
 * is charged: environments cannot keep it by handing it to and fro.
 */
void
slice_tick(struct frame *f)
{
	u32 n = current(), charged = n;
	struct env *e = &envs[n];

	info->ticks++;
	if (inside(f->epc, e->restart, e->restart_end))
		f->epc -= (f->epc - e->restart) & 31;
	if (n == slot && alone(n))
		return; /* the next slice is its own */
	if (told != n) {
		if (inside(f->epc, e->critical, e->critical_end)) {
			((u32 *)e->intx)[AE_SAVE_PENDING / 4]++;
		} else {
			tell(f, n);
			if (!ended++)
				return;
			charged = slot;
		}
	}
	if (exceeded(charged) && charged == n)
		slice_next(slot);
}

void
interrupt(struct frame *f)
{
	if (f->cause & machine->clock_ip) {
		machine->clock->ack(machine->clock_base);
		slice_tick(f);
	}
}

/* An exception for which the environment gave no handler. */
void
unhandled(struct frame *f)
{
	u32 n = current(), exc = (f->cause & CAUSE_EXC) >> 2;

	kprintf("aegis: environment %u ended: exception %u at %08x, "
		"address %08x\n",
		n, exc, f->epc, f->badvaddr);
	env_end(n, AE_EXIT_FAULT + exc);
	slice_next(slot);
}

s32
sys_Yield(u32 name)
{
	s32 n = 0;

	if (name != AE_NAME_SELF) {
		n = env_by_name(name);
		if (n < 0)
			return n;
	}
	transfer_settle(current());
	if (!n)
		slice_next(slot);
	told = 0;
	slice_enter(transfer_leaf(n));
}
