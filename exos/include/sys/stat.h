/* SPDX-License-Identifier: MIT */
/* Newlib's <sys/stat.h>, and what it declares for other systems only. */
#ifndef EXOS_SYS_STAT_H
#define EXOS_SYS_STAT_H

#include_next <sys/stat.h>

int lstat(const char *__restrict path, struct stat *__restrict st);

#endif
