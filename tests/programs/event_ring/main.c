/* SPDX-License-Identifier: MIT */
/*
 * The event ring: what this program does is found in it, in order and with
 * results; nobody can write it; what is overwritten is noticed
 * (<aegis/event.h>).  The chip kernel keeps none and says so.
 */
#include "../../include/check.h"
#include "../../include/raw.h"
#include "../../include/regs.h"

#include <aegis/sysnum.h>
#include <aegis/transfer.h>
#include <exos/event.h>

extern char parked[], server[], children_end[];

#define VA 0x30000000 /* where pages are mapped */

#define self AE_NAME_NUMBER(exos_self)

/* ---- looking for events, from one to the next ---- */

static u32 at;		     /* number of the last event found */
static struct ae_event seen; /* that event */

static void
from_here(void)
{
	at = exos_events_made;
}

/* The next event of a kind and code about n; false if there is none. */
static int
find(u32 kind, u32 code, u32 n)
{
	u32 newest = exos_events_made;

	while (at < newest) {
		if (exos_event_read(++at, &seen))
			continue;
		if (seen.kind == kind && seen.code == code && seen.env == n)
			return 1;
	}
	seen = (struct ae_event){ 0 };
	return 0;
}

static int
find_call(u32 code)
{
	return find(AE_EV_CALL | AE_EV_RETURNED, code, self);
}

static int
args_are(u32 a, u32 b, u32 c)
{
	return seen.arg[0] == a && seen.arg[1] == b && seen.arg[2] == c;
}

/* ---- ---- */

/* Of what came before main, if nothing of it is overwritten yet. */
static void
start(void)
{
	const volatile struct ae_handlers *mine =
		&((const volatile struct ae_handlers *)EXOS_HANDLERS)[self];
	u32 init;

	check(exos_info->events.npages ==
			      AE_NEVENT * sizeof seen / AE_PAGE_SIZE &&
		      exos_events_made < AE_NEVENT,
	      "the ring is exposed, and holds all since the boot");
	check(find(AE_EV_ENV, AE_EV_MADE, self) && seen.arg[0] == exos_self,
	      "the first environment was made");
	check(find(AE_EV_SLICE, AE_EV_START, self) &&
		      seen.arg[0] == exos_info->running &&
		      seen.arg[1] == exos_self,
	      "then its slice started");
	init = seen.pc;
	check(find(AE_EV_SWITCH, 0, 0) && seen.after == self &&
		      seen.pc == init && seen.arg[0] == exos_self,
	      "then it ran, after the kernel");
	check(find(AE_EV_REFILL, AE_EXC_TLBL, self) && seen.pc == init &&
		      seen.arg[0] == init && seen.arg[1] & AE_LO_V,
	      "its first miss was answered by a guaranteed mapping");
	check(find_call(SYS_self) && seen.result == exos_self,
	      "it asked who it is, and was told");
	check(find(AE_EV_UPCALL, AE_EXC_TLBS, self) &&
		      seen.arg[2] == mine->pc[AE_EXC_TLBS] &&
		      (seen.arg[1] & AE_CAUSE_MASK) >> 2 == AE_EXC_TLBS,
	      "a miss went to its handler");
	check(find_call(SYS_TLBwr) && seen.result == 0 &&
		      seen.arg[1] & AE_LO_V && seen.arg[2] == 0,
	      "which bound the page; the capability is not shown");
	check(find(AE_EV_USER | AE_EV_RETURNED, SYS_event, self) &&
		      (seen.arg[0] == EXOS_EV_FAULT ||
		       find(AE_EV_USER | AE_EV_RETURNED, SYS_event, self)),
	      "ExOS tells of faults");
	while (seen.kind && seen.arg[0] != EXOS_EV_LOADED)
		find(AE_EV_USER | AE_EV_RETURNED, SYS_event, self);
	check(!memcmp(&seen.arg[1], "event_ri", 8), "and of the program");
}

static void
calls(void)
{
	u32 page = ae_Alloc(AE_PAGE_ANY, own_cap.lo, own_cap.hi, own_cap.lo,
			    own_cap.hi, 0, 0, 0);

	from_here();
	check_is(REGS_DO(SYSV_event, 11, 22, 33), 0, "event succeeds");
	check_is(regs_changed(), 0, "and changes no register");
	check(find(AE_EV_USER | AE_EV_RETURNED, SYS_event, self) &&
		      args_are(11, 22, 33) && seen.result == 0,
	      "its words are in the ring");
	check(exos_events_made - at < 64 && seen.after == self,
	      "with who made it, who went on, and its number");

	from_here();
	ae_Dealloc(page, ~own_cap.lo, own_cap.hi);
	ae_Dealloc(page, own_cap.lo, own_cap.hi);
	check(find_call(SYS_Dealloc) && (s32)seen.result == AE_EACCES &&
		      args_are(page, 0, 0),
	      "a call that failed, with its error and without capability");
	check(find_call(SYS_Dealloc) && seen.result == 0 &&
		      args_are(page, 0, 0),
	      "and one that did not");

	from_here();
	REGS_DO(63 * 4, 11, 22, 33);
	REGS_DO(SYSV_self, 11, 22, 33);
	REGS_DO(SYSV_TLBprotect, 0xa0000000, 22, 33);
	REGS_DO(AE_SCALL, 1, 22, 33);
	REGS_DO(AE_REPLY, 11, 22, 33);
	check(find_call(63) && (s32)seen.result == AE_ENOSYS &&
		      args_are(0, 0, 0),
	      "an unused number; what is no argument is not shown");
	check(find_call(SYS_self) && args_are(0, 0, 0),
	      "a leaf call without arguments");
	check(find_call(SYS_TLBprotect) && (s32)seen.result == AE_EINVAL &&
		      args_are(0xa0000000, 22, 0),
	      "a call that saves all registers");
	check(find_call(AE_EV_SCALL) && (s32)seen.result == AE_EENV &&
		      args_are(1, 0, 0),
	      "a Scall that was refused; the message is not shown");
	check(find_call(AE_EV_REPLY) && (s32)seen.result == AE_ENOREPLY &&
		      args_are(0, 0, 0),
	      "a Reply that was refused");
}

/* With the FPU a call comes in by a way of its own. */
static void
fpu(void)
{
	from_here();
	ae_FPUmod(1);
	ae_null();
	REGS_DO(AE_SCALL, 1, 22, 33);
	ae_FPUmod(0);
	check(find_call(SYS_FPUmod) && args_are(1, 0, 0) &&
		      find_call(SYS_null) && find_call(AE_EV_SCALL) &&
		      find_call(SYS_FPUmod) && args_are(0, 0, 0),
	      "calls of an environment that uses the FPU");
}

static void
exceptions(void)
{
	const volatile struct ae_handlers *mine =
		&((const volatile struct ae_handlers *)EXOS_HANDLERS)[self];

	from_here();
	probe_store(EXOS_INFO, 1);
	probe_load(3, 0);
	check(find(AE_EV_UPCALL, AE_EXC_MOD, self) &&
		      seen.arg[0] == EXOS_INFO &&
		      seen.arg[2] == mine->pc[AE_EXC_MOD] &&
		      *(const u32 *)seen.pc >> 26 == 0x2b,
	      "a store to a read-only page: where, what, and to whom");
	check(find(AE_EV_UPCALL, AE_EXC_ADEL, self) && seen.arg[0] == 3,
	      "then an unaligned load");
}

/* Another address whose binding goes to the STLB slot of VA. */
static u32
rival_address(void)
{
	u32 tag = exos_self >> 21 << 21, va = VA;

	do
		va += AE_PAGE_SIZE;
	while (AE_STLB_HASH(tag | va >> AE_PAGE_SHIFT << 2) !=
	       AE_STLB_HASH(tag | VA >> AE_PAGE_SHIFT << 2));
	return va;
}

/* Or the misses on its pages would be among what is looked for. */
static void
touch_ring(void)
{
	const volatile struct ae_event *ring = (void *)EXOS_EVENTS;

	for (u32 i = 0; i < AE_NEVENT; i += AE_PAGE_SIZE / sizeof *ring)
		(void)ring[i].seq;
}

static void
bindings(void)
{
	u32 rival = rival_address();
	u32 one = ae_Alloc(AE_PAGE_ANY, own_cap.lo, own_cap.hi, own_cap.lo,
			   own_cap.hi, 0, 0, 0);
	u32 two = ae_Alloc(AE_PAGE_ANY, own_cap.lo, own_cap.hi, own_cap.lo,
			   own_cap.hi, 0, 0, 0);

	touch_ring();
	from_here();
	ae_TLBwr(VA, LO(one, RW), own_cap.lo, own_cap.hi);
	ae_TLBwr(VA, LO(two, RW), own_cap.lo, own_cap.hi);
	check(find_call(SYS_TLBwr) && args_are(VA, LO(one, RW), 0) &&
		      find_call(SYS_TLBwr) && args_are(VA, LO(two, RW), 0),
	      "a binding, and another in its place");
	ae_TLBwr(rival, LO(one, RW), own_cap.lo, own_cap.hi);
	check(find_call(SYS_TLBwr) && args_are(rival, LO(one, RW), 0) &&
		      find(AE_EV_UNBIND, AE_EV_DISPLACED, self) &&
		      args_are(VA, rival, 0),
	      "a binding that displaces another address");
	ae_Dealloc(one, own_cap.lo, own_cap.hi);
	ae_Dealloc(two, own_cap.lo, own_cap.hi);
	check(find(AE_EV_UNBIND, AE_EV_PAGE, self) && args_are(one, 1, 0),
	      "bindings that end with a page");
	check(find(AE_EV_UNBIND, AE_EV_PAGE, self) && args_are(two, 0, 0),
	      "also those that only the TLB had");
}

static void
transfer(void)
{
	struct raw r;
	u32 n, m[3] = { 1, 2, 3 }, back;

	from_here();
	raw_prepare(&r, parked, children_end);
	r.desc.gate = raw_at(&r, server);
	r.desc.flags = AE_GATE_CALLS;
	raw_create(&r);
	n = AE_NAME_NUMBER((u32)r.name);
	check(find_call(SYS_env_create) && seen.result == (u32)r.name &&
		      find(AE_EV_ENV, AE_EV_MADE, n) &&
		      args_are(r.name, exos_self, 0),
	      "an environment is made, within its call");
	back = exos_scall(r.name, m);
	check(back == (u32)r.name && find(AE_EV_CALL, AE_EV_SCALL, self) &&
		      seen.after == n && args_are(r.name, 0, 0) &&
		      seen.result == 0,
	      "a Scall to it");
	check(find(AE_EV_SWITCH, 0, self) && seen.after == n &&
		      seen.pc == r.desc.gate && seen.arg[0] == (u32)r.name,
	      "it runs, from its gate on");
	check(find(AE_EV_CALL, AE_EV_REPLY, n) && seen.after == self,
	      "its Reply");
	check(find(AE_EV_SWITCH, 0, n) && seen.after == self &&
		      seen.arg[0] == exos_self,
	      "and we run again");
	raw_free(&r);
	check(find(AE_EV_ENV, AE_EV_ENDED, n) &&
		      args_are(r.name, AE_EXIT_KILLED, 0) &&
		      find(AE_EV_UNBIND, AE_EV_PINS, n) &&
		      find(AE_EV_UNBIND, AE_EV_SLOTS, n),
	      "it ends, and its mappings with it");
}

/* We own every slice: the next is ours too, and nothing is told. */
static void
alone(void)
{
	from_here();
	for (u32 t = exos_info->ticks; exos_info->ticks == t;)
		;
	check(find(AE_EV_INTERRUPT, 0, self) &&
		      find(AE_EV_SLICE, AE_EV_GOES_ON, self) &&
		      seen.arg[1] == exos_self && seen.pc,
	      "a slice goes over into the next of its owner's");
}

static void
slices(void)
{
	struct raw r;
	u32 n, epilogue;

	raw_prepare(&r, parked, children_end);
	raw_create(&r);
	n = AE_NAME_NUMBER((u32)r.name);
	from_here();
	while (!find(AE_EV_SLICE, AE_EV_END, self)) {
		from_here();
		for (volatile u32 i = 0; i < 4000; i++)
			;
	}
	epilogue = seen.pc;
	check(epilogue >= AE_PINNED_BASE, "the end of a slice is told");
	at -= 2;
	check(find(AE_EV_INTERRUPT, 0, self) && seen.arg[0] & 0xff00 &&
		      find(AE_EV_SLICE, AE_EV_END, self),
	      "after an interrupt");
	check(find(AE_EV_CALL, SYS_Yield, self) && seen.after == n &&
		      find(AE_EV_SLICE, AE_EV_START, n) &&
		      seen.arg[1] == (u32)r.name &&
		      find(AE_EV_SWITCH, 0, self) && seen.after == n,
	      "it yields, and the other's slice starts");
	check(find(AE_EV_CALL, SYS_Yield, n) && seen.after == self &&
		      find(AE_EV_SLICE, AE_EV_START, self) &&
		      find(AE_EV_SWITCH, 0, n) && seen.after == self,
	      "then ours");
	from_here();
	exos_yield(r.name);
	check(find(AE_EV_CALL, SYS_Yield, self) && args_are(r.name, 0, 0) &&
		      seen.after == n && find(AE_EV_SWITCH, 0, self) &&
		      seen.pc == r.desc.prologue,
	      "a Yield by name is a transfer");
	raw_free(&r);
}

#define NORDER 250 /* of the events so far */

static void
order(void)
{
	u32 newest = exos_events_made, bad = 0, read = 0, tick = 0;

	for (u32 n = newest - NORDER + 1; n <= newest; n++) {
		struct ae_event e;
		u32 kind;

		if (exos_event_read(n, &e))
			continue;
		read++;
		kind = e.kind & AE_EV_KIND;
		bad += e.tick < tick || e.tick > exos_info->ticks;
		bad += kind < AE_EV_SWITCH || kind > AE_EV_ENV;
		bad += (kind == AE_EV_CALL || kind == AE_EV_USER) && !e.after;
		tick = e.tick;
	}
	check(read == NORDER && !bad,
	      "all that can be seen is whole and in order");
}

static void
overwritten(void)
{
	u32 first, n;

	exos_event(1, 2, 3);
	first = exos_events_made;
	n = exos_event_read(first, &seen) == 0;
	for (u32 i = 0; i < AE_NEVENT - 400; i++)
		exos_event(i, 0, 0);
	check(n && exos_event_read(first, &seen) == 0 && args_are(1, 2, 3),
	      "an event is kept for a while");
	for (u32 i = 0; i < 400; i++)
		exos_event(i, 0, 0);
	check_is(exos_event_read(first, &seen), AE_EINVAL,
		 "then it is overwritten, and that is noticed");
	check(exos_event_read(0, &seen) == AE_EINVAL &&
		      exos_event_read(exos_events_made + 1, &seen) == AE_EINVAL,
	      "so is a number that was never given");
}

/* Whoever wants to write it, by whatever way. */
static void
hostile(void)
{
	u32 bad = 0, writes = 0;

	for (u32 i = 0; i < exos_info->events.npages; i++) {
		u32 page = exos_info->events.page + i;
		u32 va = EXOS_EVENTS + i * AE_PAGE_SIZE;

		page_under((const void *)va);
		writes += probe_store(va, 0xdeadbeef) == AE_EXC_MOD;
		bad += ae_TLBwr(VA, LO(page, RW), 0, 0) != AE_EACCES;
		bad += ae_TLBunprotect(va, 1, 0, 0) != AE_EACCES;
		bad += ae_random(page, 0, 32, 0, 0) != AE_EACCES;
		bad += ae_cons_read(page, 0, 32, 0, 0) != AE_EACCES;
		bad += ae_tlbread(page, 0, 32, 0, 0) != AE_EACCES;
		bad += ae_Alloc(page, 0, 0, 0, 0, 0, 0, 0) != AE_EPAGE;
		bad += ae_Dealloc(page, 0, 0) != AE_EACCES;
		bad += ae_chcap(page, 0, 0, 0, 0, 0, 0) != AE_EACCES;
	}
	check_is(writes, exos_info->events.npages, "a store raises Mod");
	check_is(bad, 0, "and no call writes there, or takes the pages");
}

int
main(void)
{
	printf("# begin\n");
	if (!(exos_info->build & AE_BUILD_EVENTS)) {
		check_is(ae_event(1, 2, 3), AE_ENOSYS,
			 "a kernel without the ring has no such call");
		check(exos_info->events.npages == 0 && exos_events_made == 0,
		      "and exposes none");
		check_is(exos_event_read(1, &seen), AE_EINVAL,
			 "there is nothing to read");
		return check_plan();
	}
	start();
	calls();
	fpu();
	exceptions();
	bindings();
	transfer();
	alone();
	slices();
	order();
	overwritten();
	hostile();
	return check_plan();
}
