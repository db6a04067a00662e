/* SPDX-License-Identifier: MIT */
/* head [-n LINES] [FILE...]: writes the first lines, 10 unless told. */
#include "tool.h"

#define TEXT "head [-n lines] [file...]"

static void
head(const char *name, long n)
{
	FILE *f = open_input("head", name);
	int c;

	if (!f)
		return;
	while (n > 0 && (c = getc(f)) != EOF) {
		putchar(c);
		n -= c == '\n';
	}
	close_input("head", name, f);
}

int
main(int argc, char **argv)
{
	long n = 10;
	int c, several;

	while ((c = getopt(argc, argv, "n:")) != -1) {
		if (c != 'n')
			usage(TEXT);
		n = number(optarg, TEXT);
	}
	several = argc - optind > 1;
	if (optind == argc)
		head("-", n);
	for (int first = optind; optind < argc; optind++) {
		if (several)
			printf("%s==> %s <==\n", optind > first ? "\n" : "",
			       argv[optind]);
		head(argv[optind], n);
	}
	return finish("head");
}
