/* SPDX-License-Identifier: MIT */
/*
 * SOSP'95 figure 3: three processes count in shared memory, scheduled by a
 * fourth with shares 3, 2 and 1 over 100 quanta.  Prints CSV.
 */
#include <stdio.h>
#include <stdlib.h>

#include <exos/ipc.h>
#include <exos/stride.h>

#define SHARED	0x30000000
#define CLIENTS 3
#define QUANTA	100

static const u32 share[CLIENTS] = { 3, 2, 1 };
static volatile u32 *const count = (u32 *)SHARED;

static int
run(const char *text, u32 which)
{
	if (exos_share_map_text(text, SHARED) || which >= CLIENTS)
		return 1;
	for (;;)
		count[which]++;
}

/* Have a client load itself and begin. */
static s32
start(char *program, char *text, u32 which)
{
	char digit[2] = { '0' + which, 0 };
	char *argv[] = { program, text, digit };
	s32 name = exos_spawn_slices(3, argv, 0);

	while (!count[which] && exos_yield(name) == 0)
		;
	return name;
}

int
main(int argc, char **argv)
{
	struct exos_stride client[CLIENTS];
	char text[EXOS_SHARE_TEXT];
	struct exos_share s;
	u32 before[CLIENTS], after[QUANTA];
	s32 who[QUANTA];

	if (argc == 3)
		return run(argv[1], atoi(argv[2]));
	if (exos_share_make(&s, SHARED))
		return 1;
	exos_share_text(&s, text);
	for (u32 i = 0; i < CLIENTS; i++)
		if (exos_stride_join(&client[i], start(argv[0], text, i),
				     share[i]))
			return 1;
	for (u32 i = 0; i < CLIENTS; i++)
		before[i] = count[i];
	for (u32 q = 0; q < QUANTA; q++) {
		who[q] = exos_stride_run(client, CLIENTS);
		if (who[q] < 0)
			return 1;
		after[q] = count[who[q]] - before[who[q]];
	}
	printf("quantum,share,iterations\n");
	for (u32 q = 0; q < QUANTA; q++)
		printf("%lu,%lu,%lu\n", (unsigned long)q,
		       (unsigned long)share[who[q]], (unsigned long)after[q]);
	for (u32 i = 0; i < CLIENTS; i++)
		ae_env_free(client[i].name, 0);
	return 0;
}
