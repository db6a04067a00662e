/* SPDX-License-Identifier: MIT */
/* wc [-clw] [FILE...]: counts lines, words and bytes. */
#include <ctype.h>

#include "tool.h"

struct counts {
	unsigned long lines, words, bytes;
};

static int lines, words, bytes; /* which are shown */

static void
show(const struct counts *n, const char *name)
{
	if (lines)
		printf("%7lu", n->lines);
	if (words)
		printf("%7lu", n->words);
	if (bytes)
		printf("%7lu", n->bytes);
	if (name)
		printf(" %s", name);
	putchar('\n');
}

static void
count(FILE *f, struct counts *n)
{
	int c, in_word = 0;

	while ((c = getc(f)) != EOF) {
		n->bytes++;
		n->lines += c == '\n';
		n->words += !isspace(c) && !in_word;
		in_word = !isspace(c);
	}
}

static void
wc(const char *name, const char *shown, struct counts *total)
{
	struct counts n = { 0 };
	FILE *f = open_input("wc", name);

	if (!f)
		return;
	count(f, &n);
	close_input("wc", name, f);
	show(&n, shown);
	total->lines += n.lines;
	total->words += n.words;
	total->bytes += n.bytes;
}

int
main(int argc, char **argv)
{
	struct counts total = { 0 };
	int c, several;

	while ((c = getopt(argc, argv, "clw")) != -1)
		switch (c) {
		case 'c':
			bytes = 1;
			break;
		case 'l':
			lines = 1;
			break;
		case 'w':
			words = 1;
			break;
		default:
			usage("wc [-clw] [file...]");
		}
	if (!lines && !words && !bytes)
		lines = words = bytes = 1;
	several = argc - optind > 1;
	if (optind == argc)
		wc("-", 0, &total);
	for (; optind < argc; optind++)
		wc(argv[optind], argv[optind], &total);
	if (several)
		show(&total, "total");
	return finish("wc");
}
