/* SPDX-License-Identifier: MIT */
/* rmdir DIRECTORY...: removes empty directories. */
#include "tool.h"

int
main(int argc, char **argv)
{
	if (getopt(argc, argv, "") != -1 || optind == argc)
		usage("rmdir directory...");
	for (; optind < argc; optind++)
		if (rmdir(argv[optind]))
			complain("rmdir", argv[optind]);
	return status;
}
