/* SPDX-License-Identifier: MIT */
/*
 * The interrupt queue in an application's page: entries, masks, overflow,
 * the handler that is entered, and notices that wait (Engler's thesis).
 */
#include "../../include/check.h"
#include "../../include/raw.h"
#include "notices.h"

extern char runner[], handler[], listener[], hears[], ended[], parked[],
	children_end[];

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

#define ROW 20 /* slices; the last notice comes in the tenth */

/*
 * Who runs for many slices on end and never yields hears of a revocation: the
 * slice ends and the next starts.
 */
static void
alone(void)
{
	static const u32 types[] = { AE_INT_REVOKE, AE_INT_IMPERATIVE,
				     AE_INT_REPO };
	struct raw r;
	u32 start;

	raw_prepare(&r, listener, children_end);
	r.desc.prologue = raw_at(&r, hears);
	r.desc.epilogue = raw_at(&r, ended);
	r.desc.iq = RAW_IQ;
	r.desc.flags |= RAW_NOSLICE;
	queue = (volatile struct ae_intq *)((u32)r.mem + RAW_IQ);
	queue->mask = ALL & ~(1 << AE_INT_TIME);
	raw_create(&r);
	for (u32 i = 0; i < AE_MIN_PAGES + ASKED; i++)
		ae_Alloc(AE_PAGE_ANY, 1, 2, 1, 2, r.name, 0, 0);
	wait_ticks(1); /* it does not run before it has all slices */
	for (u32 i = 1; i <= ROW; i++)
		ae_slice_alloc(i, 1, 2, r.name, 0, 0);
	start = exos_info->ticks;
	exos_yield(AE_NAME_SELF);
	check(exos_info->ticks - start >= ROW,
	      "a child spins for %d slices on end", ROW);
	check_is(queue->head, 3, "three notices came");
	for (u32 i = 0; i < 3; i++) {
		u32 heard = r.mem[W_HEARD + types[i]];

		check(queue->entry[i].type == types[i] &&
			      heard - queue->entry[i].ticks <= 1,
		      "of type %lu in tick %lu, which it heard in %lu",
		      (unsigned long)queue->entry[i].type,
		      (unsigned long)(queue->entry[i].ticks - start),
		      (unsigned long)(heard - start));
	}
	check_is(r.mem[W_ENDS], 4, "slices ended for these, and the last");
	raw_free(&r);
}

/* A notice is not lost with the last slice. */
static void
given_away(void)
{
	struct raw r;

	raw_prepare(&r, listener, children_end);
	r.desc.init = r.desc.prologue = raw_at(&r, hears);
	r.desc.epilogue = raw_at(&r, parked);
	r.desc.iq = RAW_IQ;
	r.desc.flags |= RAW_NOSLICE;
	queue = (volatile struct ae_intq *)((u32)r.mem + RAW_IQ);
	queue->mask = ALL;
	raw_create(&r);
	wait_ticks(1); /* it does not run while it has a slice */
	ae_slice_alloc(1, 1, 2, r.name, 0, 0);
	ask(&r, 3);
	ae_slice_free(1, 1, 2);
	check(queue->pending == 1 && !raw_gate(&r)->nslices,
	      "a notice waits, and its owner has no slice left");
	wait_ticks(4);
	check(!queue->pending && r.mem[W_TURNS],
	      "it has one all the same, to hear of it");
	raw_free(&r);
}

/* Whatever is in the queue, the kernel writes inside it. */
static void
hostile(void)
{
	static const u32 words[] = { 0xffffffff, 0x7fffffff, 0x80000000,
				     0xfffffff0, 17,	     0xdeadbeef };
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

/* ---- notices console: what tests/console types at ---- */

#define MASKED 3 /* bytes typed */
#define RUNS   14
#define FULL   3
#define TYPED  (MASKED + RUNS + FULL)

static u32 typed;

/* Ask for a byte, and wait until the kernel has a notice of it. */
static void
have_typed(void)
{
	u32 before = queue->head + queue->overflow[AE_INT_CONSOLE];

	printf("byte %lu\n", (unsigned long)++typed);
	fflush(stdout);
	while (queue->head + queue->overflow[AE_INT_CONSOLE] == before)
		pause_slice();
}

/* It runs, most of the time, when the byte comes: it is entered. */
static u32
entered(const struct raw *r)
{
	u32 count = r->mem[W_HANDLED], at = queue->head % AE_NINTQ;
	const volatile struct ae_int *i = &queue->entry[at];

	have_typed();
	check(i->type == AE_INT_CONSOLE && i->arg[0] == typed,
	      "a notice: %lu bytes wait", (unsigned long)i->arg[0]);
	if (r->mem[W_HANDLED] == count) {
		queue->pending = 0; /* it came while we ran, and waits */
		return 0;
	}
	check(r->mem[W_TYPE] == AE_INT_CONSOLE &&
		      r->mem[W_ENTRY] ==
			      RAW_VA + RAW_IQ +
				      offsetof(struct ae_intq, entry[at]) &&
		      i->epc >= RAW_VA + RAW_CODE,
	      "the handler is entered with it");
	return 1;
}

static int
console(void)
{
	static char buffer[64] __attribute__((aligned(64)));
	const u32 type = 1 << AE_INT_CONSOLE;
	u32 ran = 0, bad = 0;
	struct raw r;
	s32 n;

	make(&r, 0);
	for (u32 i = 2; i < 20; i++)
		ae_slice_alloc(i, 1, 2, r.name, 0, 0);
	check_is(ae_cons_give(r.name), 0, "a child gets the console");
	for (u32 i = 0; i < MASKED; i++)
		have_typed();
	check(queue->overflow[AE_INT_CONSOLE] == MASKED && !queue->head,
	      "masked, notices are counted only");
	queue->mask = r.mem[W_REARM] = type;
	for (u32 i = 0; i < RUNS; i++)
		ran += entered(&r);
	check(ran >= RUNS / 2, "%lu of %u came while it ran",
	      (unsigned long)ran, RUNS);
	check_is(r.mem[W_LOST], 0, "no register is lost on the way");
	queue->mask = ALL & ~(1 << AE_INT_TIME);
	for (u32 i = 0; i < AE_NINTQ; i++)
		ask(&r, 1);
	check_is(queue->pending, AE_NINTQ, "its queue is full");
	ran = r.mem[W_HANDLED];
	for (u32 i = 0; i < FULL; i++)
		have_typed();
	check(queue->overflow[AE_INT_CONSOLE] == MASKED + FULL &&
		      r.mem[W_HANDLED] == ran,
	      "then too they are counted only");
	raw_free(&r);
	n = ae_cons_read(page_under(buffer), (u32)buffer & (AE_PAGE_SIZE - 1),
			 sizeof buffer, own_cap.lo, own_cap.hi);
	check_is(n, TYPED, "when it has ended we read all that was typed");
	for (s32 i = 0; i < n; i++)
		bad += buffer[i] != 'a' + i;
	check_is(bad, 0, "in order");
	return check_failed != 0;
}

int
main(int argc, char **argv)
{
	if (check_part(argc, argv, "console"))
		return console();
	ticks();
	waiting();
	alone();
	given_away();
	hostile();
	exos();
	exos_ticks();
	return check_plan();
}
