/* SPDX-License-Identifier: MIT */
/* POSIX's names of Newlib's functions that read lines of any length. */
#include <stdio.h>

ssize_t
getdelim(char **restrict line, size_t *restrict room, int end, FILE *restrict f)
{
	return __getdelim(line, room, end, f);
}

ssize_t
getline(char **restrict line, size_t *restrict room, FILE *restrict f)
{
	return __getdelim(line, room, '\n', f);
}
