/* SPDX-License-Identifier: MIT */
/* The first program: says hello and shows its arguments. */
#include <stdio.h>

int
main(int argc, char **argv)
{
	printf("hello from ExOS\n");
	for (int i = 1; i < argc; i++)
		printf("%d: %s\n", i, argv[i]);
	return 0;
}
