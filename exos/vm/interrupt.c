/* SPDX-License-Identifier: MIT */
/*
 * Interrupts and the kernel's notices: takes them out of the queue and calls
 * who asked for them.  Runs on the exception stack, in pinned pages.
 */
#include <exos/exos.h>

#include "private.h"

static exos_int_handler *on_interrupt[AE_NINT];

s32
exos_on_interrupt(u32 type, exos_int_handler *h)
{
	volatile u32 *mask = &exos_pin->iq.mask;

	if (type >= AE_NINT)
		return AE_EINVAL;
	on_interrupt[type] = h;
	if (h)
		*mask |= 1u << type;
	else
		*mask &= ~(1u << type);
	return 0;
}

/*
 * A handler may be interrupted by another; an entry is taken out before its
 * handler runs.  The kernel changes pending, head and mask between any two
 * instructions, so each change here is made in one store that it would not
 * contradict: pending is put right again until nothing came in between.
 */
void
exos_interrupts(void)
{
	volatile struct ae_intq *q = &exos_pin->iq;

	while (q->tail != q->head) {
		u32 at = q->tail % AE_NINTQ;
		struct ae_int i = exos_pin->iq.entry[at];

		q->tail++;
		do
			q->pending = q->head - q->tail;
		while (q->pending != q->head - q->tail);
		if (i.type < AE_NINT && on_interrupt[i.type]) {
			on_interrupt[i.type](&i);
			q->mask |= 1u << i.type;
		}
	}
}
