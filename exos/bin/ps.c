/* SPDX-License-Identifier: MIT */
/* ps [-e]: the processes of this session, or every environment. */
#include <exos/exos.h>
#include <exos/process.h>

#include "tool.h"

static unsigned long
kilobytes(const volatile struct ae_gate *g)
{
	return (unsigned long)g->pages * (AE_PAGE_SIZE / 1024);
}

static const char *
state(const volatile struct ae_gate *g)
{
	if (g->state == AE_ENV_ZOMBIE)
		return "dead";
	if ((s32)g->word < 0)
		return "serving";
	return g->nslices ? "live" : "no slice";
}

/* The kernel's exposed table. */
static void
environments(void)
{
	printf("%5s %6s %-8s %6s %7s %6s\n", "ENV", "PARENT", "STATE", "KB",
	       "SLICES", "EXCESS");
	for (u32 n = 1; n < AE_NENV; n++) {
		const volatile struct ae_gate *g = &exos_gates[n];

		if (g->state == AE_ENV_FREE)
			continue;
		printf("%5lu %6lu %-8s %6lu %7lu %6lu\n", (unsigned long)n,
		       (unsigned long)AE_NAME_NUMBER(g->parent), state(g),
		       kilobytes(g), (unsigned long)g->slices,
		       (unsigned long)g->excess);
	}
}

static void
processes(void)
{
	struct exos_process p = { 0 };

	printf("%5s %5s %5s S %5s %6s %7s COMMAND\n", "PID", "PPID", "PGID",
	       "ENV", "KB", "SLICES");
	while (!exos_process_next(p.pid, &p)) {
		const volatile struct ae_gate *g =
			&exos_gates[AE_NAME_NUMBER(p.env)];

		if (p.state == 'Z')
			printf("%5d %5d %5d %c %5s %6s %7s %s\n", p.pid, p.ppid,
			       p.pgid, p.state, "-", "-", "-", p.command);
		else
			printf("%5d %5d %5d %c %5lu %6lu %7lu %s\n", p.pid,
			       p.ppid, p.pgid, p.state,
			       (unsigned long)AE_NAME_NUMBER(p.env),
			       kilobytes(g), (unsigned long)g->slices,
			       p.command);
	}
}

int
main(int argc, char **argv)
{
	int c, every = 0;

	while ((c = getopt(argc, argv, "e")) != -1)
		if (c == 'e')
			every = 1;
		else
			usage("ps [-e]");
	if (every)
		environments();
	else
		processes();
	return finish("ps");
}
