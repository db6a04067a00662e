/* SPDX-License-Identifier: MIT */
/*
 * The kernel's event ring for programs: adding to it and reading it
 * (<aegis/event.h>; docs/events.md).
 */
#ifndef EXOS_EVENT_H
#define EXOS_EVENT_H

#include <exos/exos.h>

/*
 * First words of ExOS's own events; programs use any that begin otherwise.
 *
 * LOADED	this environment now runs a program: the first eight
 *		characters of its name
 * FAULT	ExOS answered a fault, by a region as a rule: address, Cause
 */
#define EXOS_EV_LOADED 0x45780001
#define EXOS_EV_FAULT  0x45780002

extern u32 exos_has_events; /* does this kernel keep the ring? */

/* Append three words; in a kernel without the ring nothing happens. */
static inline void
exos_event(u32 what, u32 a, u32 b)
{
	if (exos_has_events)
		ae_event(what, a, b);
}

/* Number of the newest event: ... */
#define exos_events_made (exos_info->events_made)
/* ... and a copy of one that is still there: 0, or AE_EINVAL. */
s32 exos_event_read(u32 number, struct ae_event *to);

#endif
