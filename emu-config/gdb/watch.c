// SPDX-License-Identifier: MIT
/* Watchpoints: what a step has loaded and stored, told from its text. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emulator.h"
#include "machine.h"
#include "programs.h"
#include "watch.h"

#define MAX_WATCHES 16

/* Opcodes of MIPS I (R3000 manual, appendix A). */
enum {
	OP_LB = 32,
	OP_LH,
	OP_LWL,
	OP_LW,
	OP_LBU,
	OP_LHU,
	OP_LWR,
	OP_SB = 40,
	OP_SH,
	OP_SWL,
	OP_SW,
	OP_SWR = 46,
	OP_LWC1 = 49,
	OP_SWC1 = 57,
};

struct access {
	int machine;
	uint32_t pc, first, last; /* bytes, both included */
	bool stores;
};

struct watch watch_hit;

static struct watch watches[MAX_WATCHES];
static int nwatches;

bool
watch_change(enum watch_kind kind, uint32_t va, uint32_t n, bool add)
{
	const char *program = va < USER_END ? program_shown() : "";
	struct watch *w = watches;

	while (w < watches + nwatches &&
	       (w->kind != kind || w->va != va || w->n != n ||
		strcmp(w->program, program) != 0))
		w++;
	if (!add) {
		if (w < watches + nwatches)
			*w = watches[--nwatches];
		return true;
	}
	if (w == watches + MAX_WATCHES || n == 0 ||
	    (va < USER_END && *program == 0))
		return false;
	if (w == watches + nwatches)
		nwatches++;
	*w = (struct watch){ .kind = kind, .va = va, .n = n };
	strcpy(w->program, program);
	return true;
}

void
watch_forget(void)
{
	nwatches = 0;
}

bool
watch_any(void)
{
	return nwatches > 0;
}

/* False: it is neither a load nor a store. */
static bool
decode(uint32_t word, uint32_t at, struct access *a)
{
	a->first = a->last = at;
	switch (word >> 26) {
	case OP_SB:
		a->stores = true;
		return true;
	case OP_LB:
	case OP_LBU:
		return true;
	case OP_SH:
		a->stores = true;
		/* fallthrough */
	case OP_LH:
	case OP_LHU:
		a->last = at + 1;
		return true;
	case OP_SW:
	case OP_SWC1:
		a->stores = true;
		/* fallthrough */
	case OP_LW:
	case OP_LWC1:
		a->last = at + 3;
		return true;
	case OP_SWL: /* little endian: the bytes of the word up to this one */
		a->stores = true;
		/* fallthrough */
	case OP_LWL:
		a->first = at & ~3u;
		return true;
	case OP_SWR: /* ... and from this one on */
		a->stores = true;
		/* fallthrough */
	case OP_LWR:
		a->last = at | 3;
		return true;
	default:
		return false;
	}
}

/*
 * GXemul shows `7fff0a20: af860014  sw a2,20(gp)  [0x7fff0014]' before it is
 * executed, with (d) after the word if that is in the delay slot of the
 * instruction in the line before.
 */
static bool
parse(const char *line, struct access *a, bool *slot)
{
	const char *end = strchr(line, '\n');
	const char *p = strstr(line, "[0x");
	uint32_t word, at;
	int used = 0;

	if (sscanf(line, "%8" SCNx32 ": %8" SCNx32 "%n", &a->pc, &word,
		   &used) != 2) {
		*slot = true; /* a label: no instruction of its own */
		return false;
	}
	*slot = strncmp(line + used, " (d)", 4) == 0;
	a->stores = false;
	return p != NULL && (end == NULL || p < end) &&
	       sscanf(p, "[0x%8" SCNx32, &at) == 1 && decode(word, at, a);
}

static bool
touches(const struct watch *w, const struct access *a)
{
	return a->last >= w->va && a->first <= w->va + (w->n - 1) &&
	       (a->stores ? w->kind != WATCH_LOAD : w->kind != WATCH_STORE);
}

/* Was it done, and by that program?  After a miss it comes once more. */
static bool
counts(const struct watch *w, const struct access *a)
{
	char name[PROGRAM_NAME] = "";

	if (a->pc < USER_END && machine_pc() >= USER_END)
		return false;
	return w->va >= USER_END ||
	       (program_running(name) && strcmp(name, w->program) == 0);
}

/* Everything a step has accessed; each machine shows its own, in order. */
static int
parse_all(const char *text, const int64_t before[], struct access *a, int room)
{
	int machine = -1, n = 0;
	bool slot;

	for (const char *p = text; p != NULL && *p != 0 && n < room;
	     p = strchr(p, '\n'), p += p != NULL) {
		bool have = parse(p, &a[n], &slot);

		while (!slot && ++machine < emulator.nmachines &&
		       emulator.count[machine] == before[machine])
			;
		a[n].machine = machine;
		n += have;
	}
	return n;
}

bool
watch_seen(const char *text, const int64_t before[])
{
	struct access a[2 * MAX_MACHINES];
	int was = machine_selected();
	int n = parse_all(text, before, a, 2 * MAX_MACHINES);

	for (int i = 0; i < n * nwatches; i++) {
		const struct watch *w = &watches[i % nwatches];
		const struct access *done = &a[i / nwatches];

		if (!touches(w, done))
			continue;
		machine_select(done->machine);
		if (counts(w, done)) {
			watch_hit = *w;
			return true;
		}
		machine_select(was);
		machine_forget(); /* it will be stepped on */
	}
	return false;
}
