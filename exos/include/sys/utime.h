/* SPDX-License-Identifier: MIT */
/* Newlib's <sys/utime.h>, and the function that goes with it. */
#ifndef EXOS_SYS_UTIME_H
#define EXOS_SYS_UTIME_H

#include_next <sys/utime.h>

int utime(const char *path, const struct utimbuf *times);

#endif
