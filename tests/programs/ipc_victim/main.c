/* SPDX-License-Identifier: MIT */
/*
 * Run by tests/ipc, which ends the child of a round anywhere in its pipe and
 * lock code: the parent must notice, find the shared part whole, and go on
 * with it.  Arguments: writer, reader or locker, what the child is.
 */
#include <exos/ipc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHARED	 0x30000000
#define PIPE	 256 /* bytes: a ring of 128 */
#define MESSAGES 40
#define KILLED	 9 /* exit status, by ipc_die */

struct message {
	u32 number, twice;
};

struct shared {
	struct exos_lock lock;
	volatile u32 a, b; /* equal while nobody has the lock */
};

extern volatile u32 ipc_stop;
void ipc_round(void);

static struct exos_share share;
static struct exos_pipe pipe;
static struct shared *const shared = (struct shared *)(SHARED + 2048);
static u32 rounds;

static _Noreturn void
fail(const char *what, s32 got)
{
	printf("round %lu: %s: %ld\n", (unsigned long)rounds, what, (long)got);
	exit(1);
}

static s32
send(u32 number)
{
	struct message m = { number, 2 * number };

	return exos_pipe_write(&pipe, &m, sizeof m);
}

/* The next message: 1, 0 at the end. */
static int
receive(u32 number)
{
	struct message m;
	s32 n = exos_pipe_read(&pipe, &m, sizeof m);

	if (n && n != sizeof m)
		fail("read", n);
	if (n && (m.number != number || m.twice != 2 * number))
		fail("message", m.number);
	return n != 0;
}

/* Not inlined: tests/ipc ends the child in it. */
static int child(const char *what) __attribute__((noinline));
static int
child(const char *what)
{
	if (!strcmp(what, "writer"))
		for (u32 i = 0; i < MESSAGES; i++)
			if (send(i) != sizeof(struct message))
				return 1;
	if (!strcmp(what, "reader"))
		for (u32 i = 0; receive(i); i++)
			;
	if (!strcmp(what, "locker"))
		for (u32 i = 0; i < MESSAGES; i++) {
			if (exos_lock(&shared->lock))
				return 1;
			shared->a++;
			shared->b++;
			exos_unlock(&shared->lock);
		}
	return 0;
}

/* The child wrote: a part has come, all of it whole; then others write. */
static void
after_writer(u32 name)
{
	u32 n = 0;

	while (receive(n))
		n++;
	if (exos_wait(name) != KILLED) {
		if (n != MESSAGES)
			fail("messages", n);
		return;
	}
	exos_pipe_hold(&pipe, EXOS_WRITE, exos_self);
	if (send(1000) != sizeof(struct message) || !receive(1000))
		fail("after the writer's death", 0);
}

/* The child read: what it did not take is there, without a gap. */
static void
after_reader(u32 name)
{
	struct message m;
	u32 sent = 0;
	s32 n = 0;

	while (sent < MESSAGES && (n = send(sent)) == sizeof m)
		sent++;
	exos_pipe_drop(&pipe, EXOS_WRITE, exos_self);
	if (exos_wait(name) != KILLED) {
		if (sent != MESSAGES)
			fail("sent", n);
		return;
	}
	if (sent < MESSAGES && n != AE_EDIED)
		fail("write to the dead", n);
	exos_pipe_hold(&pipe, EXOS_READ, exos_self);
	n = exos_pipe_read(&pipe, &m, sizeof m);
	for (u32 i = m.number + 1; n && i < sent; i++)
		if (!receive(i))
			fail("a gap before", i);
	if (n && receive(sent))
		fail("more than was sent", sent);
}

static void
after_locker(u32 name)
{
	s32 e, status = exos_wait(name);

	if (status != KILLED) {
		if (shared->a != MESSAGES || shared->b != MESSAGES)
			fail("count", shared->b);
		return;
	}
	e = exos_lock(&shared->lock);
	if (e != EXOS_ORPHAN && (e || shared->a != shared->b))
		fail("lock of the dead", e);
	exos_unlock(&shared->lock);
	if (exos_trylock(&shared->lock))
		fail("lock again", 1);
}

int
main(int argc, char **argv)
{
	char text[EXOS_SHARE_TEXT];
	char *args[] = { argv[0], argv[1], text };

	if (argc == 3) {
		if (exos_share_map_text(argv[2], SHARED) ||
		    exos_pipe_use(&pipe, (void *)SHARED, PIPE))
			return 1;
		return child(argv[1]);
	}
	if (argc != 2 || exos_share_make(&share, SHARED))
		return 1;
	exos_share_text(&share, text);
	for (; !ipc_stop; rounds++) {
		s32 name;

		ipc_round();
		memset(shared, 0, sizeof *shared);
		exos_pipe_make((void *)SHARED, PIPE);
		exos_pipe_use(&pipe, (void *)SHARED, PIPE);
		name = exos_spawn_slices(3, args, 0);
		if (name < 0)
			fail("spawn", name);
		if (!strcmp(argv[1], "writer")) {
			exos_pipe_hold(&pipe, EXOS_READ, exos_self);
			exos_pipe_hold(&pipe, EXOS_WRITE, name);
			after_writer(name);
		} else if (!strcmp(argv[1], "reader")) {
			exos_pipe_hold(&pipe, EXOS_WRITE, exos_self);
			exos_pipe_hold(&pipe, EXOS_READ, name);
			after_reader(name);
		} else {
			after_locker(name);
		}
	}
	printf("%lu rounds\n", (unsigned long)rounds);
	return 0;
}
