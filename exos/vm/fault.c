/* SPDX-License-Identifier: MIT */
/*
 * Faults: what the assembly miss handler and the exception stub pass to C
 * (SOSP'95 6.2).  Runs on the exception stack and in pinned pages, so a
 * fault here is a fault of a handler the program registered.
 */
#include <exos/event.h>
#include <exos/exos.h>

#include "private.h"

#define NREGION 24

static struct exos_region regions[NREGION];
static u32 nregions; /* the first ones are in use */
static exos_handler *on_exception[AE_NCAUSE];

s32
exos_region_add(const struct exos_region *r)
{
	if (r->start > r->end || !r->fault)
		return AE_EINVAL;
	if (nregions == NREGION)
		return AE_ENOMEM;
	regions[nregions++] = *r;
	return 0;
}

struct exos_region *
exos_region_at(u32 start)
{
	for (u32 i = 0; i < nregions; i++)
		if (regions[i].start == start)
			return &regions[i];
	return 0;
}

s32
exos_region_remove(u32 start)
{
	struct exos_region *r = exos_region_at(start);

	if (!r)
		return AE_EINVAL;
	*r = regions[--nregions];
	return 0;
}

exos_handler *
exos_on_exception(u32 cause, exos_handler *h)
{
	exos_handler *old = 0;

	if (cause < AE_NCAUSE) {
		old = on_exception[cause];
		on_exception[cause] = h;
	}
	return old;
}

/* Demand zero: the kernel zeroes every page it hands out. */
int
exos_fault_zero(struct exos_region *r, u32 va, int write)
{
	s32 page;

	(void)r;
	(void)write;
	if (exos_lookup(va))
		return AE_EACCES; /* there, but protected */
	page = exos_alloc();
	if (page < 0)
		return page;
	return exos_map(va, (u32)page << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D |
				    PT_CAP(CAP_OWN) | PT_OWNED);
}

/* An exposed extent, read-only: arg is its first page. */
int
exos_fault_exposed(struct exos_region *r, u32 va, int write)
{
	u32 page = r->arg + ((va - r->start) >> AE_PAGE_SHIFT);

	if (write || exos_lookup(va))
		return AE_EACCES;
	return exos_map(va,
			page << AE_PAGE_SHIFT | AE_LO_V | PT_CAP(CAP_PUBLIC));
}

/* A fault on memory: present and allowed, or for a region to answer. */
static int
memory_fault(u32 va, u32 cause)
{
	int write = cause == AE_EXC_TLBS || cause == AE_EXC_MOD;
	u32 lo = exos_lookup(va);

	/* A weaker mapping was cached, or the page is no longer ours. */
	if (lo & AE_LO_V && (!write || lo & AE_LO_D)) {
		struct ae_cap *c = &exos_pin->caps[PT_CAP_OF(lo)];

		return ae_TLBwr(va, lo & ~AE_LO_SOFT, c->lo, c->hi);
	}
	for (u32 i = 0; i < nregions; i++) {
		struct exos_region *r = &regions[i];

		if (va >= r->start && va < r->end)
			return r->fault(r, va, write);
	}
	return AE_EACCES;
}

/* Out of line, so that other exceptions do not pay for it. */
static __attribute__((noinline)) void
tell_answered(const struct exos_frame *f)
{
	exos_event(EXOS_EV_FAULT, f->badvaddr, f->cause);
}

void
exos_fault(struct exos_frame *f)
{
	u32 cause = (f->cause & AE_CAUSE_MASK) >> 2;
	int error = AE_EACCES;

	if (cause == AE_EXC_INT) {
		exos_interrupts();
		if (f->badvaddr == PIN_NOTICED)
			exos_pin->noticed = 0;
		exos_divert(f); /* a tick may be a thread's end of turn */
		return;
	}
	if (cause >= AE_EXC_MOD && cause <= AE_EXC_TLBS)
		error = memory_fault(f->badvaddr, cause);
	if (error == 0) {
		tell_answered(f);
		return;
	}
	if (on_exception[cause] && on_exception[cause](f) == 0)
		return;
	exos_die(error == AE_ENOMEM ? "out of memory, exception" : "exception",
		 cause, f->epc, f->badvaddr);
}

void
exos_estack_overflow(u32 epc)
{
	exos_die("exception stack full, cause", 0, epc, 0);
}

void
exos_ctx_overflow(u32 epc)
{
	exos_die("too many contexts, cause", 0, epc, 0);
}
