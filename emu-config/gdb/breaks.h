/* SPDX-License-Identifier: MIT */
/*
 * Breakpoints: where gdb wants them, and where the emulator has them.  One
 * at a user address belongs to the program that gdb was shown when it was
 * set, and only counts while an environment with that program runs.
 */
#ifndef BREAKS_H
#define BREAKS_H

#include <stdbool.h>
#include <stdint.h>

void breaks_add(uint32_t va, const char *program);
void breaks_remove(uint32_t va, const char *program);
/* Those of one program, "" being none; or, with NULL, the kernel's as well. */
void breaks_forget(const char *program);
/* Is one where the selected machine is, for the program it runs? */
bool breaks_here(void);
/* Is the emulator to stop at va, for whomever? */
bool breaks_stop_at(uint32_t va);
/* One of our own, at a kernel address; gdb does not learn of it. */
void breaks_own(uint32_t va);
/* One more, for a step that passes over a trap; 0: none. */
void breaks_passing(uint32_t va);
/* The selected machine is not to stop at va; 0: at all it should. */
void breaks_lift(uint32_t va);
/* Set what is pending and can be placed now; it is told. */
void breaks_retry(void);
/* Make the emulator's those that are wanted; what cannot be is told. */
void breaks_sync(void);
/* For the user: every breakpoint, and why one is pending. */
void breaks_list(void);

#endif
