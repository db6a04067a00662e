/* SPDX-License-Identifier: MIT */
/*
 * Locks in memory that environments share, and things done once.
 *
 * A lock word names the environment that holds it, so that who waits can
 * give it the processor, and can see in the exposed gate table when it has
 * died.  What a lock protects must be valid after every store, or be put
 * right by who takes the lock over.
 */
#ifndef EXOS_LOCK_H
#define EXOS_LOCK_H

#include <aegis/types.h>

struct exos_lock {
	volatile u32 owner;	/* name; 0: free */
};

#define EXOS_ORPHAN	1	/* taken from an owner that died */

/*
 * Take a lock, waiting for it.  Result: 0; EXOS_ORPHAN; or AE_EBUSY, when
 * this environment holds it itself and has no other thread that could give
 * it back.
 */
s32 exos_lock(struct exos_lock *l);
/* The same without waiting: AE_EBUSY if a live environment holds it. */
s32 exos_trylock(struct exos_lock *l);
static inline void
exos_unlock(struct exos_lock *l)
{
	__atomic_store_n(&l->owner, 0, __ATOMIC_RELEASE);
}

/*
 * Call f once, however many ask: who asks meanwhile waits until f is done.
 * If the environment that ran f died in it, the next one runs it again.
 * Result: 0, or AE_EBUSY as exos_lock.
 */
struct exos_once {
	volatile u32 state;	/* 0, the name of who runs it, or 1: done */
};
s32 exos_once(struct exos_once *o, void (*f)(void));

/* Is this the name of an environment that lives? */
int exos_alive(u32 name);

/*
 * Wait a little, for somebody (0: anybody) to do something: lets another
 * thread run, and without one yields to that environment.  Result: 0, or a
 * negative error when that can come to nothing.
 */
extern s32 (*exos_pause)(u32 name);

#endif
