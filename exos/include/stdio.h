/* SPDX-License-Identifier: MIT */
/* Newlib's <stdio.h>, and what it has under other names only. */
#ifndef EXOS_STDIO_H
#define EXOS_STDIO_H

#include_next <stdio.h>

#if __POSIX_VISIBLE >= 200809
#ifdef __cplusplus
extern "C" {
#endif
ssize_t getdelim(char **__restrict line, size_t *__restrict room, int end,
		 FILE *__restrict f);
ssize_t getline(char **__restrict line, size_t *__restrict room,
		FILE *__restrict f);
#ifdef __cplusplus
}
#endif
#endif

#endif
