/* SPDX-License-Identifier: MIT */
/*
 * What Newlib asks of an operating system, for a console program: memory
 * from the heap region, and descriptors 0 to 2 on the console.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include "../vm/private.h"

static u32 heap_end; /* current break */

void *
sbrk(ptrdiff_t n)
{
	struct exos_region *heap = exos_region_at(exos_heap_start);
	u32 old, at;

	if (!heap_end)
		heap_end = exos_heap_start;
	old = heap_end;
	if (n < 0 ? (u32)-n > old - exos_heap_start :
		    (u32)n > EXOS_HEAP_END - old) {
		errno = ENOMEM;
		return (void *)-1;
	}
	heap_end = old + n;
	at = (heap_end + AE_PAGE_SIZE - 1) & ~(AE_PAGE_SIZE - 1);
	for (u32 va = at; va < heap->end; va += AE_PAGE_SIZE)
		exos_unmap(va); /* given back, if it was ever used */
	heap->end = at;
	return (void *)old;
}

void
_exit(int status)
{
	exos_exit(status);
}

/* A buffer goes to the kernel page by page, by physical name. */
static int
console_write(const char *s, u32 n)
{
	struct ae_cap *c;
	u32 lo;

	(void)*(volatile const char *)s; /* fault it in */
	lo = exos_lookup((u32)s);
	if (!lo) {
		exos_say(s, n); /* pinned */
		return n;
	}
	c = &exos_pin->caps[PT_CAP_OF(lo)];
	return ae_cons_write(lo >> AE_PAGE_SHIFT, (u32)s & (AE_PAGE_SIZE - 1),
			     n, c->lo, c->hi);
}

int
write(int fd, const void *buf, size_t len)
{
	const char *s = buf;
	size_t done = 0;

	if (fd != 1 && fd != 2) {
		errno = EBADF;
		return -1;
	}
	while (done < len) {
		u32 n = AE_PAGE_SIZE - ((u32)s & (AE_PAGE_SIZE - 1));
		int r;

		if (n > len - done)
			n = len - done;
		r = console_write(s, n);
		if (r < 0) {
			errno = EIO;
			return -1;
		}
		s += r;
		done += r;
	}
	return done;
}

/* The next console character; slices are given away while there is none. */
static int
console_getc(void)
{
	struct ae_cap *c = &exos_pin->caps[CAP_PINNED];

	while (ae_cons_read(exos_scratch, 0, 1, c->lo, c->hi) != 1)
		exos_yield(AE_NAME_SELF);
	return *(volatile unsigned char *)EXOS_SCRATCH;
}

#define ERASE "\b \b"

/* A line, echoed and edited; Ctrl-D at its start is the end of the file. */
int
read(int fd, void *buf, size_t len)
{
	char *line = buf;
	size_t n = 0;

	if (fd != 0) {
		errno = EBADF;
		return -1;
	}
	while (n < len) {
		char c = console_getc();

		if (c == '\r')
			c = '\n';
		if (c == 4) {
			if (n == 0)
				return 0;
			continue;
		}
		if (c == '\b' || c == 0x7f) {
			if (n) {
				n--;
				write(1, ERASE, 3);
			}
			continue;
		}
		if (c != '\n' && (unsigned char)c < ' ')
			continue;
		write(1, &c, 1);
		line[n++] = c;
		if (c == '\n')
			break;
	}
	return n;
}

int
fstat(int fd, struct stat *st)
{
	if (fd < 0 || fd > 2) {
		errno = EBADF;
		return -1;
	}
	*st = (struct stat){ .st_mode = S_IFCHR, .st_blksize = 1024 };
	return 0;
}

int
isatty(int fd)
{
	if (fd >= 0 && fd <= 2)
		return 1;
	errno = EBADF;
	return 0;
}

int
close(int fd)
{
	(void)fd;
	errno = EBADF;
	return -1;
}

off_t
lseek(int fd, off_t off, int whence)
{
	(void)fd;
	(void)off;
	(void)whence;
	errno = ESPIPE;
	return -1;
}

int
open(const char *name, int flags, ...)
{
	(void)name;
	(void)flags;
	errno = ENOENT;
	return -1;
}

pid_t
getpid(void)
{
	return AE_NAME_NUMBER(exos_self);
}

/* Nobody but ourselves can be signalled yet: abort() and raise(). */
int
kill(pid_t pid, int sig)
{
	if (pid != getpid()) {
		errno = ESRCH;
		return -1;
	}
	exos_exit(128 + sig);
}

/* Time since boot, in ticks of 1/64 s. */
int
gettimeofday(struct timeval *tv, void *tz)
{
	u32 ticks = exos_info->ticks;

	(void)tz;
	tv->tv_sec = ticks / AE_TICK_HZ;
	tv->tv_usec = ticks % AE_TICK_HZ * (1000000 / AE_TICK_HZ);
	return 0;
}

clock_t
times(struct tms *t)
{
	clock_t now = exos_info->ticks * (CLOCKS_PER_SEC / AE_TICK_HZ);

	*t = (struct tms){ .tms_utime = now };
	return now;
}
