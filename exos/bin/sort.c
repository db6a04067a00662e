/* SPDX-License-Identifier: MIT */
/* sort [-nru] [-k FIELD] [FILE...]: writes the lines of all files in order. */
#include <ctype.h>

#include "tool.h"

#define TEXT "sort [-nru] [-k field] [file...]"

static char **lines;
static size_t nlines, room;
static int numeric, reverse, unique;
static long field = 1; /* from its first byte to the end of the line */

static void
out_of_memory(void)
{
	complain("sort", "lines");
	exit(USAGE);
}

static void
read_lines(FILE *f)
{
	char *line = 0;
	size_t size = 0;
	ssize_t n;

	while ((n = getline(&line, &size, f)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = 0;
		if (nlines == room) {
			room = room ? 2 * room : 64;
			lines = reallocarray(lines, room, sizeof *lines);
			if (!lines)
				out_of_memory();
		}
		lines[nlines] = strdup(line);
		if (!lines[nlines++])
			out_of_memory();
	}
	free(line);
}

static const char *
key(const char *line)
{
	for (long i = 1; i < field; i++) {
		while (isspace((unsigned char)*line))
			line++;
		while (*line && !isspace((unsigned char)*line))
			line++;
	}
	return line;
}

static int
compare_keys(const char *a, const char *b)
{
	double x, y;

	if (!numeric)
		return strcoll(a, b);
	x = strtod(a, 0);
	y = strtod(b, 0);
	return (x > y) - (x < y);
}

static int
compare(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	int r = compare_keys(key(x), key(y));

	if (!r && !unique)
		r = strcmp(x, y);
	return reverse ? -r : r;
}

int
main(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "k:nru")) != -1)
		switch (c) {
		case 'k':
			field = number(optarg, TEXT);
			break;
		case 'n':
			numeric = 1;
			break;
		case 'r':
			reverse = 1;
			break;
		case 'u':
			unique = 1;
			break;
		default:
			usage(TEXT);
		}
	if (field == 0)
		usage(TEXT);
	if (optind == argc)
		argv[--optind] = "-";
	for (; optind < argc; optind++) {
		FILE *f = open_input("sort", argv[optind]);

		if (!f)
			return USAGE;
		read_lines(f);
		close_input("sort", argv[optind], f);
	}
	qsort(lines, nlines, sizeof *lines, compare);
	for (size_t i = 0; i < nlines; i++)
		if (!unique || i == 0 || compare(&lines[i - 1], &lines[i]))
			puts(lines[i]);
	return finish("sort");
}
