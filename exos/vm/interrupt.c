/* SPDX-License-Identifier: MIT */
/*
 * Interrupts and the kernel's notices: takes them out of the queue and calls
 * who asked for them.  Runs on the exception stack, in pinned pages.
 */
#include <exos/exos.h>

#include "private.h"

static exos_int_handler *on_interrupt[AE_NINT] = {
	[AE_INT_REVOKE] = exos_revoked,
	[AE_INT_IMPERATIVE] = exos_revoked,
	[AE_INT_REPO] = exos_repossessed,
};

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

/* A handler may be interrupted by another; its entry is out of the queue. */
void
exos_interrupts(void)
{
	struct ae_int i;

	while (CRITICAL(exos_queue_take(&i))) {
		if (i.type >= AE_NINT || !on_interrupt[i.type])
			continue;
		on_interrupt[i.type](&i);
		*(volatile u32 *)&exos_pin->iq.mask |= 1u << i.type;
	}
	exos_repossess(0); /* its notice may have found the queue full */
}

void
exos_repossess(u32 va)
{
	if (on_interrupt[AE_INT_REPO] != exos_repossessed)
		return;
	if (exos_pin->repo.count)
		exos_repossessed(0);
	if (va)
		exos_look_at(va);
}
