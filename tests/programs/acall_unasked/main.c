/* SPDX-License-Identifier: MIT */
/*
 * Anybody may Acall a program: one that asked for nothing is not harmed, and
 * one whose handler is slow is not entered again while it runs.
 */
#include <string.h>

#include "../../include/check.h"
#include "../../include/raw.h"

#define TICKS 40

extern char pester[], children_end[];

static volatile u32 entries, inside, nested;

static void
slow(u32 caller, u32 m[3])
{
	u32 start = exos_info->ticks;

	(void)caller;
	(void)m;
	entries++;
	nested += inside++ != 0;
	while (exos_info->ticks - start < 3)
		;
	inside--;
}

/* Works for some time; 7 if all is well. */
static int
victim(int with_handler)
{
	u32 start = exos_info->ticks, n = 0;

	if (with_handler)
		exos_serve_async(slow);
	while (exos_info->ticks - start < TICKS)
		n++;
	if (with_handler && (entries == 0 || nested != 0))
		return 8;
	return n > 0 ? 7 : 9;
}

static void
pestered(char *self, char *how, const char *what)
{
	char *argv[] = { self, how };
	struct raw r[3];
	s32 name = exos_spawn(2, argv);
	u32 calls = 0;

	for (u32 i = 0; i < 3; i++) {
		raw_prepare(&r[i], pester, children_end);
		r[i].desc.init = r[i].desc.prologue = r[i].desc.epilogue =
			raw_at(&r[i], pester);
		r[i].mem[0] = name;
		raw_create(&r[i]);
	}
	check_is(exos_wait(name), 7, what);
	for (u32 i = 0; i < 3; i++) {
		calls += r[i].mem[1];
		raw_free(&r[i]);
	}
	check(calls > 3, "it was called %lu times", (unsigned long)calls);
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		return victim(!strcmp(argv[1], "slow"));
	pestered(argv[0], "idle", "a program without a handler goes on");
	pestered(argv[0], "slow", "a slow handler is entered once at a time");
	return check_plan();
}
