/* SPDX-License-Identifier: MIT */
/*
 * Threads: a queue of those that can run, and a switch of stacks.  Whoever
 * changes a queue holds the processor: exos_pin->preempt is 0, so code that
 * is preempted then goes on where it was.
 */
#include <errno.h>
#include <exos/lock.h>
#include <exos/thread.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define GUARD	     AE_PAGE_SIZE
#define SWITCH_WORDS 10 /* what exos_thread_switch keeps; the last is ra */

struct exos_thread {
	u32 sp; /* while it does not run */
	u32 held;
	struct exos_thread *next; /* in its queue */
	struct exos_thread *joiner;
	void *stack; /* with the guard page; 0: main's */
	int (*f)(void *);
	void *arg;
	int result;
	int ended;
};

void exos_thread_switch(u32 *from_sp, u32 to_sp);

static struct exos_thread main_thread;
static struct exos_thread *current = &main_thread;
static struct exos_thread_queue ready;
static u32 held;    /* holds of the thread that runs */
static int threads; /* there were others than main's */
static u32 living = 1;

static void
append(struct exos_thread_queue *q, struct exos_thread *t)
{
	t->next = 0;
	if (q->first)
		q->last->next = t;
	else
		q->first = t;
	q->last = t;
}

static struct exos_thread *
take(struct exos_thread_queue *q)
{
	struct exos_thread *t = q->first;

	if (t)
		q->first = t->next;
	return t;
}

/* On the stack of a thread that was preempted; errno is each thread's. */
static void
preempted(struct exos_frame *f)
{
	int e = errno;

	(void)f;
	exos_thread_yield();
	errno = e;
}

static inline void
hold(void)
{
	*(volatile u32 *)&exos_pin->preempt = 0;
	held++;
}

static inline void
release(void)
{
	if (--held == 0 && threads)
		*(volatile u32 *)&exos_pin->preempt = (u32)preempted;
}

void
exos_thread_hold(void)
{
	hold();
}

void
exos_thread_release(void)
{
	release();
}

/* Leave the processor to the first that is ready; the caller holds. */
static void
run_next(void)
{
	struct exos_thread *old = current, *next = take(&ready);

	if (!next) {
		static const char text[] = "deadlock: every thread waits\n";

		write(2, text, sizeof text - 1);
		_exit(EXIT_FAILURE);
	}
	old->held = held;
	current = next;
	exos_thread_switch(&old->sp, next->sp);
	held = current->held;
}

/* Wait in a queue until somebody makes us ready. */
static void
block(struct exos_thread_queue *q)
{
	append(q, current);
	run_next();
}

void
exos_thread_yield(void)
{
	hold();
	if (ready.first)
		block(&ready);
	release();
}

/* Code on pinned stacks (gates, handlers) belongs to no thread. */
static s32
pause_thread(u32 name)
{
	if (ready.first && (u32)__builtin_frame_address(0) < AE_PINNED_BASE) {
		exos_thread_yield();
		return 0;
	}
	return name == exos_self ? AE_EBUSY : exos_yield(name);
}

/* Whoever is interrupted is turned aside (vm/fault.c): no more to be done. */
static void
tick(const struct ae_int *i)
{
	(void)i;
}

struct exos_thread *
exos_thread_self(void)
{
	return current;
}

/* Where a new thread begins: as if it had come out of run_next. */
static void
begin(void)
{
	held = current->held;
	release();
	exos_thread_exit(current->f(current->arg));
}

struct exos_thread *
exos_thread_create(int (*f)(void *), void *arg)
{
	struct exos_thread *t = calloc(1, sizeof *t);
	char *stack = memalign(AE_PAGE_SIZE, GUARD + EXOS_THREAD_STACK);
	u32 *top;

	if (!t || !stack) {
		free(t);
		free(stack);
		return 0;
	}
	*(volatile char *)stack = 0; /* there, so that it can be protected */
	exos_protect((u32)stack, 1, 0);
	/* o32: the callee may write four words above its frame. */
	top = (u32 *)(stack + GUARD + EXOS_THREAD_STACK) - 4 - SWITCH_WORDS;
	top[SWITCH_WORDS - 1] = (u32)begin;
	*t = (struct exos_thread){
		.sp = (u32)top,
		.held = 1,
		.stack = stack,
		.f = f,
		.arg = arg,
	};
	hold();
	if (!threads)
		exos_on_interrupt(AE_INT_TIME, tick);
	threads = 1;
	living++;
	exos_pause = pause_thread;
	append(&ready, t);
	release();
	return t;
}

void
exos_thread_exit(int result)
{
	hold();
	if (--living == 0)
		exit(result);
	current->result = result;
	current->ended = 1;
	if (current->joiner)
		append(&ready, current->joiner);
	for (;;)
		run_next();
}

s32
exos_thread_join(struct exos_thread *t, int *result)
{
	s32 e = 0;

	hold();
	if (t == current || t == &main_thread)
		e = AE_EINVAL;
	else if (t->joiner)
		e = AE_EBUSY;
	if (!e) {
		t->joiner = current;
		if (!t->ended)
			run_next();
	}
	release();
	if (e)
		return e;
	if (result)
		*result = t->result;
	exos_protect((u32)t->stack, 1, 1);
	free(t->stack);
	free(t);
	return 0;
}

/* ---- mutexes: given by hand to the one that waited longest ---- */

s32
exos_mutex_lock(struct exos_mutex *m)
{
	s32 e = 0;

	hold();
	if (!m->owner)
		m->owner = current;
	else if (m->owner == current)
		e = AE_EBUSY;
	else
		block(&m->waiting);
	release();
	return e;
}

s32
exos_mutex_trylock(struct exos_mutex *m)
{
	s32 e = AE_EBUSY;

	hold();
	if (!m->owner) {
		m->owner = current;
		e = 0;
	}
	release();
	return e;
}

static void
give(struct exos_mutex *m)
{
	m->owner = take(&m->waiting);
	if (m->owner)
		append(&ready, m->owner);
}

s32
exos_mutex_unlock(struct exos_mutex *m)
{
	if (m->owner != current)
		return AE_EPERM;
	hold();
	give(m);
	release();
	return 0;
}

s32
exos_cond_wait(struct exos_cond *c, struct exos_mutex *m)
{
	if (m->owner != current)
		return AE_EPERM;
	hold();
	give(m);
	block(&c->waiting);
	release();
	return exos_mutex_lock(m);
}

void
exos_cond_signal(struct exos_cond *c)
{
	struct exos_thread *t;

	hold();
	t = take(&c->waiting);
	if (t)
		append(&ready, t);
	release();
}

void
exos_cond_broadcast(struct exos_cond *c)
{
	struct exos_thread *t;

	hold();
	while ((t = take(&c->waiting)))
		append(&ready, t);
	release();
}
