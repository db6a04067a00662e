/* SPDX-License-Identifier: MIT */
/* What every process may know of the others of its session. */
#ifndef EXOS_PROCESS_H
#define EXOS_PROCESS_H

#include <aegis/types.h>

#define EXOS_COMMAND 16 /* bytes */

struct exos_process {
	u32 env; /* name of its environment; of a dead one, the last */
	int pid, ppid, pgid, sid;
	char state;		    /* R: it can run, T: stopped, Z: dead */
	char command[EXOS_COMMAND]; /* its program's name, cut short */
};

/*
 * The process with the next number after pid; 0 begins.  It and all that is
 * told of it may have changed when this returns.  Result: 0, or -1: no more.
 */
int exos_process_next(int pid, struct exos_process *next);

#endif
