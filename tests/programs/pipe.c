/* SPDX-License-Identifier: MIT */
/*
 * Shared pages and pipes: every result and error, ends that close and die,
 * many readers and writers, and a shared part that somebody spoils.
 */
#include <exos/ipc.h>

#include "../include/check.h"

#define SHARED 0x30000000
#define OTHER  0x30001000
#define SMALL  256 /* bytes of the pipe that fills soon: a ring of 128 */
#define RING   128

static struct exos_share share;
static char text[EXOS_SHARE_TEXT];
static struct exos_pipe pipe;				  /* at SHARED */
static volatile u32 *const note = (u32 *)(SHARED + 2048); /* to the parent */

static void
fresh_pipe(void)
{
	exos_pipe_make((void *)SHARED, SMALL);
	exos_pipe_use(&pipe, (void *)SHARED, SMALL);
}

static void
sharing(void)
{
	struct exos_share bad;
	char wrong[EXOS_SHARE_TEXT];

	check_is(exos_share_make(&share, SHARED), 0, "make a shared page");
	check_is(exos_share_make(&bad, SHARED), AE_EINVAL,
		 "where one is already: EINVAL");
	check_is(exos_share_make(&bad, OTHER + 4), AE_EINVAL,
		 "at no page address: EINVAL");
	check(strlen(exos_share_text(&share, text)) == 24, "as text");
	check_is(exos_share_map_text(text, OTHER), 0, "mapped from its text");
	*(volatile u32 *)SHARED = 12345;
	check_is(*(volatile u32 *)OTHER, 12345, "it is the same page");
	check_is(exos_share_unmap(OTHER), 0, "unmapped");
	check_is(exos_share_unmap(OTHER), AE_EINVAL, "again: EINVAL");
	check_is(*(volatile u32 *)SHARED, 12345, "it stays where it was made");

	strcpy(wrong, text);
	wrong[20] = wrong[20] == '0' ? '1' : '0';
	check_is(exos_share_map_text(wrong, OTHER), AE_EACCES,
		 "another capability: EACCES");
	wrong[20] = 'g';
	check_is(exos_share_map_text(wrong, OTHER), AE_EINVAL, "no number");
	check_is(exos_share_map_text("", OTHER), AE_EINVAL, "no text");
	check_is(exos_share_map_text(text + 1, OTHER), AE_EINVAL, "too short");
	bad = share;
	bad.page = exos_info->npages;
	check_is(exos_share_map(&bad, OTHER), AE_EINVAL, "no such page");
	bad.page = ~0u;
	check_is(exos_share_map(&bad, OTHER), AE_EINVAL, "nor that");
	for (u32 i = 0; i < 40; i++)
		if (exos_share_map_text(text, OTHER) || exos_share_unmap(OTHER))
			check(0, "map and unmap, time %lu", (unsigned long)i);
	check(1, "mapped and unmapped 40 times");
}

static void
making(void)
{
	struct exos_pipe p;

	check_is(exos_pipe_make((void *)SHARED, 99), AE_EINVAL, "too small");
	check_is(exos_pipe_make((void *)SHARED, 100), 0, "the smallest");
	check_is(exos_pipe_make((void *)(SHARED + 2), 4000), AE_EINVAL,
		 "not aligned: EINVAL");
	check_is(exos_pipe_make((void *)SHARED, 4096), 0, "a page");
	check_is(exos_pipe_use(&p, (void *)SHARED, 4096), 0, "is used");
	check_is(p.size, 2048, "its buffer is half a page");
	check_is(exos_pipe_use(&p, (void *)SHARED, 1024), AE_EINVAL,
		 "larger than it may be: EINVAL");
	p.ring->size = 24;
	check_is(exos_pipe_use(&p, (void *)SHARED, 4096), AE_EINVAL,
		 "no power of 2: EINVAL");
	p.ring->size = 4;
	check_is(exos_pipe_use(&p, (void *)SHARED, 4096), AE_EINVAL,
		 "too small a one: EINVAL");
	p.ring->size = 0x80000000;
	check_is(exos_pipe_use(&p, (void *)SHARED, 4096), AE_EINVAL,
		 "a huge one: EINVAL");
}

/* Both ends are ours, so nothing may wait. */
static void
alone(void)
{
	char out[RING + 8], in[RING + 8];
	u32 word = 0;
	int good = 1;

	fresh_pipe();
	check_is(exos_pipe_hold(&pipe, 2, exos_self), AE_EINVAL, "third end");
	check_is(exos_pipe_drop(&pipe, 2, exos_self), AE_EINVAL, "nor drop it");
	check_is(exos_pipe_hold(&pipe, EXOS_READ, 1), AE_EENV,
		 "held by nobody");
	check_is(exos_pipe_write(&pipe, "x", 1), AE_EDIED, "no reader: EDIED");
	check_is(exos_pipe_put(&pipe, 1), 0, "put does not look");
	check_is(exos_pipe_get(&pipe, &word), 0, "get");
	check_is(word, 1, "that word");
	check_is(exos_pipe_get(&pipe, &word), AE_EDIED,
		 "get at the end: EDIED");
	check_is(exos_pipe_read(&pipe, in, 1), 0, "no writer: the end");
	exos_pipe_hold(&pipe, EXOS_READ, exos_self);
	exos_pipe_hold(&pipe, EXOS_WRITE, exos_self);
	check_is(exos_pipe_read(&pipe, in, 1), AE_EBUSY,
		 "empty, and the writer is the reader: EBUSY");
	check_is(exos_pipe_read_now(&pipe, in, 1), AE_EBUSY, "read_now: EBUSY");
	check_is(exos_pipe_get(&pipe, &word), AE_EBUSY, "get: EBUSY");
	check_is(exos_pipe_read(&pipe, in, 0), 0, "nothing is read at once");
	check_is(exos_pipe_write(&pipe, out, 0), 0, "nor written");

	for (u32 i = 0; i < sizeof out; i++)
		out[i] = i * 7;
	/* Every length at every place in the ring, twice around. */
	for (u32 n = 1; n <= RING; n++)
		for (u32 i = 0; i < 2 * RING / n + 2; i++) {
			memset(in, 0, sizeof in);
			good &= exos_pipe_write(&pipe, out + i % 8, n) ==
					(s32)n &&
				exos_pipe_read(&pipe, in + i % 5, n) ==
					(s32)n &&
				!memcmp(in + i % 5, out + i % 8, n);
		}
	check(good, "every length comes through at every place");
	check_is(exos_pipe_write(&pipe, out, RING), RING,
		 "as much as it takes");
	check_is(exos_pipe_write_now(&pipe, out, 1), AE_EBUSY, "full: EBUSY");
	check_is(exos_pipe_write(&pipe, out, 1), AE_EBUSY,
		 "full, and the reader is the writer: EBUSY");
	check_is(exos_pipe_put(&pipe, 1), AE_EBUSY, "put: EBUSY");
	check_is(exos_pipe_read(&pipe, in, 1000), RING,
		 "read gives what is there");
	check_is(exos_pipe_write_now(&pipe, out, RING + 8), RING,
		 "more than it takes: what fits");
	check_is(exos_pipe_read_now(&pipe, in, 8), 8, "read_now");
	check_is(exos_pipe_write_now(&pipe, out, 16), AE_EBUSY,
		 "what could fit is not split");
	exos_pipe_drop(&pipe, EXOS_WRITE, exos_self);
	check_is(exos_pipe_read(&pipe, in, 1000), RING - 8,
		 "what a writer left can be read");
	check_is(exos_pipe_read(&pipe, in, 1000), 0, "then comes the end");
	check_is(exos_pipe_read_now(&pipe, in, 1000), 0, "read_now: the end");
	exos_pipe_drop(&pipe, EXOS_READ, exos_self);
	check_is(exos_pipe_write_now(&pipe, out, 4), AE_EDIED,
		 "write_now without reader: EDIED");
}

/* Somebody writes rubbish into the shared part. */
static void
spoilt(void)
{
	static const u32 counts[] = { 1,	  2,	      129, 1000,
				      0x7fffffff, 0x80000001, ~0u };
	char b[8];
	int good = 1;

	for (u32 i = 0; i < sizeof counts / sizeof *counts; i++) {
		s32 r;

		fresh_pipe();
		exos_pipe_hold(&pipe, EXOS_READ, exos_self);
		exos_pipe_hold(&pipe, EXOS_WRITE, exos_self);
		pipe.ring->end[EXOS_READ].count = counts[i];
		pipe.ring->end[EXOS_WRITE].last = ~0u;
		r = exos_pipe_read(&pipe, b, 5);
		good &= r == AE_EINVAL || (r > 0 && r <= 5);
		fresh_pipe();
		exos_pipe_hold(&pipe, EXOS_READ, exos_self);
		pipe.ring->end[EXOS_READ].holder[3] = 0x80034000;
		pipe.ring->end[EXOS_READ].last = 0x12345678;
		pipe.ring->end[EXOS_WRITE].count = counts[i];
		r = exos_pipe_write(&pipe, b, 5);
		good &= r == AE_EINVAL || r == 5;
	}
	check(good, "spoilt counts and names are errors at worst");
	fresh_pipe();
	pipe.ring->end[EXOS_WRITE].lock.owner = 0x40;
	exos_pipe_hold(&pipe, EXOS_READ, exos_self);
	check_is(exos_pipe_write(&pipe, "abcd", 4), 4,
		 "a lock that nobody can hold is taken over");
}

static void
holders(void)
{
	char *argv[] = { check_self };
	s32 child[EXOS_PIPE_ENDS], bad = 0;
	u32 name = exos_self;

	fresh_pipe();
	for (u32 i = 0; i < EXOS_PIPE_ENDS; i++)
		pipe.ring->end[EXOS_READ].holder[i] = 0x12345678 + i;
	check_is(exos_pipe_hold(&pipe, EXOS_READ, name), 0,
		 "who died makes room for a holder");
	check_is(exos_pipe_hold(&pipe, EXOS_READ, name), 0, "twice is once");
	exos_pipe_drop(&pipe, EXOS_READ, name);
	check_is(exos_pipe_write(&pipe, "x", 1), AE_EDIED, "dropped at once");
	for (u32 i = 0; i < EXOS_PIPE_ENDS; i++) {
		child[i] = exos_spawn_slices(1, argv, 0);
		bad |= exos_pipe_hold(&pipe, EXOS_READ, child[i]);
	}
	check(!bad, "an end can have %d holders", EXOS_PIPE_ENDS);
	check_is(exos_pipe_hold(&pipe, EXOS_READ, name), AE_ENOMEM,
		 "one more: ENOMEM");
	for (u32 i = 0; i < EXOS_PIPE_ENDS; i++)
		ae_env_free(child[i], 0);
	check_is(exos_pipe_hold(&pipe, EXOS_READ, name), 0,
		 "when they are dead there is room");
}

/* ---- with others ---- */

#define BYTES 20000

static u8
byte_at(u32 i)
{
	return i * 31 + (i >> 8);
}

static int
write_stream(u32 n, u32 piece)
{
	u8 b[300];

	for (u32 i = 0; i < n; i += piece) {
		u32 k = n - i < piece ? n - i : piece;

		for (u32 j = 0; j < k; j++)
			b[j] = byte_at(i + j);
		if (exos_pipe_write(&pipe, b, k) != (s32)k)
			return 1;
	}
	return 0;
}

/* Messages of 8 bytes, who and how many, that must not be split. */
#define MESSAGES 300
static int
write_messages(u32 who)
{
	for (u32 i = 0; i < MESSAGES; i++) {
		u32 m[2] = { who, i };

		if (exos_pipe_write(&pipe, m, 8) != 8)
			return 1;
	}
	return 0;
}

static int
read_messages(void)
{
	u32 m[2], n = 0, sum = 0;
	s32 e;

	while ((e = exos_pipe_read(&pipe, m, 8)) == 8) {
		n++;
		sum += m[0] * MESSAGES + m[1];
	}
	__atomic_fetch_add(&note[0], n, 0);
	__atomic_fetch_add(&note[1], sum, 0);
	return e;
}

static int
part(int argc, char **argv)
{
	u32 who = argc > 3 ? argv[3][0] - '0' : 0;

	if (exos_share_map_text(argv[2], SHARED) ||
	    exos_pipe_use(&pipe, (void *)SHARED, SMALL))
		return 100;
	while (!note[2]) /* until the parent says that we hold our end */
		exos_yield(exos_pin->boot.parent);
	if (!strcmp(argv[1], "stream"))
		return write_stream(BYTES, 1 + who * 37);
	if (!strcmp(argv[1], "messages"))
		return write_messages(who);
	if (!strcmp(argv[1], "read"))
		return read_messages();
	if (!strcmp(argv[1], "some")) { /* then end without a word */
		write_stream(100, 10);
		exos_exit(5);
	}
	if (!strcmp(argv[1], "stuck")) { /* with the lock, in a full pipe */
		write_stream(BYTES, 50);
		return 1;
	}
	if (!strcmp(argv[1], "take")) { /* one byte, then end */
		u8 b;

		return exos_pipe_read(&pipe, &b, 1) != 1;
	}
	return 101;
}

static s32
start(const char *name, u32 end, u32 who)
{
	char digit[2] = { '0' + who, 0 };
	char *argv[] = { check_self, (char *)name, text, digit, 0 };
	s32 child = exos_spawn(4, argv);

	exos_pipe_hold(&pipe, end, child);
	return child;
}

static void
begin(void)
{
	fresh_pipe();
	note[0] = note[1] = note[2] = 0;
}

static void
streams(void)
{
	u8 b[200];

	for (u32 who = 0; who < 5; who++) {
		u32 at = 0, bad = 0;
		s32 child, n;

		begin();
		exos_pipe_hold(&pipe, EXOS_READ, exos_self);
		child = start("stream", EXOS_WRITE, who);
		note[2] = 1;
		while ((n = exos_pipe_read(&pipe, b, 1 + at % sizeof b)) > 0)
			for (s32 i = 0; i < n; i++)
				bad += b[i] != byte_at(at++);
		check(n == 0 && at == BYTES && !bad,
		      "%d bytes in pieces of %lu, then the end", BYTES,
		      (unsigned long)(1 + who * 37));
		check_is(exos_wait(child), 0, "the writer ends");
	}
}

static void
many(void)
{
	s32 child[5];
	u32 sum = 0;

	begin();
	for (u32 i = 0; i < 3; i++) {
		child[i] = start("messages", EXOS_WRITE, i);
		for (u32 k = 0; k < MESSAGES; k++)
			sum += i * MESSAGES + k;
	}
	for (u32 i = 3; i < 5; i++)
		child[i] = start("read", EXOS_READ, i);
	note[2] = 1;
	for (u32 i = 0; i < 5; i++)
		check_is(exos_wait(child[i]), 0,
			 i < 3 ? "one of three writers" : "one of two readers");
	check_is(note[0], 3 * MESSAGES, "every message came");
	check_is(note[1], sum, "whole");
}

static void
deaths(void)
{
	u8 b[64];
	u32 got = 0;
	s32 n, child;

	begin();
	exos_pipe_hold(&pipe, EXOS_READ, exos_self);
	child = start("some", EXOS_WRITE, 0);
	note[2] = 1;
	while ((n = exos_pipe_read(&pipe, b, sizeof b)) > 0)
		got += n;
	check(n == 0 && got == 100, "a writer that dies is the end, after %lu",
	      (unsigned long)got);
	check_is(exos_wait(child), 5, "it died");

	begin();
	exos_pipe_hold(&pipe, EXOS_READ, exos_self);
	child = start("stuck", EXOS_WRITE, 0);
	note[2] = 1;
	while (pipe.ring->end[EXOS_WRITE].count < 100)
		exos_yield(child);
	ae_env_free(child, 0);
	exos_pipe_hold(&pipe, EXOS_WRITE, exos_self);
	check(pipe.ring->end[EXOS_WRITE].lock.owner == (u32)child,
	      "a writer is killed as it waits, with the lock");
	check_is(exos_pipe_read(&pipe, b, 50), 50, "what it wrote is there");
	check_is(exos_pipe_write(&pipe, b, 50), 50, "another writer goes on");

	begin();
	exos_pipe_hold(&pipe, EXOS_WRITE, exos_self);
	child = start("take", EXOS_READ, 0);
	note[2] = 1;
	memset(b, 1, sizeof b);
	got = 0;
	while ((n = exos_pipe_write(&pipe, b, sizeof b)) == sizeof b)
		got += n;
	check(n == AE_EDIED && got >= sizeof b,
	      "a full pipe whose reader ended: EDIED");
	check_is(exos_wait(child), 0, "the reader had its byte");
}

int
main(int argc, char **argv)
{
	u32 free_pages;

	if (argc > 1)
		return part(argc, argv);
	sharing();
	making();
	alone();
	spoilt();
	holders();
	deaths();
	free_pages = exos_info->free_pages;
	deaths();
	streams();
	many();
	check_free_pages(free_pages, "no page is lost");
	return check_plan();
}
