/* SPDX-License-Identifier: MIT */
/* Newlib's <regex.h>, and the types it takes for granted. */
#ifndef EXOS_REGEX_H
#define EXOS_REGEX_H

#include <sys/types.h>
#include_next <regex.h>

#endif
