/* SPDX-License-Identifier: MIT */
/* Where a loaded program begins: arguments, environment, main, exit. */
#include <stdlib.h>
#include <unistd.h>

#include <exos/exos.h>

#include "../proc/process.h"
#include "private.h"

#define MAXARGS 32

int main(int argc, char **argv);
void exos_start(void);

void
exos_start(void)
{
	static char *argv[MAXARGS + 1];
	static char *env[] = { "PATH=/bin", "HOME=/",	 "SHELL=/bin/sh",
			       "TERM=dumb", "USER=root", 0 };
	struct exos_boot *boot = &exos_pin->boot;
	int argc = 0;

	for (u32 i = 0; i < boot->args_len && argc < MAXARGS; i++)
		if (i == 0 || !boot->args[i - 1])
			argv[argc++] = &boot->args[i];
	environ = env;
	exos_spare = exos_malloc_spare;
	if (boot->segment_page) {
		char **words;
		int n = process_words(&words, &environ);

		if (n >= 0)
			exit(main(n, words));
	}
	exit(main(argc, argv));
}
