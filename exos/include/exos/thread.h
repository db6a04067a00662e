/* SPDX-License-Identifier: MIT */
/*
 * Threads of one environment, scheduled by a library in it (Anderson et al.
 * 1991, scheduler activations; SOSP'95 5.1.1).  A thread that was preempted,
 * because a slice ended or at a tick while the environment runs, yields to
 * the next when the environment has the processor again.
 *
 * None of this is for gate code or exception handlers.  malloc may be called
 * by any thread; around other functions of the C library that keep state
 * (stdio), hold the processor.
 */
#ifndef EXOS_THREAD_H
#define EXOS_THREAD_H

#include <exos/exos.h>

#define EXOS_THREAD_STACK 0x4000 /* bytes; below it lies a guard page */

struct exos_thread;
struct exos_thread_queue {
	struct exos_thread *first, *last;
};

/* A new thread that runs f(arg); 0: no memory. */
struct exos_thread *exos_thread_create(int (*f)(void *), void *arg);
/*
 * Returning from f is the same; returning from main ends the program.  The
 * last thread ends it too, with its result.
 */
_Noreturn void exos_thread_exit(int result);
/*
 * Wait until it has ended, and free it: 0 and its result.  EINVAL: it is the
 * caller, or main's; EBUSY: somebody waits for it already.
 */
s32 exos_thread_join(struct exos_thread *t, int *result);
struct exos_thread *exos_thread_self(void);
/* Let the other threads run. */
void exos_thread_yield(void);

/* Between these no other thread runs unless the caller waits; they nest. */
void exos_thread_hold(void);
void exos_thread_release(void);

/* Zero is an initialised mutex, and an initialised condition variable. */
struct exos_mutex {
	struct exos_thread *owner;
	struct exos_thread_queue waiting;
};
s32 exos_mutex_lock(struct exos_mutex *m);    /* EBUSY: has it already */
s32 exos_mutex_trylock(struct exos_mutex *m); /* EBUSY: somebody has it */
s32 exos_mutex_unlock(struct exos_mutex *m);  /* EPERM: has it not */

struct exos_cond {
	struct exos_thread_queue waiting;
};
/* Give the mutex back, wait for a signal, take it again.  EPERM as above. */
s32 exos_cond_wait(struct exos_cond *c, struct exos_mutex *m);
void exos_cond_signal(struct exos_cond *c);
void exos_cond_broadcast(struct exos_cond *c);

#endif
