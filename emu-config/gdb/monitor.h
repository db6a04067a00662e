/* SPDX-License-Identifier: MIT */
/* gdb's `monitor' commands: the kernel's tables in words. */
#ifndef MONITOR_H
#define MONITOR_H

/* Carry out a line and tell() the answer. */
void monitor_command(const char *line);
/* Takes what `monitor type' types. */
extern int monitor_type_fd;
/* `env 3, hello', for a list of threads; in a buffer of its own. */
const char *monitor_where(void);

#endif
