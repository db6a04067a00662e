/* SPDX-License-Identifier: MIT */
/*
 * Interprocess communication (SOSP'95 6.1): pages shared by capability,
 * pipes in them, and remote procedure calls.  All of it is library code of
 * the processes that communicate; the kernel sees page bindings, Yield and
 * control transfers.
 */
#ifndef EXOS_IPC_H
#define EXOS_IPC_H

#include <exos/exos.h>
#include <exos/lock.h>

/* ---- shared pages ---- */

/*
 * A page and the capability for it, which is all that another process needs
 * to map it; its text form is for a child's arguments.  The page lives until
 * the last process that made or mapped it unmaps it or ends.
 */
struct exos_share {
	u32 page;
	struct ae_cap cap;
};
#define EXOS_SHARE_TEXT 32 /* bytes of the text form, with its end */

/*
 * Make a zeroed page that can be shared and map it at va, a page address.
 * Errors: those of Alloc and exos_map.
 */
s32 exos_share_make(struct exos_share *s, u32 va);
/* Map what another process made.  Errors: EINVAL (text), EACCES, ENOMEM. */
s32 exos_share_map(const struct exos_share *s, u32 va);
s32 exos_share_map_text(const char *text, u32 va);
/* Unmap it and hold it no longer.  EINVAL: nothing is mapped there. */
s32 exos_share_unmap(u32 va);
char *exos_share_text(const struct exos_share *s, char text[EXOS_SHARE_TEXT]);

/* ---- pipes ---- */

#define EXOS_READ      0 /* ends of a pipe */
#define EXOS_WRITE     1
#define EXOS_PIPE_ENDS 8 /* environments that can hold one end */

/*
 * The shared part: a circular buffer of bytes.  Readers change only head,
 * writers only tail, each kind under its lock; both count on for ever, and
 * their difference is what is in the pipe.  One store makes bytes appear or
 * disappear, so an environment may end anywhere.
 */
struct exos_ring {
	u32 size; /* bytes of data, a power of 2 */
	struct {
		volatile u32 count; /* bytes read, or written */
		struct exos_lock lock;
		volatile u32 last; /* who was last at this end */
		volatile u32 holder[EXOS_PIPE_ENDS]; /* names, or 0 */
	} end[2];
	u8 data[];
};

/* A process's view; what bounds its accesses is not in shared memory. */
struct exos_pipe {
	struct exos_ring *ring;
	u32 size;
};

/*
 * Make a pipe in shared memory of so many bytes; its buffer is the largest
 * power of 2 that fits, and nobody holds its ends.  EINVAL: too small.
 */
s32 exos_pipe_make(void *memory, u32 bytes);
/* Use a pipe that was made there.  EINVAL: there is none of at most bytes. */
s32 exos_pipe_use(struct exos_pipe *p, void *memory, u32 bytes);

/*
 * Let an environment hold an end, or no more.  An end is closed when no live
 * environment holds it: so hold a child's ends before giving up your own.
 * EINVAL: end; EENV: name; ENOMEM: EXOS_PIPE_ENDS hold it.
 */
s32 exos_pipe_hold(struct exos_pipe *p, u32 end, u32 name);
s32 exos_pipe_drop(struct exos_pipe *p, u32 end, u32 name);

/*
 * Read at most n bytes, waiting until there are some.  Result: how many;
 * 0 at the end: nothing is left and nobody holds the writing end.
 * Write n bytes, waiting for room.  Not more than the buffer takes are
 * written in one piece.  Result: n; fewer, or EDIED, when nobody holds the
 * reading end any more.
 * Errors of both: EBUSY when this environment alone holds the other end and
 * has no other thread; EINVAL when somebody has spoilt the shared part.
 * Waiting is a yield to the other end, or to another thread.
 */
s32 exos_pipe_read(struct exos_pipe *p, void *buf, u32 n);
s32 exos_pipe_write(struct exos_pipe *p, const void *buf, u32 n);
/* The same without waiting: EBUSY instead. */
s32 exos_pipe_read_now(struct exos_pipe *p, void *buf, u32 n);
s32 exos_pipe_write_now(struct exos_pipe *p, const void *buf, u32 n);

/*
 * pipe': one word, inlined, for who knows that it is alone at its end and
 * that only words go through.  Result: 0, or an error as above (get: EDIED
 * at the end).
 */
s32 exos_pipe_get_wait(struct exos_pipe *p, u32 *word);
s32 exos_pipe_put_wait(struct exos_pipe *p, u32 word);

static inline s32
exos_pipe_get(struct exos_pipe *p, u32 *word)
{
	struct exos_ring *r = p->ring;
	u32 head = r->end[EXOS_READ].count;

	if (r->end[EXOS_WRITE].count == head)
		return exos_pipe_get_wait(p, word);
	*word = *(volatile u32 *)&r->data[head & (p->size - 4)];
	r->end[EXOS_READ].count = head + 4;
	return 0;
}

static inline s32
exos_pipe_put(struct exos_pipe *p, u32 word)
{
	struct exos_ring *r = p->ring;
	u32 tail = r->end[EXOS_WRITE].count;

	if (tail - r->end[EXOS_READ].count >= p->size)
		return exos_pipe_put_wait(p, word);
	*(volatile u32 *)&r->data[tail & (p->size - 4)] = word;
	r->end[EXOS_WRITE].count = tail + 4;
	return 0;
}

/* ---- remote procedure call ---- */

/*
 * lrpc: enter the server's gate with a1-a3; whatever it does to registers,
 * this returns with those that C keeps, which it saves (SOSP'95 table 8).
 * The low word of the result is the server's name or an error: EENV, ENOGATE,
 * EBUSY (the server serves, or a call of ours waits), EDIED; the high word is
 * a1 of the reply.
 */
EXOS_PINNED uint64_t exos_lrpc(u32 server, u32 arg);

/*
 * tlrpc: the same to a server that is trusted to keep the registers that C
 * keeps, ra among them (SOSP'95 table 12).  A server that dies takes its
 * client with it; no gate code of the client may call meanwhile.
 */
uint64_t exos_tlrpc(u32 server, u32 arg);

static inline s32
exos_rpc_status(uint64_t r)
{
	return (u32)r;
}

static inline u32
exos_rpc_value(uint64_t r)
{
	return r >> 32;
}

#endif
