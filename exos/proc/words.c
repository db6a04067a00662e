/* SPDX-License-Identifier: MIT */
/* What a program finds that exec started: its words, and ignored signals. */
#include <stdlib.h>
#include <string.h>

#include "process.h"

int
process_words(char ***argv, char ***environment)
{
	struct process_words *from = (void *)process_args(), *w;
	char **vector, *at;

	if (!from)
		return -1;
	w = malloc(sizeof *w);
	vector = calloc(from->argc + from->envc + 2, sizeof *vector);
	if (!w || !vector)
		exos_exit(EXOS_NO_TABLE);
	memcpy(w, from, sizeof *w);
	process_args_taken();
	at = w->text;
	*argv = vector;
	*environment = vector + w->argc + 1;
	for (u32 i = 0; i < w->argc + w->envc; i++) {
		vector[i + (i >= w->argc)] = at;
		at += strlen(at) + 1;
	}
	process_inherit(w);
	return w->argc;
}
