/* SPDX-License-Identifier: MIT */
/* What the small tools share: complaints and the exit status. */
#ifndef EXOS_BIN_TOOL_H
#define EXOS_BIN_TOOL_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USAGE 2 /* exit status of a wrong command line */

static int status;

/* Said of a file or a step; the tool goes on and ends with status 1. */
static inline void
complain(const char *tool, const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", tool, what, strerror(errno));
	status = 1;
}

static inline _Noreturn void
usage(const char *text)
{
	fprintf(stderr, "usage: %s\n", text);
	exit(USAGE);
}

/* The end of main: what was written must have arrived. */
static inline int
finish(const char *tool)
{
	if (ferror(stdout) | fflush(stdout))
		complain(tool, "standard output");
	return status;
}

/* A number that is the whole word, or the usage. */
static inline long
number(const char *word, const char *text)
{
	char *end;
	long n = strtol(word, &end, 10);

	if (end == word || *end || n < 0)
		usage(text);
	return n;
}

/* A file of the command line; "-" is standard input.  0: complained. */
static inline FILE *
open_input(const char *tool, const char *name)
{
	FILE *f = strcmp(name, "-") ? fopen(name, "r") : stdin;

	if (!f)
		complain(tool, name);
	return f;
}

/* To be called instead of fclose. */
static inline void
close_input(const char *tool, const char *name, FILE *f)
{
	if (ferror(f))
		complain(tool, name);
	if (f != stdin)
		fclose(f);
	else
		clearerr(f);
}

#endif
