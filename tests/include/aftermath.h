/* SPDX-License-Identifier: MIT */
/*
 * What must be so after every attack: the kernel's tables are right, a victim
 * has noticed nothing and still runs, and all that the attackers held is back.
 * A program that includes this has registers.S (hold.inc), and calls victim()
 * when it is to play that part.
 */
#ifndef TESTS_AFTERMATH_H
#define TESTS_AFTERMATH_H

#include "check.h"

/* What the victim tells, in its application data. */
#define VICTIM_ROUNDS 0
#define VICTIM_PAGE   1		       /* its number; everybody may read it, */
#define VICTIM_CAP    0x51a7ed, 0x0a11 /* by this */
#define VICTIM_OWN    2		       /* number of a page that is its alone */

#define VICTIM_WORDS  8192 /* 8 pages */
#define VICTIM_SHOWN  (AE_PAGE_SIZE / 4)
#define VICTIM_SHARED 0x2c000000
#define VICTIM_PART   512 /* words it looks at in a round */
#define VICTIM_HOLDS  20  /* looks at all registers */

u32 registers_hold(u32 rounds);

static s32 victim_name;

static u32
victim_pattern(u32 i)
{
	return i * 2654435761u ^ 0x5a5a5a5a;
}

static int
victim_changed(const u32 *words, u32 from)
{
	for (u32 i = from; i < from + VICTIM_PART; i++)
		if (words[i] != victim_pattern(i)) {
			printf("# word %lu at %p of the victim is %#lx\n",
			       (unsigned long)i, (const void *)words,
			       (unsigned long)words[i]);
			return 1;
		}
	return 0;
}

/*
 * The victim's part: until it is ended, or finds something changed.  One
 * page it lets everybody read who knows the capability.
 */
static int UNUSED
victim(void)
{
	static u32 memory[VICTIM_WORDS];
	u32 *shared = (u32 *)VICTIM_SHARED;
	s32 page = ae_Alloc(AE_PAGE_ANY, VICTIM_CAP, own_cap.lo, own_cap.hi, 0,
			    0, 0);

	if (page < 0 || exos_map(VICTIM_SHARED, LO(page, RW) | PT_CAP(CAP_OWN)))
		return 2;
	for (u32 i = 0; i < VICTIM_WORDS; i++)
		memory[i] = victim_pattern(i);
	for (u32 i = 0; i < VICTIM_SHOWN; i++)
		shared[i] = victim_pattern(i);
	ae_env_write(AE_NAME_SELF, 0, 0, VICTIM_PAGE, page);
	ae_env_write(AE_NAME_SELF, 0, 0, VICTIM_OWN, page_under(memory));
	for (u32 round = 1;; round++) {
		u32 at = round * VICTIM_PART;

		if (victim_changed(memory, at % VICTIM_WORDS) ||
		    victim_changed(shared, at % VICTIM_SHOWN))
			return 1;
		if (registers_hold(VICTIM_HOLDS)) {
			printf("# a register of the victim changed\n");
			return 1;
		}
		ae_env_write(AE_NAME_SELF, 0, 0, VICTIM_ROUNDS, round);
		exos_yield(AE_NAME_SELF);
	}
}

static u32
victim_tells(u32 word)
{
	return exos_data[AE_NAME_NUMBER(victim_name)].word[word];
}

static u32
victim_rounds(void)
{
	return victim_tells(VICTIM_ROUNDS);
}

/* Does a name, or number, stand for a living environment? */
static int UNUSED
lives(u32 name)
{
	u32 n = AE_NAME_NUMBER(name);

	return exos_gates[n].name == name && exos_gates[n].state == AE_ENV_LIVE;
}

static void UNUSED
victim_start(void)
{
	victim_name = check_spawn("victim", 0);
	while (lives(victim_name) && victim_rounds() < 3)
		pause_slice();
}

/* ---- what there is ---- */

struct world {
	u32 pages, numbers, slices; /* free, in use, owned */
};

/* Numbers in use, of those that live and of the dead. */
static u32
numbers_used(void)
{
	u32 count = 0;

	for (u32 n = 1; n < AE_NENV; n++)
		count += exos_gates[n].state != AE_ENV_FREE;
	return count;
}

static struct world UNUSED
world_now(void)
{
	return (struct world){ free_pages(), numbers_used(), slices_owned() };
}

/* Is it as before, or soon?  The clock takes back what the dead held. */
static int
settles(u32 (*now)(void), u32 before, const char *what)
{
	u32 start = exos_info->ticks;

	while (now() != before && exos_info->ticks - start < 400)
		pause_slice();
	if (now() != before)
		printf("# %s: %lu, not %lu\n", what, (unsigned long)now(),
		       (unsigned long)before);
	return now() == before;
}

/* 0, or what is not as it must be. */
static const char *UNUSED
aftermath(const struct world *before)
{
	u32 start = exos_info->ticks, rounds = victim_rounds();

	if (exos_info->build & AE_BUILD_CHECKS && ae_debug_check())
		return "debug_check fails";
	if (!settles(numbers_used, before->numbers, "numbers"))
		return "environments are left";
	if (!settles(free_pages, before->pages, "free pages"))
		return "pages are left";
	if (!settles(slices_owned, before->slices, "slices"))
		return "slices are left";
	while (lives(victim_name) && victim_rounds() == rounds &&
	       exos_info->ticks - start < 800)
		pause_slice();
	if (!lives(victim_name))
		return "the victim ended";
	return victim_rounds() == rounds ? "the victim does not run" : 0;
}

#endif
