/* SPDX-License-Identifier: MIT */
/* gdb's `monitor' commands: the kernel's tables in words. */
#ifndef MONITOR_H
#define MONITOR_H

#include <stdbool.h>

/* Carry out a line and tell() the answer.  False: no such command. */
bool monitor_command(const char *line);
/* `env 3, hello', for a list of threads; in a buffer of its own. */
const char *monitor_where(void);

#endif
