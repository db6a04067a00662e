/* SPDX-License-Identifier: MIT */
/* Locks and once, on the restartable compare-and-swap (ras.S). */
#include <exos/exos.h>
#include <exos/lock.h>

#define DONE 1 /* no name: those have a number */

s32 (*exos_pause)(u32 name) = exos_yield;

int
exos_alive(u32 name)
{
	const volatile struct ae_gate *g = &exos_gates[AE_NAME_NUMBER(name)];

	return g->name == name && g->state == AE_ENV_LIVE;
}

/* Put our name where `from` was.  Result: what was there. */
static u32
claim(volatile u32 *word, u32 from)
{
	return __sync_val_compare_and_swap(word, from, exos_self);
}

s32
exos_trylock(struct exos_lock *l)
{
	u32 owner = claim(&l->owner, 0);

	if (!owner)
		return 0;
	if (!exos_alive(owner) && claim(&l->owner, owner) == owner)
		return EXOS_ORPHAN;
	return AE_EBUSY;
}

/* Wait for owner, unless it would be for ever: without threads, ourselves. */
static s32
wait_for(u32 owner)
{
	s32 e;

	if (owner == exos_self && exos_pause == exos_yield)
		return AE_EBUSY;
	e = exos_pause(owner);
	return owner == exos_self ? e : 0;
}

s32
exos_lock(struct exos_lock *l)
{
	for (;;) {
		u32 owner = claim(&l->owner, 0);

		if (!owner)
			return 0;
		if (!exos_alive(owner)) {
			if (claim(&l->owner, owner) == owner)
				return EXOS_ORPHAN;
		} else if (wait_for(owner)) {
			return AE_EBUSY;
		}
	}
}

s32
exos_once(struct exos_once *o, void (*f)(void))
{
	while (o->state != DONE) {
		u32 runner = claim(&o->state, 0);

		if (runner && runner != DONE && !exos_alive(runner) &&
		    claim(&o->state, runner) == runner)
			runner = 0;
		if (!runner) {
			f();
			o->state = DONE;
		} else if (runner != DONE && wait_for(runner)) {
			return AE_EBUSY;
		}
	}
	return 0;
}
