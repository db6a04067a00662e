/* SPDX-License-Identifier: MIT */
/* sleep SECONDS[.FRACTION]: waits. */
#include <ctype.h>
#include <time.h>
#include "tool.h"

#define TEXT "sleep seconds[.fraction]"

/* Decimal, with digits on a side of the point at least; the usage if the word
 * is anything else or too much.  Digits below the nanosecond do not count. */
static struct timespec
duration(const char *word)
{
	struct timespec t = { 0 };
	long place = 1000000000; /* of a digit, in nanoseconds */
	char *end;

	if (!isdigit((unsigned char)word[*word == '.']))
		usage(TEXT);
	errno = 0;
	t.tv_sec = strtol(word, &end, 10);
	if (errno)
		usage(TEXT);
	if (*end == '.')
		while (isdigit((unsigned char)*++end))
			t.tv_nsec += (*end - '0') * (place /= 10);
	if (*end)
		usage(TEXT);
	return t;
}

int
main(int argc, char **argv)
{
	struct timespec left;

	if (argc != 2)
		usage(TEXT);
	left = duration(argv[1]);
	while (nanosleep(&left, &left))
		;
	return 0;
}
