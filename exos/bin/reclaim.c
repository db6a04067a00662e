/* SPDX-License-Identifier: MIT */
/*
 * Visible revocation to look at (SOSP'95 3.3): pages are asked of a program
 * that leaves the answer to ExOS, of one that chooses what it gives back, and
 * of one that gives nothing, from which they are taken.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <exos/exos.h>

#define PAGES	 40 /* that a child has to give, of 4 KB each */
#define ASKED	 5
#define PATIENCE 16 /* ticks a stage lasts */

static char *space; /* the child's pages */
static u32 left = PAGES;

/* A tick's worth of time for others. */
static void
wait(void)
{
	for (volatile u32 i = 0; i < 4000; i++)
		;
	exos_yield(AE_NAME_SELF);
}

/* ---- the children ---- */

static void
give_back(const struct ae_int *i)
{
	for (u32 n = i->arg[1]; n && left; n--)
		exos_unmap((u32)space + --left * AE_PAGE_SIZE);
}

/* What was taken is named in the repossession vector; forget it. */
static void
taken(const struct ae_int *i)
{
	struct ae_repo *v = &exos_pin->repo;

	(void)i;
	for (u32 n = 0; n < v->count; n++) {
		printf("    deaf: page %#lx is gone\n",
		       (unsigned long)v->entry[n].number);
		for (u32 k = 0; k < PAGES; k++) {
			u32 va = (u32)space + k * AE_PAGE_SIZE;

			if (exos_lookup(va) >> AE_PAGE_SHIFT ==
			    v->entry[n].number)
				exos_unmap(va);
		}
	}
	v->count = 0;
}

static _Noreturn void
child(const char *part)
{
	char *block = malloc((PAGES + 1) * AE_PAGE_SIZE);

	if (!block)
		exit(1);
	space = block + AE_PAGE_SIZE - ((u32)block & (AE_PAGE_SIZE - 1));
	printf("    %s: has %u pages to give\n", part, PAGES);
	memset(space, 1, PAGES * AE_PAGE_SIZE);
	if (!strcmp(part, "kind"))
		exos_on_interrupt(AE_INT_REVOKE, give_back);
	if (!strcmp(part, "deaf")) {
		exos_on_interrupt(AE_INT_REVOKE, 0);
		exos_on_interrupt(AE_INT_IMPERATIVE, 0);
		exos_on_interrupt(AE_INT_REPO, taken);
	}
	ae_env_write(AE_NAME_SELF, 0, 0, 0, 1); /* ready */
	for (;;)
		wait();
}

/* ---- who asks ---- */

static int
ask(char *self, const char *part)
{
	static const char *const stages[] = { "done", "request", "imperative",
					      "force", "emergency" };
	char *argv[] = { self, (char *)part, 0 };
	s32 name = exos_spawn(2, argv);
	u32 n = AE_NAME_NUMBER((u32)name), start, last = AE_REVOKE_NONE, stage;
	const volatile struct ae_revoke *r = exos_revoke_of(n, AE_RES_PAGE);

	if (name < 0) {
		printf("%s: not started, error %ld\n", part, (long)name);
		return 1;
	}
	while (!exos_data[n].word[0])
		wait();
	start = exos_info->ticks;
	printf("%s holds %lu pages; %u are asked of it\n", part,
	       (unsigned long)exos_gates[n].pages, ASKED);
	ae_revoke(name, 0, 0, AE_RES_PAGE, ASKED, PATIENCE);
	do {
		stage = r->stage;
		if (stage != last)
			printf("  tick %3lu: %-10s  it holds %lu pages\n",
			       (unsigned long)(exos_info->ticks - start),
			       stages[stage],
			       (unsigned long)exos_gates[n].pages);
		fflush(stdout);
		last = stage;
		wait();
	} while (stage);
	ae_env_free(name, 0);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		child(argv[1]);
	return ask(argv[0], "plain") | ask(argv[0], "kind") |
	       ask(argv[0], "deaf");
}
