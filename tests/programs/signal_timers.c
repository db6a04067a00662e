/* SPDX-License-Identifier: MIT */
/* Timers: alarm, ualarm, setitimer, in clock ticks. */
#include <sys/time.h>

#include "../include/signals.h"

#define US_PER_TICK (1000000 / AE_TICK_HZ)

/* Ticks until the next n signals have come. */
static u32
ticks_to(int n)
{
	u32 start = exos_info->ticks;
	int before = seen_count;

	while (seen_count - before < n)
		pause();
	return exos_info->ticks - start;
}

static int
within(u32 ticks, u32 least, u32 most)
{
	if (ticks < least || ticks > most)
		printf("# %lu ticks, not %lu to %lu\n", (unsigned long)ticks,
		       (unsigned long)least, (unsigned long)most);
	return ticks >= least && ticks <= most;
}

static void
once(void)
{
	gives(ualarm(4 * US_PER_TICK, 0), 0);
	good(within(ticks_to(1), 4, 7), "ualarm: parts of a second");
	gives(ualarm(0, 0), 0);
	ualarm(8 * US_PER_TICK, 0);
	good(within(ualarm(0, 0) / US_PER_TICK, 7, 9), "and what was left");
	seen_count = 0;
	wait_ticks(12);
	good(!seen_count, "which does not come");
	ualarm(1, 0);
	good(within(ticks_to(1), 1, 4), "a microsecond is a tick");
	gives(alarm(4000000000u), 0);
	good(alarm(0) > 30000000, "the longest alarm is a year");
}

static void
again(void)
{
	struct itimerval every = {
		.it_value = { .tv_usec = 2 * US_PER_TICK },
		.it_interval = { .tv_usec = 5 * US_PER_TICK },
	};
	struct itimerval none = { 0 }, now;

	gives(setitimer(ITIMER_REAL, &every, 0), 0);
	good(within(ticks_to(1), 2, 5), "an interval timer: at first");
	good(within(ticks_to(6), 28, 32), "and again and again");
	gives(getitimer(ITIMER_REAL, &now), 0);
	good(now.it_interval.tv_usec == 5 * US_PER_TICK &&
		     within(now.it_value.tv_usec / US_PER_TICK, 1, 5),
	     "what is left, and the interval");
	gives(setitimer(ITIMER_REAL, &none, &now), 0);
	good(now.it_interval.tv_usec == 5 * US_PER_TICK, "setitimer says so");
	seen_count = 0;
	wait_ticks(12);
	good(!seen_count, "it is stopped");
	ualarm(2 * US_PER_TICK, 2 * US_PER_TICK);
	good(within(ticks_to(3), 6, 9), "ualarm: again and again");
	wait_ticks(1);
	gives(alarm(0) > 1, 0);
}

/* Those that no handler could run for are one. */
static void
late(void)
{
	sigset_t set = 1u << SIGALRM, old;

	sigprocmask(SIG_BLOCK, &set, &old);
	ualarm(2 * US_PER_TICK, 2 * US_PER_TICK);
	wait_ticks(20);
	seen_count = 0;
	sigprocmask(SIG_SETMASK, &old, 0);
	good(seen_count == 1, "signals missed meanwhile are one");
	good(within(ticks_to(1), 1, 4), "and the next comes in its time");
	ualarm(0, 0);
}

static void
forks(void)
{
	ualarm(3 * US_PER_TICK, 3 * US_PER_TICK);
	if (!fork()) {
		seen_count = 0;
		wait_ticks(10);
		_exit(seen_count || ualarm(0, 0));
	}
	gives(reap(-1), 0);
	ualarm(0, 0);
}

static void
errors(void)
{
	struct itimerval bad = { .it_value = { .tv_usec = 1000000 } }, now;

	fails(setitimer(ITIMER_REAL, &bad, 0), EINVAL);
	bad.it_value = (struct timeval){ .tv_sec = -1 };
	fails(setitimer(ITIMER_REAL, &bad, 0), EINVAL);
	bad.it_value = (struct timeval){ .tv_sec = 1 };
	bad.it_interval.tv_usec = -1;
	fails(setitimer(ITIMER_REAL, &bad, 0), EINVAL);
	fails(setitimer(ITIMER_VIRTUAL, &now, 0), EINVAL);
	fails(getitimer(ITIMER_PROF, &now), EINVAL);
	getitimer(ITIMER_REAL, &now);
	good(!now.it_value.tv_sec && !now.it_value.tv_usec,
	     "nothing was set by them");
}

static void
test(void)
{
	handle(SIGALRM, 0);
	once();
	again();
	late();
	forks();
	errors();
	signal(SIGALRM, SIG_DFL);
}

int
main(void)
{
	return posix_main(test);
}
