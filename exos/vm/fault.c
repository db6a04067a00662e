/* SPDX-License-Identifier: MIT */
/*
 * Faults: what the assembly miss handler and the exception stub pass to C
 * (SOSP'95 6.2).  Runs on the exception stack and in pinned pages, so a
 * fault here is a fault of a handler the program registered.
 */
#include <exos/event.h>
#include <exos/exos.h>

#include "private.h"

static exos_handler *on_exception[AE_NCAUSE];

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
	u32 flags = r->flags & RG_SHARED ? PT_SHARED : 0;

	if (r->flags & RG_NOACCESS || (write && r->flags & RG_READONLY))
		return AE_EACCES;
	if (exos_lookup(va))
		return AE_EACCES; /* there, but protected */
	if (!(r->flags & RG_READONLY))
		flags |= write ? PT_EXOS_D : PT_WRITE;
	return exos_map_zero(va, flags);
}

/* A stack grows down to its guard. */
int
exos_fault_stack(struct exos_region *r, u32 va, int write)
{
	if (va - r->origin < EXOS_GUARD)
		return EXOS_FAULT_STACK;
	return exos_fault_zero(r, va, write);
}

/* An exposed extent, read-only: arg is its first page. */
int
exos_fault_exposed(struct exos_region *r, u32 va, int write)
{
	u32 page = r->arg + ((va - r->origin) >> AE_PAGE_SHIFT);

	if (write || exos_lookup(va))
		return AE_EACCES;
	return exos_map(va,
			page << AE_PAGE_SHIFT | AE_LO_V | PT_CAP(CAP_PUBLIC));
}

/*
 * A fault on memory.  What the table allows needs no more than its entry: a
 * weaker mapping was cached, a page is written for the first time, or it is
 * to be copied.  The rest is for a region to answer.
 */
static int
memory_fault(u32 va, u32 cause)
{
	int write = cause == AE_EXC_TLBS || cause == AE_EXC_MOD;
	u32 lo = exos_lookup(va);
	struct exos_region r;
	int e;

	if (lo & AE_LO_V && !write)
		return exos_bind(va, lo);
	if (lo & AE_LO_V && lo & PT_WRITE) {
		if (lo & PT_COW)
			return exos_cow_break(va, lo);
		lo = CRITICAL(exos_pt_change(va, ~AE_LO_D, PT_DIRTY));
		return exos_bind(va, lo);
	}
	if (CRITICAL(exos_regions_find(va, &r)))
		return AE_EACCES;
	e = r.fault(&r, va, write);
	/* A handler that came in between may have mapped it. */
	return e && !lo && exos_lookup(va) & AE_LO_V ? 0 : e;
}

static const char *
why(int error, u32 va)
{
	if (error == AE_EACCES && IS_TAKEN(exos_lookup(va)))
		return "memory that was taken away, exception";
	switch (error) {
	case AE_ENOMEM:
		return "out of memory, exception";
	case EXOS_FAULT_STACK:
		return "stack overflow, exception";
	default:
		return "exception";
	}
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
	/* What could not be bound was taken, and its notice may still wait. */
	if ((cause == AE_EXC_TLBL || cause == AE_EXC_TLBS) &&
	    error != AE_ENOMEM)
		exos_repossess(f->badvaddr);
	if (error == EXOS_FAULT_BUS) {
		cause = AE_EXC_DBE;
		f->cause = (f->cause & ~AE_CAUSE_MASK) | cause << 2;
	}
	if (on_exception[cause] && on_exception[cause](f) == 0)
		return;
	exos_die(why(error, f->badvaddr), cause, f->epc, f->badvaddr);
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
