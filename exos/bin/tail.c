/* SPDX-License-Identifier: MIT */
/* tail [-n [+]LINES] [FILE]: writes the last lines, 10, or from a line on. */
#include "tool.h"

#define TEXT "tail [-n [+]lines] [file]"

/* From line n on; the first is 1. */
static void
from(FILE *f, long n)
{
	int c;

	while (n > 1 && (c = getc(f)) != EOF)
		n -= c == '\n';
	while ((c = getc(f)) != EOF)
		putchar(c);
}

/* The last n lines, kept in a ring. */
static void
last(FILE *f, long n)
{
	char **ring = calloc(n, sizeof *ring);
	size_t *length = calloc(n, sizeof *length);
	size_t *room = calloc(n, sizeof *room);
	long at = 0, have = 0;
	ssize_t got;

	if (!ring || !length || !room) {
		complain("tail", "lines");
		return;
	}
	while ((got = getline(&ring[at], &room[at], f)) > 0) {
		length[at] = got;
		at = (at + 1) % n;
		have += have < n;
	}
	for (long i = 0; i < have; i++) {
		long k = (at + n - have + i) % n;

		fwrite(ring[k], 1, length[k], stdout);
	}
}

int
main(int argc, char **argv)
{
	const char *name;
	long n = 10;
	int c, plus = 0;
	FILE *f;

	while ((c = getopt(argc, argv, "n:")) != -1) {
		if (c != 'n')
			usage(TEXT);
		plus = *optarg == '+';
		n = number(optarg + (plus || *optarg == '-'), TEXT);
	}
	if (argc - optind > 1)
		usage(TEXT);
	name = optind < argc ? argv[optind] : "-";
	f = open_input("tail", name);
	if (!f)
		return status;
	if (plus)
		from(f, n);
	else if (n > 0)
		last(f, n);
	close_input("tail", name, f);
	return finish("tail");
}
