/* SPDX-License-Identifier: MIT */
/*
 * The interrupt queue in an application's page: entries, masks, overflow,
 * the handler that is entered, and notices that wait (Engler's thesis).
 */
#include "../../include/check.h"
#include "../../include/raw.h"
#include "notices.h"

extern char runner[], handler[], parked[], children_end[];

#define ALL 0xff

static volatile struct ae_intq *queue;

static void
make(struct raw *r, u32 mask)
{
	raw_prepare(r, runner, children_end);
	r->desc.epilogue = raw_at(r, parked);
	r->desc.interrupt = raw_at(r, handler);
	r->desc.iq = RAW_IQ;
	queue = (volatile struct ae_intq *)((u32)r->mem + RAW_IQ);
	queue->mask = mask;
	raw_create(r);
}

static s32
ask(const struct raw *r, u32 want)
{
	return ae_revoke(r->name, 0, 0, AE_RES_PAGE, want, 1000);
}

/* Ticks between a child's own slices are TIME interrupts. */
static void
ticks(void)
{
	struct raw r;
	u32 handled, head;
	s32 s;

	make(&r, 1 << AE_INT_TIME);
	r.mem[W_REARM] = 1 << AE_INT_TIME;
	for (u32 i = 0; i < 3; i++)
		ae_slice_alloc(AE_SLICE_ANY, own_cap.lo, own_cap.hi, r.name, 0,
			       0);
	wait_ticks(40);
	do {
		handled = r.mem[W_HANDLED];
		head = queue->head;
	} while (handled != r.mem[W_HANDLED]); /* it did not run meanwhile */
	check(handled >= 20 && r.mem[W_ENDS] >= 5,
	      "four slices in a row: %lu ticks handled, %lu ends of slices",
	      (unsigned long)handled, (unsigned long)r.mem[W_ENDS]);
	check_is(r.mem[W_TYPE], AE_INT_TIME, "of type TIME");
	check(r.mem[W_ENTRY] >= RAW_VA + RAW_IQ &&
		      r.mem[W_ENTRY] < RAW_VA + RAW_IQ + sizeof *queue,
	      "a0 is the address of an entry");
	check_is(r.mem[W_LOST], 0, "no register is lost on the way");
	check_is(queue->pending, 0, "every one was taken out");
	check_is(head, handled, "head counts them");

	r.mem[W_REARM] = 0;
	wait_ticks(12);
	handled = r.mem[W_HANDLED];
	check_is(queue->mask, 0, "entering the handler masks the type");
	wait_ticks(20);
	check_is(r.mem[W_HANDLED], handled, "masked, it is not entered");
	check(queue->overflow[AE_INT_TIME] >= 10, "but counted: %u",
	      queue->overflow[AE_INT_TIME]);
	for (s = 1; s < AE_NSLICE; s++)
		if (exos_slices[s].owner == (u32)r.name)
			ae_slice_free(s, own_cap.lo, own_cap.hi);
	raw_free(&r);
}

/* Notices to a child that does not run wait in its queue. */
static void
waiting(void)
{
	struct raw r;
	u32 bad = 0;

	make(&r, ALL);
	ask(&r, 3);
	check(queue->pending == 1 && queue->head == 1, "a notice waits");
	check(queue->entry[0].type == AE_INT_REVOKE &&
		      queue->entry[0].arg[0] == AE_RES_PAGE &&
		      queue->entry[0].arg[1] == 3 && queue->entry[0].epc == 0,
	      "type and arguments are right, and there is no EPC");
	check_is(queue->mask, ALL, "the mask is as it was");
	for (u32 i = 1; i < AE_NINTQ + 5; i++)
		ask(&r, 100 + i);
	check_is(queue->pending, AE_NINTQ, "it holds 16");
	check_is(queue->overflow[AE_INT_REVOKE], 5, "5 more are counted");
	for (u32 i = 1; i < AE_NINTQ; i++)
		bad += queue->entry[i].arg[1] != 100 + i;
	check(!bad, "and overwrite none");
	queue->pending = 0;
	queue->mask = ALL & ~(1 << AE_INT_REVOKE);
	ask(&r, 1);
	check(!queue->pending && queue->overflow[AE_INT_REVOKE] == 6,
	      "a masked type is counted only");
	queue->overflow[AE_INT_REVOKE] = 0xffff;
	ask(&r, 1);
	check_is(queue->overflow[AE_INT_REVOKE], 0xffff, "up to 65535");
	raw_free(&r);
}

/* Whatever is in the queue, the kernel writes inside it. */
static void
hostile(void)
{
	static const u32 words[] = { 0xffffffff, 0x7fffffff, 0x80000000,
				     0xfffffff0, 17, 0xdeadbeef };
	u32 bad = 0, before[RAW_IQ / 4], touched = 0;
	struct raw r;

	make(&r, ALL);
	wait_ticks(2); /* it has run, and does not again until we are done */
	for (u32 i = 0; i < RAW_IQ / 4; i++)
		before[i] = r.mem[i];
	for (u32 i = 0; i < sizeof words / sizeof *words; i++) {
		queue->head = words[i];
		queue->tail = words[(i + 1) % 6];
		queue->pending = words[i] & 1 ? 0 : words[i];
		bad += ask(&r, 1) != 0;
	}
	for (u32 i = 0; i < RAW_IQ / 4; i++)
		touched += r.mem[i] != before[i];
	for (u32 i = (RAW_IQ + sizeof *queue) / 4; i < AE_PAGE_SIZE / 4; i++)
		touched += r.mem[i] != 0;
	check(!bad && !touched, "rubbish in head, tail and pending");
	raw_free(&r);
}

static u32 handled, arguments;

static void
on_revoke(const struct ae_int *i)
{
	handled++;
	arguments = i->arg[1];
}

/* An ExOS program hears at its next start of slice, also as a server. */
static void
exos(void)
{
	check_is(exos_on_interrupt(AE_NINT, on_revoke), AE_EINVAL,
		 "a type that is not there: EINVAL");
	check_is(exos_on_interrupt(AE_INT_REVOKE, on_revoke), 0,
		 "ExOS: a handler");
	ae_revoke(AE_NAME_SELF, 0, 0, AE_RES_PAGE, 42, 1000);
	ae_revoke(AE_NAME_SELF, 0, 0, AE_RES_PAGE, 43, 1000);
	check_is(handled, 0, "it waits");
	exos_yield(AE_NAME_SELF);
	check(handled == 2 && arguments == 43, "both are handled in order");
	exos_on_interrupt(AE_INT_REVOKE, 0);
	ae_revoke(AE_NAME_SELF, 0, 0, AE_RES_PAGE, 44, 1000);
	exos_yield(AE_NAME_SELF);
	check_is(handled, 2, "declined, it is not called");
	ae_revoke(AE_NAME_SELF, 0, 0, AE_RES_PAGE, 0, 0);
}

static void
on_tick(const struct ae_int *i)
{
	handled = i->type == AE_INT_TIME ? handled + 1 : 0x80000000;
}

static void
exos_ticks(void)
{
	u32 start = exos_info->ticks;

	handled = 0;
	exos_on_interrupt(AE_INT_TIME, on_tick);
	while (exos_info->ticks - start < 20)
		;
	exos_on_interrupt(AE_INT_TIME, 0);
	check(handled >= 19 && handled <= 21,
	      "alone, a program that spins hears each tick: %lu of 20",
	      (unsigned long)handled);
}

int
main(void)
{
	ticks();
	waiting();
	hostile();
	exos();
	exos_ticks();
	return check_plan();
}
