/* SPDX-License-Identifier: MIT */
/* What the files about signals share. */
#ifndef EXOS_PROC_SIGNAL_H
#define EXOS_PROC_SIGNAL_H

#include <signal.h>

#include "process.h"

#define BIT(sig)      (1u << (sig))
#define NEVER_BLOCKED (BIT(SIGKILL) | BIT(SIGSTOP) | PENDING_LOOK)

static inline int
is_no_signal(int sig)
{
	return sig < 1 || sig >= NSIG;
}

extern struct sigaction signal_action[NSIG];
extern u32 signal_blocked;   /* a bit a signal, as all sets here */
extern u32 signal_alarm_at;  /* the tick that brings SIGALRM, or 0 */
extern u32 signal_alarm_every; /* ticks to the next ones, or 0 */
extern stack_t signal_stack; /* sigaltstack's */

/* All that have come and were not handled yet. */
u32 signal_pending(void);
/* Take one of a set: its number and what is known of it, or 0. */
int signal_take(u32 set, siginfo_t *info);
/* Forget those of a set that have come. */
void signal_forget(u32 set);
/* Handle what is there and not blocked. */
void signal_handle(void);
/* Call a handler on this stack or its own, with what it wants blocked. */
void signal_call(siginfo_t *info, struct exos_frame *f);
/* Is a stack pointer in the stack of sigaltstack? */
int signal_on_stack(u32 sp);
/* Exceptions become signals: sigfault.c. */
void signal_catch_faults(void);
/* Before a process ends by an exception, by exit status: sigfault.c. */
void signal_last_words(u32 status);
/* Do children leave no status, as this process ignores SIGCHLD? */
int signal_drops_children(void);

/* handler(sig, info, context) on a stack that ends at top: context.S. */
void signal_switch(int sig, siginfo_t *info, void *context,
		   void (*handler)(int, siginfo_t *, void *), u32 top);

#endif
