/* SPDX-License-Identifier: MIT */
/*
 * Taking notices out of the kernel's queue.  Handlers of notices interrupt
 * each other, so who looks for one must also take it out before another can
 * look.
 */
#include "../private.h"

/*
 * The kernel changes pending and head between any two instructions, here as
 * well, so each change is made in one store that it would not contradict:
 * pending is put right again until nothing came in between.
 */
s32
exos_queue_take(struct ae_int *i)
{
	volatile struct ae_intq *q = &exos_pin->iq;

	if (q->tail == q->head)
		return 0;
	*i = exos_pin->iq.entry[q->tail % AE_NINTQ];
	q->tail++;
	do
		q->pending = q->head - q->tail;
	while (q->pending != q->head - q->tail);
	return 1;
}
