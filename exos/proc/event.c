/* SPDX-License-Identifier: MIT */
/* Reading the kernel's event ring. */
#include <exos/event.h>

#define ring ((const volatile struct ae_event *)EXOS_EVENTS)

/* A slice may end in the middle, and the record be overwritten meanwhile. */
s32
exos_event_read(u32 number, struct ae_event *to)
{
	const volatile struct ae_event *from = &ring[number % AE_NEVENT];

	if (!exos_has_events || !number || from->seq != number)
		return AE_EINVAL;
	*to = *from;
	return from->seq == number ? 0 : AE_EINVAL;
}
