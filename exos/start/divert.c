/* SPDX-License-Identifier: MIT */
/*
 * Turning preempted code aside: instead of going on, it calls a function on
 * its own stack, as if by itself, and then goes on (SOSP'95 5.1.1: start of
 * slice as an upcall; Anderson et al. 1991, scheduler activations).
 *
 * What was interrupted is pushed as a struct exos_frame; the trampoline
 * exos_diverted (pin.S) calls, and leaves by the exit of exceptions.  Code on
 * a pinned stack (handlers, gates) is left alone: those return soon, and the
 * stacks are not its own.
 */
#include <exos/exos.h>

#define PINNED_TEXT __attribute__((section(".pin.text")))

extern char exos_diverted[];
void exos_divert_context(void);

PINNED_TEXT void
exos_divert(struct exos_frame *f)
{
	struct exos_frame *g = (struct exos_frame *)(f->sp - sizeof *g);

	if (f->sp >= AE_PINNED_BASE || !exos_pin->preempt)
		return;
	*g = *f;
	f->sp = (u32)g;
	f->t9 = exos_pin->preempt;
	f->epc = (u32)exos_diverted;
}

/* The same for the newest context, before a start of slice takes it up. */
PINNED_TEXT void
exos_divert_context(void)
{
	u32 *c = exos_pin->ctx[exos_pin->depth / CTX_BYTES - 1];
	struct exos_frame *g = (struct exos_frame *)(c[29] - sizeof *g);

	g->at = c[1];
	g->v0 = c[2];
	g->v1 = c[3];
	g->a0 = c[4];
	g->a1 = c[5];
	g->a2 = c[6];
	g->a3 = c[7];
	for (u32 i = 0; i < 8; i++)
		g->t[i] = c[8 + i];
	g->t8 = c[24];
	g->t9 = c[25];
	g->sp = c[29];
	g->ra = c[31];
	g->hi = c[CTX_HI / 4];
	g->lo = c[CTX_LO / 4];
	g->epc = c[CTX_EPC / 4];
	g->badvaddr = g->cause = 0;
	c[29] = (u32)g;
	c[25] = exos_pin->preempt;
	c[CTX_EPC / 4] = (u32)exos_diverted;
}
