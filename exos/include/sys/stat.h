/* SPDX-License-Identifier: MIT */
/* Newlib's <sys/stat.h>, and what it declares for other systems only. */
#ifndef EXOS_SYS_STAT_H
#define EXOS_SYS_STAT_H

#include_next <sys/stat.h>

/* Values of tv_nsec for utimensat and futimens: now, and as it is. */
#ifndef UTIME_NOW
#define UTIME_NOW  (-2L)
#define UTIME_OMIT (-1L)
#endif

int lstat(const char *__restrict path, struct stat *__restrict st);

#endif
