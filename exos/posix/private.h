/* SPDX-License-Identifier: MIT */
/* What the files of Newlib's calls share. */
#ifndef EXOS_POSIX_PRIVATE_H
#define EXOS_POSIX_PRIVATE_H

#include <errno.h>
#include <time.h>

#include "../fs/fs.h"

/* A result of exos/fs as C has it: -1 and errno if it is negative. */
static inline int
result(s32 r)
{
	if (r >= 0)
		return r;
	errno = -r;
	return -1;
}

/* A time to wait in clock ticks, at most a year: 0, or -EINVAL. */
int ticks_to_wait(const struct timespec *t, u32 *ticks);

/* Give back the free end of malloc's memory; when malloc is at work, then. */
void exos_malloc_spare(void);

#endif
