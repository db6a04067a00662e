/* SPDX-License-Identifier: MIT */
/* Running and stepping the machine as gdb asks, until it stops. */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>

#include "target.h"

/* It runs, and gdb waits to be told of a stop. */
extern bool running;

/* Do what a packet asks: continue, step, or step over a range. */
void run_resume(const struct packet *p);
/* The emulator has written something while it runs. */
void run_event(void);
/* gdb wants it to stop. */
void run_interrupt(void);
/* Let it run without a debugger, and take it back for another gdb. */
void run_freely(void);
void run_seize(void);

#endif
