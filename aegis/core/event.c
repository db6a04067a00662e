/* SPDX-License-Identifier: MIT */
/* The event ring, and writing it from C.  trap/event.S is the other half. */
#include "kernel.h"

#ifdef EVENTS

struct ae_event event_ring[AE_NEVENT] __attribute__((aligned(AE_PAGE_SIZE)));

_Static_assert(sizeof *event_ring == 1 << AE_EVENT_SHIFT, "record");

void
event(u32 kind, u32 code, u32 n, u32 pc, u32 a, u32 b, u32 c)
{
	struct ae_event *e = event_new();

	e->kind = kind;
	e->env = n;
	e->code = code;
	e->pc = pc;
	e->arg[0] = a;
	e->arg[1] = b;
	e->arg[2] = c;
}

#endif
