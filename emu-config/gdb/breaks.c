// SPDX-License-Identifier: MIT
/* The breakpoints gdb asked for and those GXemul has. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "breaks.h"
#include "client.h"
#include "emulator.h"
#include "kernel.h"
#include "machine.h"
#include "programs.h"

#define MAX_BREAKS 256
#define USER_END   0x80000000

static struct breakpoint {
	uint32_t va, at; /* asked for, and set: a branch or the same */
	bool pending;	 /* not known whether va is a delay slot */
	char program[PROGRAM_NAME];
} breaks[MAX_BREAKS];
static int nbreaks;
static uint32_t own[4];
static int nown;
static uint32_t passing;

/* What each machine of the emulator has, in its order. */
static uint32_t set[MAX_BREAKS + 4];
static int nset;

/* MIPS I: does this instruction have a delay slot? */
static bool
branches(uint32_t word)
{
	uint32_t op = word >> 26;

	if (op == 0)
		return (word & 0x3e) == 8; /* jr, jalr */
	if (op >= 0x10 && op <= 0x13)
		return (word >> 21 & 31) == 8; /* bcNt, bcNf */
	return op <= 7 || (op >= 0x14 && op <= 0x17);
}

/* Before its place is known for sure, it is pending. */
static void
place(struct breakpoint *b)
{
	const struct image *im = program_image(b->program);
	char name[PROGRAM_NAME];
	uint32_t word;
	bool known;

	if (b->va >= USER_END)
		known = kernel_read(b->va - 4, &word, 4);
	else
		known = (im != NULL && image_word(im, b->va - 4, &word)) ||
			(kernel_program(kernel_env(), name) &&
			 strcmp(name, b->program) == 0 &&
			 kernel_read(b->va - 4, &word, 4));
	/* The first word of a page has nothing before it that is mapped. */
	if (!known && (b->va & 0xfff) == 0) {
		known = true;
		word = 0;
	}
	b->pending = !known;
	b->at = known && branches(word) ? b->va - 4 : b->va;
}

static int
find(uint32_t va, const char *program)
{
	if (va >= USER_END)
		program = "";
	for (int i = 0; i < nbreaks; i++)
		if (breaks[i].va == va &&
		    strcmp(breaks[i].program, program) == 0)
			return i;
	return -1;
}

void
breaks_add(uint32_t va, const char *program)
{
	struct breakpoint *b = &breaks[nbreaks];

	if (nbreaks == MAX_BREAKS || va % 4 != 0) {
		tell("breakpoint at 0x%08" PRIx32 " refused: %s\n", va,
		     va % 4 ? "not a word address" : "too many");
		return;
	}
	if (find(va, program) >= 0)
		return;
	*b = (struct breakpoint){ .va = va };
	if (va < USER_END)
		snprintf(b->program, sizeof b->program, "%s", program);
	nbreaks++;
	place(b);
	if (b->pending)
		tell("breakpoint at 0x%08" PRIx32 " is pending: neither the "
		     "memory before it nor a file of it is there\n",
		     va);
	else if (b->at != va)
		tell("breakpoint at 0x%08" PRIx32 " is in a delay slot: set "
		     "on the branch at 0x%08" PRIx32 "\n",
		     va, b->at);
}

void
breaks_remove(uint32_t va, const char *program)
{
	int i = find(va, program);

	if (i >= 0)
		breaks[i] = breaks[--nbreaks];
}

void
breaks_forget(const char *program)
{
	for (int i = 0; i < nbreaks; i++)
		if (program == NULL || strcmp(breaks[i].program, program) == 0)
			breaks[i--] = breaks[--nbreaks];
}

bool
breaks_at(uint32_t pc, const char *program)
{
	if (pc >= USER_END)
		program = "";
	for (int i = 0; i < nbreaks; i++)
		if (!breaks[i].pending && breaks[i].at == pc &&
		    strcmp(breaks[i].program, program) == 0)
			return true;
	return false;
}

bool
breaks_here(void)
{
	char name[PROGRAM_NAME] = "";

	kernel_program(kernel_env(), name);
	return breaks_at(machine_pc(), name);
}

bool
breaks_set(uint32_t pc)
{
	for (int i = 0; i < nset; i++)
		if (set[i] == pc)
			return true;
	return false;
}

void
breaks_own(uint32_t va)
{
	own[nown++] = va;
}

void
breaks_passing(uint32_t va)
{
	passing = va;
}

static bool
wanted(uint32_t at)
{
	if (at == passing && passing != 0)
		return true;
	for (int i = 0; i < nown; i++)
		if (own[i] == at)
			return true;
	for (int i = 0; i < nbreaks; i++)
		if (!breaks[i].pending && breaks[i].at == at)
			return true;
	return false;
}

static void
every_machine(const char *command, uint32_t value)
{
	int was = machine_selected();

	for (int i = 0; i < emulator.nmachines; i++) {
		machine_select(i);
		if (*command == 'd') /* by number, in decimal */
			emulator_command("breakpoint delete %" PRIu32, value);
		else
			emulator_command("breakpoint add 0x%" PRIx32, value);
	}
	machine_select(was);
}

static void
want(uint32_t at)
{
	if (breaks_set(at))
		return;
	every_machine("add", at);
	set[nset++] = at;
}

void
breaks_sync(void)
{
	for (int i = 0; i < nset; i++) {
		if (wanted(set[i]))
			continue;
		every_machine("delete", i);
		memmove(set + i, set + i + 1, (--nset - i) * sizeof set[0]);
		i--;
	}
	for (int i = 0; i < nown; i++)
		want(own[i]);
	if (passing != 0)
		want(passing);
	for (int i = 0; i < nbreaks; i++) {
		if (breaks[i].pending) {
			place(&breaks[i]);
			if (!breaks[i].pending)
				tell("breakpoint at 0x%08" PRIx32
				     " is set now\n",
				     breaks[i].va);
		}
		if (!breaks[i].pending)
			want(breaks[i].at);
	}
}

void
breaks_list(void)
{
	for (int i = 0; i < nbreaks; i++) {
		const struct breakpoint *b = &breaks[i];

		tell("0x%08" PRIx32 " %s%s", b->va,
		     *b->program      ? b->program :
		     b->va < USER_END ? "unknown program" :
					"kernel",
		     b->pending ? ", pending" : "");
		if (b->at != b->va)
			tell(", on the branch at 0x%08" PRIx32, b->at);
		tell("\n");
	}
}
