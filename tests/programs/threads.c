/* SPDX-License-Identifier: MIT */
/*
 * Threads of a program: made, joined, preempted at the end of a slice and by
 * a tick, and kept out of each other's way.
 */
#include <errno.h>
#include <exos/lock.h>
#include <exos/thread.h>

#include "../include/check.h"

#define N 5

static int order[16];
static volatile int norder;

static void
note(int who)
{
	order[norder++] = who;
}

static int
noter(void *arg)
{
	note((int)arg);
	exos_thread_yield();
	note((int)arg);
	return (int)arg * 10;
}

static void
create_and_join(void)
{
	struct exos_thread *t[3];
	int result = 0, sum = 0;

	for (int i = 0; i < 3; i++)
		t[i] = exos_thread_create(noter, (void *)(i + 1));
	check(norder == 0, "a new thread waits for its turn");
	for (int i = 0; i < 3; i++) {
		check_is(exos_thread_join(t[i], &result), 0, "join");
		sum += result;
	}
	check_is(sum, 60, "with the results");
	check(norder == 6 && order[0] == 1 && order[1] == 2 && order[2] == 3 &&
		      order[3] == 1 && order[5] == 3,
	      "they ran in turn");
	check_is(exos_thread_join(exos_thread_self(), 0), AE_EINVAL,
		 "join oneself: EINVAL");
}

static struct exos_thread *joined;

static int
second_joiner(void *arg)
{
	(void)arg;
	return exos_thread_join(joined, 0);
}

static int
sleeper(void *arg)
{
	for (int i = 0; i < 4; i++)
		exos_thread_yield();
	return (int)arg;
}

static int
self_exit(void *arg)
{
	exos_thread_exit((int)arg);
}

static void
join_errors(void)
{
	struct exos_thread *t;
	int result;

	joined = exos_thread_create(sleeper, (void *)7);
	t = exos_thread_create(second_joiner, 0);
	check(!exos_thread_join(joined, &result) && result == 7,
	      "join while it runs");
	check(!exos_thread_join(t, &result) && result == AE_EBUSY,
	      "join what is being joined: EBUSY");
	t = exos_thread_create(self_exit, (void *)9);
	check(!exos_thread_join(t, &result) && result == 9, "exit");
}

/* ---- mutex and condition ---- */

static struct exos_mutex mutex;
static struct exos_cond filled, emptied;
static int slot, inside, most_inside, received;

static int
excluded(void *arg)
{
	for (int i = 0; i < 20; i++) {
		if (exos_mutex_lock(&mutex))
			return 1;
		inside++;
		if (inside > most_inside)
			most_inside = inside;
		exos_thread_yield();
		inside--;
		exos_mutex_unlock(&mutex);
	}
	return (int)arg;
}

static int
producer(void *arg)
{
	for (int i = 1; i <= 20; i++) {
		exos_mutex_lock(&mutex);
		while (slot)
			exos_cond_wait(&emptied, &mutex);
		slot = i + (int)arg;
		exos_cond_signal(&filled);
		exos_mutex_unlock(&mutex);
	}
	return 0;
}

static int
consumer(void *arg)
{
	int n = (int)arg;

	exos_mutex_lock(&mutex);
	while (n--) {
		while (!slot)
			exos_cond_wait(&filled, &mutex);
		received += slot;
		slot = 0;
		exos_cond_broadcast(&emptied);
	}
	exos_mutex_unlock(&mutex);
	return 0;
}

static int
tries(void *arg)
{
	(void)arg;
	return exos_mutex_trylock(&mutex) == AE_EBUSY &&
	       exos_mutex_unlock(&mutex) == AE_EPERM &&
	       exos_cond_wait(&filled, &mutex) == AE_EPERM;
}

static void
mutexes(void)
{
	struct exos_thread *t[N];
	int result = 0;

	for (int i = 0; i < N; i++)
		t[i] = exos_thread_create(excluded, 0);
	for (int i = 0; i < N; i++)
		exos_thread_join(t[i], &result);
	check_is(most_inside, 1, "a mutex lets one in at a time");

	check_is(exos_mutex_lock(&mutex), 0, "lock");
	check_is(exos_mutex_lock(&mutex), AE_EBUSY, "lock it again: EBUSY");
	t[0] = exos_thread_create(tries, 0);
	exos_thread_join(t[0], &result);
	check(result, "another's: trylock EBUSY, unlock and wait EPERM");
	check_is(exos_mutex_unlock(&mutex), 0, "unlock");
	check_is(exos_mutex_unlock(&mutex), AE_EPERM, "unlock again: EPERM");

	t[0] = exos_thread_create(producer, 0);
	t[1] = exos_thread_create(producer, (void *)1000);
	t[2] = exos_thread_create(consumer, (void *)15);
	t[3] = exos_thread_create(consumer, (void *)25);
	for (int i = 0; i < 4; i++)
		exos_thread_join(t[i], &result);
	check_is(received, 2 * 210 + 20 * 1000,
		 "two producers and two consumers lose nothing");
}

/* ---- a lock between environments, wanted by two threads of one ---- */

static struct exos_lock lock;

static int
keeper(void *arg)
{
	(void)arg;
	exos_lock(&lock);
	for (int i = 0; i < 3; i++)
		exos_thread_yield();
	slot = 77;
	exos_unlock(&lock);
	return 0;
}

static void
locks(void)
{
	struct exos_thread *t = exos_thread_create(keeper, 0);

	slot = 0;
	/* Its turn may end before it has the lock. */
	while (!*(volatile u32 *)&lock.owner)
		exos_thread_yield();
	check_is(exos_lock(&lock), 0, "exos_lock waits for another thread");
	check_is(slot, 77, "until it gives the lock back");
	check_is(exos_lock(&lock), AE_EBUSY, "and not for itself: EBUSY");
	exos_unlock(&lock);
	exos_thread_join(t, 0);
}

/* ---- preemption ---- */

static volatile u32 turns[N];
static volatile int stop;

/* Never yields; what it computes, by hi and lo too, must come out right. */
static int
spinner(void *arg)
{
	u32 a = (u32)arg, n = 0;

	errno = (int)arg;
	while (!stop) {
		a = a * 1664525 + 1013904223;
		n++;
		turns[(int)arg] = n;
		if (errno != (int)arg)
			return 1;
	}
	exos_thread_hold();
	while (n--)
		a = (a - 1013904223) * 4276115653; /* backwards */
	exos_thread_release();
	return a != (u32)arg;
}

static void
spin(const char *what)
{
	struct exos_thread *t[3];
	u32 least = ~0u, start = exos_info->ticks, bad = 0;
	int result;

	stop = 0;
	for (int i = 0; i < 3; i++) {
		turns[i] = 0;
		t[i] = exos_thread_create(spinner, (void *)i);
	}
	while (exos_info->ticks - start < 30)
		;
	for (int i = 0; i < 3; i++)
		least = turns[i] < least ? turns[i] : least;
	stop = 1;
	for (int i = 0; i < 3; i++) {
		exos_thread_join(t[i], &result);
		bad += result;
	}
	check(least > 1000, "%s: threads that never yield all run: %lu turns",
	      what, (unsigned long)least);
	check_is(bad, 0, "with registers and errno of their own");
}

/* malloc by threads that are preempted in it. */
static int
allocator(void *arg)
{
	static char *volatile kept[3][8];
	u32 n = 0;

	for (u32 i = 0; !stop; i++) {
		char *volatile *p = &kept[(int)arg][i & 7];

		free(*p);
		*p = malloc(i % 200 + 1);
		memset(*p, (int)arg, i % 200 + 1);
		for (u32 k = 0; k < i % 200 + 1; k++)
			if ((*p)[k] != (int)arg)
				return 1;
		n++;
	}
	for (int i = 0; i < 8; i++) {
		free(kept[(int)arg][i]);
		kept[(int)arg][i] = 0;
	}
	return n < 100;
}

static void
allocate(void)
{
	struct exos_thread *t[3];
	u32 start = exos_info->ticks;
	int result, bad = 0;

	stop = 0;
	for (int i = 0; i < 3; i++)
		t[i] = exos_thread_create(allocator, (void *)i);
	while (exos_info->ticks - start < 40)
		;
	stop = 1;
	for (int i = 0; i < 3; i++) {
		exos_thread_join(t[i], &result);
		bad += result;
	}
	check_is(bad, 0, "malloc of preempted threads");
}

static int
after_break(struct exos_frame *f)
{
	f->epc += 4;
	exos_divert(f);
	return 0;
}

static int
breaker(void *arg)
{
	for (int i = 0; i < 3; i++) {
		note((int)arg);
		asm volatile("break");
	}
	return 0;
}

/* Any exception can stand for the tick of a running environment. */
static void
ticks(void)
{
	struct exos_thread *t[2];

	exos_on_exception(AE_EXC_BP, after_break);
	norder = 0;
	for (int i = 0; i < 2; i++)
		t[i] = exos_thread_create(breaker, (void *)i);
	for (int i = 0; i < 2; i++)
		exos_thread_join(t[i], 0);
	check(norder == 6 && order[0] == 0 && order[1] == 1 && order[2] == 0 &&
		      order[3] == 1 && order[4] == 0 && order[5] == 1,
	      "a thread that is interrupted by a tick lets the others run");
	norder = 0;
	exos_thread_hold();
	t[0] = exos_thread_create(breaker, (void *)1);
	note(5);
	asm volatile("break");
	note(6);
	exos_thread_release();
	exos_thread_join(t[0], 0);
	check(order[0] == 5 && order[1] == 6 && order[2] == 1,
	      "not while it holds the processor");
	exos_on_exception(AE_EXC_BP, 0);
}

/* ---- ends ---- */

static int
recurse(void *arg)
{
	volatile char space[512];

	space[0] = (int)arg;
	return arg ? recurse((void *)((int)arg + 1)) + space[0] : 0;
}

static int
part(const char *name)
{
	struct exos_thread *t;

	if (!strcmp(name, "deadlock")) {
		exos_mutex_lock(&mutex);
		t = exos_thread_create(excluded, 0);
		return exos_thread_join(t, 0);
	}
	if (!strcmp(name, "overflow")) {
		t = exos_thread_create(recurse, (void *)1);
		return exos_thread_join(t, 0);
	}
	if (!strcmp(name, "last")) {
		exos_thread_create(sleeper, (void *)42);
		exos_thread_exit(1);
	}
	while (1) /* the neighbour, so that slices end */
		;
}

static void
ends(void)
{
	check_is(exos_wait(check_spawn("deadlock", 0)), 1,
		 "when every thread waits the program ends");
	check_is(exos_wait(check_spawn("overflow", 0)), 128 + AE_EXC_MOD,
		 "a stack that runs over ends it");
	check_is(exos_wait(check_spawn("last", 0)), 42,
		 "the last thread ends it with its result");
}

static void
leaks(void)
{
	struct exos_thread *t;
	u32 pages = 0;
	int bad = 0;

	for (int i = 0; i < 40; i++) {
		if (i == 2)
			pages = exos_gates[AE_NAME_NUMBER(exos_self)].pages;
		t = exos_thread_create(noter, 0);
		norder = 0;
		bad |= !t || exos_thread_join(t, 0);
	}
	check(!bad && exos_gates[AE_NAME_NUMBER(exos_self)].pages == pages,
	      "threads that ended leave no pages behind");
}

int
main(int argc, char **argv)
{
	u32 free_pages;
	s32 neighbour;

	if (argc > 1)
		return part(argv[1]);
	create_and_join();
	join_errors();
	mutexes();
	locks();
	ticks();
	spin("ticks, alone");
	neighbour = check_spawn("neighbour", 0);
	spin("slices");
	allocate();
	ae_env_free(neighbour, 0);
	leaks();
	free_pages = exos_info->free_pages;
	ends();
	check_free_pages(free_pages, "nor do their programs");
	return check_plan();
}
