/* SPDX-License-Identifier: MIT */
/*
 * Watchpoints: while there is one the machine is stepped, and the text of
 * each step tells what was loaded or stored. A watchpoint belongs to the
 * program that was shown when it was set, as a breakpoint does.
 */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel.h"

/* As gdb numbers the packets. */
enum watch_kind {
	WATCH_STORE = 2,
	WATCH_LOAD = 3,
	WATCH_ACCESS = 4,
};

struct watch {
	enum watch_kind kind;
	uint32_t va, n;		    /* bytes */
	char program[PROGRAM_NAME]; /* "": an address of the kernel's */
};

/* False: too many, or none of a program. */
bool watch_change(enum watch_kind kind, uint32_t va, uint32_t n, bool add);
void watch_forget(void); /* all */
bool watch_any(void);

/*
 * Has a step hit one?  Then its machine is selected, and watch_hit is it.
 * text is the emulator's, before the instruction counts before the step.
 */
bool watch_seen(const char *text, const int64_t before[]);
extern struct watch watch_hit;

#endif
