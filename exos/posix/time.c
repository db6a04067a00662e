/* SPDX-License-Identifier: MIT */
/*
 * Time since boot, which stands for the time since the epoch, in clock ticks
 * of 1/64 s; and waiting.
 */
#include <errno.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include <exos/exos.h>
#include <exos/lock.h>

#include "private.h"

#define NS_PER_TICK (1000000000 / AE_TICK_HZ)

int
clock_gettime(clockid_t clock, struct timespec *ts)
{
	u32 ticks = exos_info->ticks;

	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return result(-EINVAL);
	ts->tv_sec = ticks / AE_TICK_HZ;
	ts->tv_nsec = ticks % AE_TICK_HZ * NS_PER_TICK;
	return 0;
}

int
clock_getres(clockid_t clock, struct timespec *ts)
{
	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return result(-EINVAL);
	if (ts)
		*ts = (struct timespec){ .tv_nsec = NS_PER_TICK };
	return 0;
}

int
gettimeofday(struct timeval *restrict tv, void *restrict tz)
{
	struct timespec ts;

	(void)tz;
	clock_gettime(CLOCK_REALTIME, &ts);
	tv->tv_sec = ts.tv_sec;
	tv->tv_usec = ts.tv_nsec / 1000;
	return 0;
}

static clock_t
clocks(u32 ticks)
{
	return (uint64_t)ticks * CLOCKS_PER_SEC / AE_TICK_HZ;
}

/* The processor's time is counted in slices that were begun. */
clock_t
times(struct tms *t)
{
	u32 slices = exos_gates[AE_NAME_NUMBER(exos_self)].slices;

	*t = (struct tms){ .tms_utime = clocks(slices) };
	return clocks(exos_info->ticks);
}

int
ticks_to_wait(const struct timespec *t, u32 *ticks)
{
	uint64_t n;

	if (t->tv_sec < 0 || t->tv_nsec < 0 || t->tv_nsec >= 1000000000)
		return -EINVAL;
	n = (uint64_t)t->tv_sec * AE_TICK_HZ +
	    (t->tv_nsec + NS_PER_TICK - 1) / NS_PER_TICK;
	if (n)
		n++; /* part of the first one is over */
	*ticks = n < 0x7fffffff ? n : 0x7fffffff;
	return 0;
}

/* At least as long as asked for, unless a signal is handled. */
int
nanosleep(const struct timespec *want, struct timespec *left)
{
	u32 start = exos_info->ticks, handled = process_handled.all;
	u32 ticks, passed;

	if (ticks_to_wait(want, &ticks))
		return result(-EINVAL);
	while (exos_info->ticks - start < ticks &&
	       process_handled.all == handled) {
		if (process_cached)
			session_wait();
		else
			exos_pause(0);
	}
	passed = exos_info->ticks - start;
	ticks = passed < ticks ? ticks - passed : 0;
	if (left)
		*left = (struct timespec){
			.tv_sec = ticks / AE_TICK_HZ,
			.tv_nsec = ticks % AE_TICK_HZ * NS_PER_TICK,
		};
	return ticks ? result(-EINTR) : 0;
}

unsigned
sleep(unsigned seconds)
{
	struct timespec left = { 0 };

	nanosleep(&(struct timespec){ .tv_sec = seconds }, &left);
	return left.tv_sec + (left.tv_nsec != 0);
}

int
usleep(useconds_t us)
{
	return nanosleep(&(struct timespec){ .tv_sec = us / 1000000,
					     .tv_nsec = us % 1000000 * 1000 },
			 0);
}
