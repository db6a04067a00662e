/* SPDX-License-Identifier: MIT */
/*
 * Processes: environments with a number, a parent and signals.  A result is
 * 0 or a number, or a negative errno value.
 */
#ifndef EXOS_PROC_PROCESS_H
#define EXOS_PROC_PROCESS_H

#include <unistd.h>

#include <exos/exos.h>

#include "../fs/fs.h"

/* fork: the child's number, 0 in the child, or -EAGAIN. */
int process_create(void);
/* exec: returns only an error. */
int process_replace(const char *path, char *const argv[],
		    char *const environment[]);
/* What exec leaves to a new program, in the page that its record names. */
struct process_words {
	u32 argc, envc;
	u32 ignored, blocked;	      /* signals */
	u32 alarm_at, alarm_every;    /* tick and ticks, or 0 */
	char text[SESSION_PAGE - 24]; /* argc + envc words, each ended by 0 */
};
/* The words that exec left for this process: argc, or -1 for none. */
int process_words(char ***argv, char ***environment);
/* wait: -EAGAIN if there is nothing to tell yet. */
int process_wait(int pid, int *status, int flags);
/* An environment of ours that a child has left by exec, and that we are to
 * free now; 0: there is none. */
u32 process_left(void);
/* End by a signal. */
_Noreturn void process_leave(int sig);

/* Others may send us signals; what preempted code is to call. */
void process_listen(void);
void process_preempted(struct exos_frame *f);
void process_forked(void);
/* What exec hands on of signals, and takes up. */
void process_leave_signals(struct process_words *w);
void process_inherit(const struct process_words *w);
/* How the kernel says that an environment ended, as wait has it. */
int process_status_of(s32 exit);

#endif
