/* SPDX-License-Identifier: MIT */
/*
 * SIGALRM after a while, once or again and again.  There is one timer, which
 * counts clock ticks; times are rounded up, and what is beyond a year is a
 * year.
 */
#include <errno.h>
#include <sys/time.h>
#include <unistd.h>

#include "../proc/signal.h"
#include "private.h"

#define US	1000000
#define LONGEST 0x7fffffff /* ticks */

static u32
ticks_of(uint64_t us)
{
	uint64_t ticks = (us * AE_TICK_HZ + US - 1) / US;

	return ticks > LONGEST ? LONGEST : ticks;
}

static uint64_t
us_of(u32 ticks)
{
	return (uint64_t)ticks * US / AE_TICK_HZ;
}

static u32
ticks_left(void)
{
	s32 left = signal_alarm_at - exos_info->ticks;

	if (!signal_alarm_at)
		return 0;
	return left > 0 ? left : 1; /* it is due */
}

/* The tick that is under way does not count. */
static void
set(u32 ticks, u32 every)
{
	u32 at = exos_info->ticks + ticks;

	process_listen();
	if (ticks && ticks < LONGEST)
		at++;
	signal_alarm_every = ticks ? every : 0;
	signal_alarm_at = ticks ? at : 0;
}

unsigned
alarm(unsigned seconds)
{
	u32 left = ticks_left();

	set(ticks_of((uint64_t)seconds * US), 0);
	return (left + AE_TICK_HZ - 1) / AE_TICK_HZ;
}

useconds_t
ualarm(useconds_t us, useconds_t every)
{
	uint64_t left = us_of(ticks_left());

	set(ticks_of(us), ticks_of(every));
	return left > (useconds_t)~0 ? (useconds_t)~0 : left;
}

static struct timeval
timeval_of(u32 ticks)
{
	uint64_t us = us_of(ticks);

	return (struct timeval){ .tv_sec = us / US, .tv_usec = us % US };
}

int
getitimer(int which, struct itimerval *value)
{
	if (which != ITIMER_REAL)
		return result(-EINVAL);
	value->it_value = timeval_of(ticks_left());
	value->it_interval = timeval_of(signal_alarm_every);
	return 0;
}

static int
is_time(const struct timeval *t)
{
	return t->tv_sec >= 0 && t->tv_usec >= 0 && t->tv_usec < US;
}

static u32
ticks_in(const struct timeval *t)
{
	if (t->tv_sec >= LONGEST / AE_TICK_HZ)
		return LONGEST;
	return ticks_of((uint64_t)t->tv_sec * US + t->tv_usec);
}

int
setitimer(int which, const struct itimerval *restrict value,
	  struct itimerval *restrict old)
{
	struct itimerval before;

	if (getitimer(which, &before))
		return -1;
	if (!is_time(&value->it_value) || !is_time(&value->it_interval))
		return result(-EINVAL);
	set(ticks_in(&value->it_value), ticks_in(&value->it_interval));
	if (old)
		*old = before;
	return 0;
}
