/* SPDX-License-Identifier: MIT */
/* Why the machine has stopped, and how gdb is told. */
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

enum stop {
	STOP_NOT,
	STOP_BREAK,
	STOP_STEP,
	STOP_WATCH,
	STOP_INTERRUPT,
	STOP_ILLEGAL, /* what GXemul does not implement */
	STOP_HALTED,  /* without a word: state can be looked at */
	STOP_EXIT,
	STOP_GONE,
};

/* Before the machine runs: see to it that its halt is recognised. */
void stop_init(void);

/*
 * The prompt is there, or the emulator gone: why?  What a command printed
 * tells; interrupted says that we asked for it.  The machine it is about is
 * selected.  STOP_NOT: at a breakpoint that is not gdb's, or not for whom
 * runs now.
 */
enum stop stop_reason(const char *text, bool interrupted);
/* The same, after the machine ran, from what was said meanwhile. */
enum stop stop_after_run(bool interrupted);

/* Tell gdb now. */
void stop_send(enum stop stop);
/* Tell gdb, after a change of program if there is one. */
void stop_report(enum stop stop);
/*
 * The last stop sent was for a watchpoint, here.  gdb then steps once, as it
 * knows from MIPS that the access is still to be done; here it is done.
 */
bool stop_was_watch(void);
/* What a change of program came before, once; STOP_NOT if there was none. */
enum stop stop_deferred(void);

#endif
