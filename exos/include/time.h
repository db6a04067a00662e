/* SPDX-License-Identifier: MIT */
/* Newlib's <time.h>, and of POSIX's clocks what ExOS has. */
#ifndef EXOS_TIME_H
#define EXOS_TIME_H

#include_next <time.h>

#ifndef CLOCK_MONOTONIC
#define CLOCK_MONOTONIC ((clockid_t)4)
#endif

#ifdef __cplusplus
extern "C" {
#endif
int clock_gettime(clockid_t clock, struct timespec *ts);
int clock_getres(clockid_t clock, struct timespec *ts);
int nanosleep(const struct timespec *want, struct timespec *left);
#ifdef __cplusplus
}
#endif

#endif
