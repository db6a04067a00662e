/* SPDX-License-Identifier: MIT */
/* sleep SECONDS: waits. */
#include "tool.h"

#define TEXT "sleep seconds"

int
main(int argc, char **argv)
{
	unsigned left;

	if (argc != 2)
		usage(TEXT);
	for (left = number(argv[1], TEXT); left;)
		left = sleep(left);
	return 0;
}
