/* SPDX-License-Identifier: MIT */
/* Which machine this is, by the PROM's system id, and what may interrupt. */
#include "machines.h"

static const struct machine *const known[] = { &kn01, &kn02 };

/* The id is 0x82TT0300; TT is the system type. */
const struct machine *
machine_find(u32 id)
{
	for (u32 i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i]->system == (id >> 16 & 0xff))
			return known[i];
	return 0;
}

/*
 * Let these sources (INTR_*), and no others, interrupt.  The console is held
 * back in its device, for not every machine can close its line.
 */
void
machine_interrupts(u32 sources)
{
	machine->route(sources);
	machine->console->interrupts(machine->console_base,
				     sources & INTR_CONSOLE);
}
