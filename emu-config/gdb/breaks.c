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
static struct set {
	uint32_t at[MAX_BREAKS + 4];
	int n;
	uint32_t lifted; /* not now, so that it can be passed; 0: none */
} sets[MAX_MACHINES];
static bool changed; /* since breaks_sync() */

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

static bool
in_file(const struct breakpoint *b, uint32_t va, uint32_t *word)
{
	const struct image *im = program_image(b->program);

	return im != NULL && image_word(im, va, word);
}

/* As the program sees it, if it is the one that runs. */
static bool
in_memory(const struct breakpoint *b, uint32_t va, uint32_t *word)
{
	char name[PROGRAM_NAME];

	if ((va < USER_END) != (b->va < USER_END))
		return false; /* the first vector follows nothing */
	if (va < USER_END &&
	    (!program_running(name) || strcmp(name, b->program) != 0))
		return false;
	return kernel_read(va, word, sizeof *word);
}

/* Before its place is known for sure, it is pending. */
static void
place(struct breakpoint *b)
{
	uint32_t word = 0, va = b->va;
	bool known = in_file(b, va - 4, &word) || in_memory(b, va - 4, &word);

	b->at = known && branches(word) ? va - 4 : va;
	/* Nothing need be before the first word of a segment or a page. */
	b->pending = !known && !in_file(b, va, &word) &&
		     !(va % AE_PAGE_SIZE == 0 && in_memory(b, va, &word));
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
	changed = true;
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

	if (i < 0)
		return;
	breaks[i] = breaks[--nbreaks];
	changed = true;
}

void
breaks_forget(const char *program)
{
	for (int i = 0; i < nbreaks; i++)
		if (program == NULL ||
		    (breaks[i].va < USER_END &&
		     strcmp(breaks[i].program, program) == 0))
			breaks[i--] = breaks[--nbreaks];
	changed = true;
}

/* Whose it is is asked only where there is one: that takes longer. */
bool
breaks_here(void)
{
	char name[PROGRAM_NAME] = "";
	uint32_t pc = machine_pc();
	bool known = pc >= USER_END;

	for (int i = 0; i < nbreaks; i++) {
		if (breaks[i].pending || breaks[i].at != pc)
			continue;
		if (!known)
			known = program_running(name);
		if (strcmp(breaks[i].program, name) == 0)
			return true;
	}
	return false;
}

void
breaks_own(uint32_t va)
{
	own[nown++] = va;
	changed = true;
}

void
breaks_lift(uint32_t va)
{
	struct set *set = &sets[machine_selected()];

	if (!breaks_stop_at(va))
		va = 0;
	changed |= set->lifted != va;
	set->lifted = va;
}

void
breaks_passing(uint32_t va)
{
	changed |= passing != va;
	passing = va;
}

bool
breaks_stop_at(uint32_t at)
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

static int
position(const struct set *set, uint32_t at)
{
	for (int i = 0; i < set->n; i++)
		if (set->at[i] == at)
			return i;
	return -1;
}

static void
want(uint32_t at)
{
	struct set *set = &sets[machine_selected()];

	if (position(set, at) >= 0 || at == set->lifted)
		return;
	emulator_command("breakpoint add 0x%" PRIx32, at);
	set->at[set->n++] = at;
}

/* The selected machine's. */
static void
sync_machine(void)
{
	struct set *set = &sets[machine_selected()];

	for (int i = 0; i < set->n; i++) {
		if (breaks_stop_at(set->at[i]) && set->at[i] != set->lifted)
			continue;
		/* By number, in decimal. */
		emulator_command("breakpoint delete %d", i);
		set->n--;
		memmove(set->at + i, set->at + i + 1,
			(set->n - i) * sizeof set->at[0]);
		i--;
	}
	for (int i = 0; i < nown; i++)
		want(own[i]);
	if (passing != 0)
		want(passing);
	for (int i = 0; i < nbreaks; i++)
		if (!breaks[i].pending)
			want(breaks[i].at);
}

void
breaks_retry(void)
{
	for (int i = 0; i < nbreaks; i++) {
		if (!breaks[i].pending)
			continue;
		place(&breaks[i]);
		if (breaks[i].pending)
			continue;
		changed = true;
		tell("breakpoint at 0x%08" PRIx32 " is set now\n",
		     breaks[i].va);
	}
}

void
breaks_sync(void)
{
	int was = machine_selected();

	breaks_retry();
	for (int i = 0; changed && i < emulator.nmachines; i++) {
		machine_select(i);
		sync_machine();
	}
	machine_select(was);
	changed = false;
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
