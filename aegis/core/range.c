/* SPDX-License-Identifier: MIT */
/*
 * The range calls: change many pages of an address space at once in STLB and
 * TLB (Engler's thesis, "Aegis' Interface").  A short range is done by pages,
 * a long one by slots of the STLB, some at a time: the call then returns to
 * its own syscall instruction, so that interrupts come in between.
 *
 * After an interrupt it begins anew, since others may have run; there is time
 * for all of it between two ticks.
 */
#include "kernel.h"
#include <aegis/sysnum.h>

/* A range longer than this is done by slots, so the STLB bounds the work. */
#define SHORT_RANGE (AE_STLB_ENTRIES / 4)
/* Of more pages than this the TLB is emptied, as that takes less time. */
#define FEW_PAGES   (AE_TLB_ENTRIES / 2)
/* Pages whose numbers agree in the bits above these are a run (range.S). */
#define RUN_PAGES   512

#define STEPS (AE_STLB_ENTRIES / STLB_STEP)

/* Bits of the data of each bound page that are cleared and set. */
struct change {
	u32 call;	/* what v0 holds when it is made */
	u32 clear, set; /* clear AE_LO_V: the binding is removed */
};

static u32
tag_of(u32 va)
{
	return (get_context() >> 21) << 21 | va >> AE_PAGE_SHIFT << 2;
}

static int
bad_range(u32 va, u32 n)
{
	return va >= KSEG0(0) || n > (KSEG0(0) - va) >> AE_PAGE_SHIFT;
}

/* ---- short: by pages ---- */

/* The part of a range before the next run. */
static u32
run_of(u32 va, u32 n)
{
	u32 left = RUN_PAGES - (va >> AE_PAGE_SHIFT) % RUN_PAGES;

	return n < left ? n : left;
}

static void
drop_range(u32 va, u32 n)
{
	if (n > FEW_PAGES) {
		tlb_flush();
		return;
	}
	for (; n; n--, va += AE_PAGE_SIZE)
		tlb_drop(stlb_hi_of_tag(tag_of(va)));
}

static void
change_pages(u32 va, u32 n, const struct change *c)
{
	for (u32 at = va, left = n, k; left;
	     left -= k, at += k << AE_PAGE_SHIFT) {
		k = run_of(at, left);
		if (c->clear == AE_LO_V)
			stlb_clear_run(tag_of(at), k);
		else if (c->set)
			stlb_set_run(tag_of(at), k, c->set);
		else
			stlb_keep_run(tag_of(at), k, ~c->clear);
	}
	drop_range(va, n);
}

/* Is every bound page covered by one write capability? */
static s32
check_pages(u32 va, u32 n, u32 lo, u32 hi)
{
	for (u32 k; n; n -= k, va += k << AE_PAGE_SHIFT) {
		k = run_of(va, n);
		if (stlb_check_run(tag_of(va), k, lo, hi))
			return AE_EACCES;
	}
	return 0;
}

static s32
short_range(struct frame *f, const struct change *c)
{
	u32 va = f->reg[4], n = f->reg[5];
	s32 e = c->set ? check_pages(va, n, f->reg[6], f->reg[7]) : 0;

	if (!e)
		change_pages(va, n, c);
	return e;
}

/* ---- long: by slots ---- */

/* How far the long range is that was begun last. */
static struct {
	u32 call, tag, n;
	u32 step; /* the next */
} begun;

void
range_interrupted(void)
{
	begun.step = 0;
}

/* The slots of a step, and what is to be done in them. */
struct job {
	const struct page_caps *caps;
	u32 *tag, *end;
	u32 first, span; /* tags of the range */
	u32 lo, hi;	 /* the capability */
};

/* Does the capability not cover the page of a slot?  Constant time. */
static inline u32
uncovered(const struct job *j, const u32 *tag)
{
	u32 page = tag[-AE_STLB_ENTRIES] >> AE_PAGE_SHIFT;
	const struct ae_cap *c = &j->caps[page].write;

	return (c->lo ^ j->lo) | (c->hi ^ j->hi);
}

static s32
check_slots(struct job j)
{
	u32 bad = 0;

	for (; j.tag != j.end; j.tag++)
		if (*j.tag - j.first <= j.span)
			bad |= uncovered(&j, j.tag);
	return bad ? AE_EACCES : 0;
}

/* Checks again: what was bound since stays as it is. */
static void
set_slots(struct job j)
{
	for (; j.tag != j.end; j.tag++)
		if (*j.tag - j.first <= j.span && !uncovered(&j, j.tag))
			j.tag[-AE_STLB_ENTRIES] |= AE_LO_D;
}

static void
keep_slots(struct job j)
{
	for (; j.tag != j.end; j.tag++)
		if (*j.tag - j.first <= j.span)
			j.tag[-AE_STLB_ENTRIES] &= ~AE_LO_D;
}

static void
clear_slots(struct job j)
{
	for (; j.tag != j.end; j.tag++)
		if (*j.tag - j.first <= j.span)
			stlb_remove(j.tag - stlb_tags);
}

/* A step; if it is not the last, the call is made again. */
static s32
long_range(struct frame *f, const struct change *c)
{
	u32 tag = tag_of(f->reg[4]), n = f->reg[5];
	u32 step = 0, checks = c->set ? STEPS : 0;
	struct job job = {
		.caps = page_caps,
		.first = tag,
		.span = (n - 1) << 2,
		.lo = f->reg[6],
		.hi = f->reg[7],
	};
	s32 e = 0;

	if (begun.call == c->call && begun.tag == tag && begun.n == n)
		step = begun.step;
	job.tag = stlb_tags + step % STEPS * STLB_STEP;
	job.end = job.tag + STLB_STEP;
	if (step < checks)
		e = check_slots(job);
	else if (c->set)
		set_slots(job);
	else if (c->clear == AE_LO_D)
		keep_slots(job);
	else
		clear_slots(job);
	if (step >= checks)
		tlb_flush();
	begun.step = 0;
	if (e || ++step == checks + STEPS)
		return e;
	begun.call = c->call;
	begun.tag = tag;
	begun.n = n;
	begun.step = step;
	f->epc -= 4;
	return c->call;
}

/* The three calls keep every register but v0. */
static void
range_call(struct frame *f, const struct change *c)
{
	u32 va = f->reg[4], n = f->reg[5];

	f->epc += 4;
	if (bad_range(va, n))
		f->reg[2] = AE_EINVAL;
	else if (!n)
		f->reg[2] = 0;
	else if (n <= SHORT_RANGE)
		f->reg[2] = short_range(f, c);
	else
		f->reg[2] = long_range(f, c);
}

void
frame_TLBprotect(struct frame *f)
{
	range_call(f, &(struct change){ SYSV_TLBprotect, AE_LO_D, 0 });
}

void
frame_TLBdelete(struct frame *f)
{
	range_call(f, &(struct change){ SYSV_TLBdelete, AE_LO_V, 0 });
}

void
frame_TLBunprotect(struct frame *f)
{
	range_call(f, &(struct change){ SYSV_TLBunprotect, 0, AE_LO_D });
}
