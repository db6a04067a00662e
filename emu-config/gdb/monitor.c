// SPDX-License-Identifier: MIT
/* What `monitor help' lists. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <aegis/info.h>
#include <fast.h>
#include <r3000.h>

#include "breaks.h"
#include "client.h"
#include "emulator.h"
#include "gdb-layout.h"
#include "kernel.h"
#include "machine.h"
#include "monitor.h"
#include "programs.h"

int monitor_type_fd = -1;

/* Address of a kernel symbol, or of what a pointer variable points to. */
static uint32_t
address(const char *symbol)
{
	uint32_t a = 0;

	kernel_symbol(symbol, &a);
	return a;
}

static uint32_t
points_to(const char *symbol)
{
	return kernel_word(address(symbol));
}

static bool
set_up(uint32_t info_page)
{
	bool is = kernel_word(info_page) == AE_INFO_MAGIC;

	if (!is)
		tell("the kernel has not set up its tables yet\n");
	return is;
}

static void
flags(uint32_t lo)
{
	tell(" page %5" PRIu32 " %c%c%c%c", lo >> AE_PAGE_SHIFT,
	     lo & AE_LO_N ? 'N' : '-', lo & AE_LO_D ? 'D' : '-',
	     lo & AE_LO_V ? 'V' : '-', lo & AE_LO_G ? 'G' : '-');
}

static void
tlb(const char *args)
{
	const struct tlb_entry *t = machine_tlb();

	(void)args;
	for (uint32_t i = 0; t != NULL && i < TLB_SIZE; i++) {
		if (!(t[i].lo & AE_LO_V))
			continue;
		tell("%2" PRIu32 "%s va %08" PRIx32 " asid %2" PRIu32, i,
		     i < TLB_WIRED ? " wired" : "      ", t[i].hi & HI_VPN,
		     (t[i].hi & HI_PID) >> HI_PID_SHIFT);
		flags(t[i].lo);
		tell("\n");
	}
}

static void
stlb(const char *args)
{
	uint32_t base = address("stlb_data"), n = 0;
	uint32_t only = strtoul(args, NULL, 0);

	for (uint32_t i = 0; i < AE_STLB_ENTRIES; i++) {
		uint32_t tag = kernel_word(base + AE_STLB_TAGS + 4 * i);

		if (tag == 0 || (only != 0 && CONTEXT_ENV(tag) != only))
			continue;
		n++;
		tell("%4" PRIu32 " env %" PRIu32 " va %08" PRIx32, i,
		     CONTEXT_ENV(tag), CONTEXT_VA(tag));
		flags(kernel_word(base + 4 * i));
		tell("\n");
	}
	tell("%" PRIu32 " of %d entries%s\n", n, AE_STLB_ENTRIES,
	     only ? " are its" : " in use");
}

static void
env_line(uint32_t n)
{
	static const char *const states[] = { "free", "live", "zombie" };
	uint32_t g = address("gates") + n * GATE_SIZE;
	uint32_t state = kernel_word(g + GATE_STATE);
	uint32_t name = kernel_word(g + GATE_NAME);
	uint32_t word = kernel_word(g + GATE_WORD);
	char program[PROGRAM_NAME] = "";

	if (state == AE_ENV_LIVE)
		kernel_program(n, program);
	tell("%c%3" PRIu32 " %08" PRIx32 " %-6s %-12s",
	     n == kernel_env() ? '*' : ' ', n, name,
	     state < 3 ? states[state] : "?", *program ? program : "-");
	tell(" pages %" PRIu32 " slices %" PRIu32 " started %" PRIu32
	     " excess %" PRIu32 " parent %" PRIu32,
	     kernel_word(g + GATE_PAGES), kernel_word(g + GATE_NSLICES),
	     kernel_word(g + GATE_SLICES), kernel_word(g + GATE_EXCESS),
	     AE_NAME_NUMBER(kernel_word(g + GATE_PARENT)));
	if (word >> 31)
		tell(" serving %" PRIu32,
		     (word - FAST_BASE - FAST_PB) >> FAST_SHIFT);
	else
		tell(" gate %s", word == name ? "open" : "by C");
	if (state == AE_ENV_ZOMBIE)
		tell(" status 0x%" PRIx32, kernel_word(g + GATE_STATUS));
	tell("\n");
}

static void
env(const char *args)
{
	uint32_t only = strtoul(args, NULL, 0);

	for (uint32_t n = 1; n < AE_NENV - FAST_SPARE; n++)
		if (only ? n == only :
			   kernel_word(address("gates") + n * GATE_SIZE +
				       GATE_STATE) != AE_ENV_FREE)
			env_line(n);
}

static void
slices(const char *args)
{
	uint32_t i = points_to("info"), n = 0;
	uint32_t page = kernel_word(i + INFO_SLICES);
	uint32_t record = KSEG0(page << AE_PAGE_SHIFT);

	(void)args;
	if (!set_up(i))
		return;
	for (uint32_t k = 0; k < AE_NSLICE; k++, record += SLICE_RECORD) {
		uint32_t owner = kernel_word(record + SLICE_OWNER);

		if (owner == 0)
			continue;
		n++;
		tell("%c%3" PRIu32 " env %" PRIu32 " started %" PRIu32
		     " forfeited %" PRIu32 ", then %" PRIu32 "\n",
		     k == kernel_word(i + INFO_RUNNING) ? '*' : ' ', k,
		     AE_NAME_NUMBER(owner), kernel_word(record + SLICE_STARTED),
		     kernel_word(record + SLICE_FORFEITED),
		     kernel_word(record + SLICE_NEXT) & 0xffff);
	}
	tell("%" PRIu32 " of %d slices owned\n", n, AE_NSLICE);
}

/* A field of 16 bits of a record. */
static unsigned
half(const uint8_t *field)
{
	return field[0] | field[1] << 8;
}

static void
page(const char *args)
{
	static const char *const states[] = { "free", "owned", "the kernel's" };
	char *end;
	uint32_t n = strtoul(args, &end, 0), record, count;
	uint8_t b[PAGE_RECORD];

	count = points_to("page_count") ? points_to("page_count") : 0;
	record = points_to("page_records") + n * PAGE_RECORD;
	if (end == args || n >= count || !machine_read(record, b, sizeof b)) {
		tell("usage: page N, N below %" PRIu32 "\n", count);
		return;
	}
	tell("page %" PRIu32 " at 0x%08" PRIx32 ": %s, owner %u, holders %u, "
	     "pins %u, save areas of %u, bindings %u, newest in slot %u\n",
	     n, (uint32_t)KSEG0(n << AE_PAGE_SHIFT),
	     b[PAGE_STATE] < 3 ? states[b[PAGE_STATE]] : "?", b[PAGE_OWNER],
	     half(b + PAGE_HOLDERS), b[PAGE_PINS], b[PAGE_SAVE],
	     half(b + PAGE_BINDINGS), half(b + PAGE_HINT));
}

static void
text_of(uint32_t kva, const char *what, uint32_t size)
{
	char buf[257] = "";

	if (size < sizeof buf && machine_read(kva, buf, size))
		tell("%s: %s\n", what, buf);
}

static void
info(const char *args)
{
	uint32_t i = points_to("info");

	(void)args;
	tell("%" PRId64 " instructions executed\n",
	     emulator.count[machine_selected()]);
	if (!set_up(i))
		return;
	text_of(i + INFO_MACHINE, "machine", INFO_ARGS - INFO_MACHINE);
	text_of(i + INFO_ARGS, "boot words", INFO_ARGS_SIZE);
	tell("%" PRIu32 " ticks of 1/%" PRIu32 " s\n",
	     kernel_word(i + INFO_TICKS), kernel_word(i + INFO_TICK_HZ));
	tell("%" PRIu32 " pages, %" PRIu32 " free\n",
	     kernel_word(i + INFO_NPAGES), kernel_word(i + INFO_FREE_PAGES));
	tell("console input goes to environment %" PRIu32 "\n",
	     AE_NAME_NUMBER(kernel_word(i + INFO_CONSOLE)));
	tell("current: %s\n", monitor_where());
}

static void
where(const char *args)
{
	char *end;
	uint32_t va = strtoul(args, &end, 0), kva, only;
	enum where w;

	only = *end ? strtoul(end, NULL, 0) : kernel_env();
	if (*args == 0) {
		machine_register(REG_BADVADDR, &va);
	} else if (end == args) {
		tell("usage: where [ADDRESS [ENV]]\n");
		return;
	}
	w = kernel_translate(only, va, &kva);
	tell("0x%08" PRIx32 ": %s", va, where_names[w]);
	if (w != WHERE_NOT)
		tell(", 0x%08" PRIx32, kva);
	tell("\n");
}

static void
program(const char *args)
{
	if (program_image(args) != NULL)
		program_show(args);
	else
		tell("no program %s\n", args);
}

static void
type(const char *args)
{
	char line[600];
	int n = snprintf(line, sizeof line, "%s\r", args);

	if (n >= (int)sizeof line || monitor_type_fd < 0 ||
	    write(monitor_type_fd, line, n) != n)
		tell("the console takes no input\n");
}

static void
breakpoints(const char *args)
{
	(void)args;
	breaks_list();
}

static void help(const char *args);

static const struct {
	const char *name, *args, *what;
	void (*run)(const char *args);
} commands[] = {
	{ "env", "[N]", "environments; * is the current one", env },
	{ "tlb", "", "valid entries of the hardware TLB", tlb },
	{ "stlb", "[N]", "entries of the STLB, of one environment or all",
	  stlb },
	{ "slices", "", "the vector of slices; * is the one that runs",
	  slices },
	{ "page", "N", "the record of a physical page", page },
	{ "where", "[VA [N]]", "what maps an address (BadVAddr), and where to",
	  where },
	{ "info", "", "the exposed counters", info },
	{ "breakpoints", "", "as the bridge has them", breakpoints },
	{ "program", "NAME", "whose symbols to show next", program },
	{ "type", "TEXT", "type a line on the console", type },
	{ "help", "", "this list", help },
};

static void
help(const char *args)
{
	(void)args;
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		tell("%-12s %-8s %s\n", commands[i].name, commands[i].args,
		     commands[i].what);
}

void
monitor_command(const char *line)
{
	size_t n = strcspn(line, " ");

	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (strlen(commands[i].name) == n &&
		    memcmp(commands[i].name, line, n) == 0) {
			commands[i].run(line + n + (line[n] == ' '));
			return;
		}
	tell("no such command; these are:\n");
	help("");
}

const char *
monitor_where(void)
{
	static char text[PROGRAM_NAME + 32];
	char name[PROGRAM_NAME];

	if (!program_running(name))
		return "no environment yet";
	snprintf(text, sizeof text, "environment %" PRIu32 ", %s", kernel_env(),
		 *name ? name : "not an ExOS program");
	return text;
}
