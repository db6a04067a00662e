// SPDX-License-Identifier: MIT
/*
 * Why the machine has stopped, and how gdb is told.
 *
 * When another program is current than gdb has the symbols of, the stop is
 * reported as a library event. gdb reads the list of libraries and goes on,
 * and then gets the stop itself. docs/debugging.md tells what that makes of
 * breakpoints.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "breaks.h"
#include "client.h"
#include "emulator.h"
#include "kernel.h"
#include "machine.h"
#include "programs.h"
#include "stop.h"
#include "watch.h"

/* gdb's numbers: include/gdb/signals.h */
#define GDB_SIGINT  2
#define GDB_SIGILL  4
#define GDB_SIGTRAP 5
#define GDB_SIGABRT 6

static enum stop deferred, sent;
static uint32_t sent_pc;
static uint32_t halt_entry;
static bool halted[MAX_MACHINES];
static uint32_t halt_status; /* the first that is not 0 */

void
stop_init(void)
{
	if (kernel_symbol("machine_halt", &halt_entry))
		breaks_own(halt_entry);
}

static bool
all_halted(void)
{
	for (int i = 0; i < emulator.nmachines; i++)
		if (!halted[i])
			return false;
	return true;
}

/* A breakpoint of the emulator, at some machine's pc. */
static enum stop
at_breakpoint(uint32_t at, bool interrupted)
{
	for (int i = 0; emulator.nmachines > 1 && i < emulator.nmachines; i++) {
		machine_select(i);
		if (machine_pc() == at)
			break;
	}
	if (at == halt_entry) {
		halted[machine_selected()] = true;
		if (halt_status == 0)
			machine_register(REG_A0, &halt_status);
	}
	if (breaks_here())
		return STOP_BREAK;
	return interrupted ? STOP_INTERRUPT : STOP_NOT;
}

enum stop
stop_reason(const char *text, bool interrupted)
{
	const char *p = strstr(text, "BREAKPOINT: pc = 0x");

	if (!emulator.alive)
		return STOP_GONE;
	if (p != NULL)
		return at_breakpoint(strtoul(strchr(p, '=') + 2, NULL, 16),
				     interrupted);
	if (strstr(text, "UNIMPLEMENTED") != NULL) {
		tell("%s", text);
		return STOP_ILLEGAL;
	}
	if (interrupted)
		return STOP_INTERRUPT;
	if (all_halted())
		return STOP_EXIT;
	tell("The machine has halted.\n%s", text);
	return STOP_HALTED;
}

enum stop
stop_after_run(bool interrupted)
{
	/* Finding out asks the emulator, whose text that replaces. */
	char *text = strdup(emulator_text());
	enum stop stop;

	if (text == NULL)
		abort();
	machine_forget();
	stop = stop_reason(text, interrupted);
	free(text);
	return stop;
}

static int
signal_of(enum stop stop)
{
	switch (stop) {
	case STOP_INTERRUPT:
		return GDB_SIGINT;
	case STOP_ILLEGAL:
		return GDB_SIGILL;
	case STOP_HALTED:
		return GDB_SIGABRT;
	default:
		return GDB_SIGTRAP;
	}
}

static const char *
watch_name(void)
{
	switch (watch_hit.kind) {
	case WATCH_LOAD:
		return "rwatch";
	case WATCH_ACCESS:
		return "awatch";
	default:
		return "watch";
	}
}

void
stop_send(enum stop stop)
{
	int thread = machine_selected() + 1;
	char packet[64];

	client_flush();
	sent = stop;
	sent_pc = machine_pc();
	if (stop == STOP_EXIT)
		snprintf(packet, sizeof packet, "W%02" PRIx32,
			 halt_status & 0xff);
	else if (stop == STOP_GONE)
		snprintf(packet, sizeof packet, "X09");
	else if (stop == STOP_WATCH)
		snprintf(packet, sizeof packet, "T05%s:%" PRIx32 ";thread:%x;",
			 watch_name(), watch_hit.va, thread);
	else
		snprintf(packet, sizeof packet, "T%02x%sthread:%x;",
			 signal_of(stop), stop == STOP_BREAK ? "swbreak:;" : "",
			 thread);
	client_send(packet, strlen(packet));
}

void
stop_report(enum stop stop)
{
	char name[PROGRAM_NAME], packet[64];

	if (stop < STOP_EXIT && program_running(name) &&
	    strcmp(name, program_shown()) != 0) {
		program_show(name);
		deferred = stop;
		client_flush();
		snprintf(packet, sizeof packet, "T05library:;thread:%x;",
			 machine_selected() + 1);
		client_send(packet, strlen(packet));
		return;
	}
	stop_send(stop);
}

bool
stop_was_watch(void)
{
	return sent == STOP_WATCH && sent_pc == machine_pc();
}

enum stop
stop_deferred(void)
{
	enum stop stop = deferred;

	deferred = STOP_NOT;
	/* It may have gone while its program was not shown. */
	return stop == STOP_BREAK && !breaks_here() ? STOP_NOT : stop;
}
