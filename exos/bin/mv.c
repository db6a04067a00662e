/* SPDX-License-Identifier: MIT */
/* mv [-f] FILE... TARGET: renames files.  There is one file system. */
#include "target.h"

#define TEXT "mv [-f] file... target"

static void
move(const char *from, const char *to)
{
	if (rename(from, to))
		complain("mv", from);
}

int
main(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "f")) != -1)
		if (c != 'f')
			usage(TEXT);
	if (argc - optind < 2)
		usage(TEXT);
	return each_to_target("mv", argc - optind - 1, argv + optind,
			      argv[argc - 1], move);
}
