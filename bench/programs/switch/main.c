/* SPDX-License-Identifier: MIT */
/*
 * A context switch as the clock makes it: the end of one environment's slice
 * and the start of another's, by upcalls; both have one slice and nothing to
 * save.  This program gives its own slice up meanwhile.
 */
#include <stdio.h>

#include "../../bare.h"
#include "switch.h"

void switch_prologue(void);
void switch_epilogue(void);
void switch_ready(void);

__attribute__((noinline)) void
switch_ready(void)
{
	asm volatile("" ::: "memory");
}

int
main(void)
{
	const struct ae_env_desc d = {
		.prologue = (u32)switch_prologue,
		.epilogue = (u32)switch_epilogue,
	};
	struct ae_cap *c = &exos_pin->caps[CAP_PINNED];
	s32 a = bare_make(&d, switch_prologue, exos_self);
	s32 b = bare_make(&d, switch_prologue, exos_self);

	if (a < 0 || b < 0) {
		printf("no environment: %ld %ld\n", (long)a, (long)b);
		return 1;
	}
	ae_slice_alloc(1, c->lo, c->hi, a, 0, 0);
	ae_slice_alloc(2, c->lo, c->hi, b, 0, 0);
	switch_ready();
	ae_slice_free(0, c->lo, c->hi);
	exos_yield(AE_NAME_SELF); /* until one of them is done */
	ae_slice_alloc(0, c->lo, c->hi, 0, 0, 0);
	printf("switch: status %d\n",
	       exos_gates[AE_NAME_NUMBER((u32)a)].state != AE_ENV_LIVE);
	return 0;
}
