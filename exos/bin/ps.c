/* SPDX-License-Identifier: MIT */
/* ps: every environment, from the kernel's exposed table. */
#include <exos/exos.h>

#include "tool.h"

static const char *
state(const volatile struct ae_gate *g)
{
	if (g->state == AE_ENV_ZOMBIE)
		return "dead";
	if ((s32)g->word < 0)
		return "serving";
	return g->nslices ? "live" : "no slice";
}

int
main(void)
{
	printf("%5s %5s %-8s %7s %8s %7s\n", "PID", "PPID", "STATE", "KB",
	       "SLICES", "EXCESS");
	for (u32 n = 1; n < AE_NENV; n++) {
		const volatile struct ae_gate *g = &exos_gates[n];

		if (g->state == AE_ENV_FREE)
			continue;
		printf("%5lu %5lu %-8s %7lu %8lu %7lu\n", (unsigned long)n,
		       (unsigned long)AE_NAME_NUMBER(g->parent), state(g),
		       (unsigned long)g->pages * (AE_PAGE_SIZE / 1024),
		       (unsigned long)g->slices, (unsigned long)g->excess);
	}
	return finish("ps");
}
