/* SPDX-License-Identifier: MIT */
/*
 * Pipes: a circular buffer in shared memory, and a Yield to the other end
 * when it is empty or full (SOSP'95 6.1).  Nothing in the ring is believed:
 * what somebody else may write there can spoil data, not memory.
 */
#include <exos/ipc.h>
#include <string.h>

#define MIN_SIZE 8 /* bytes of buffer */

s32
exos_pipe_make(void *memory, u32 bytes)
{
	struct exos_ring *r = memory;
	u32 size = MIN_SIZE;

	if ((u32)memory & 3 || bytes < sizeof *r + size)
		return AE_EINVAL;
	while (size <= (bytes - sizeof *r) / 2)
		size *= 2;
	memset(r, 0, sizeof *r);
	r->size = size;
	return 0;
}

s32
exos_pipe_use(struct exos_pipe *p, void *memory, u32 bytes)
{
	struct exos_ring *r = memory;
	u32 size = *(volatile u32 *)&r->size;

	if ((u32)memory & 3 || bytes < sizeof *r || size < MIN_SIZE ||
	    size & (size - 1) || size > bytes - sizeof *r)
		return AE_EINVAL;
	*p = (struct exos_pipe){ .ring = r, .size = size };
	return 0;
}

s32
exos_pipe_hold(struct exos_pipe *p, u32 end, u32 name)
{
	volatile u32 *holder;

	if (end > EXOS_WRITE)
		return AE_EINVAL;
	if (!exos_alive(name))
		return AE_EENV;
	holder = p->ring->end[end].holder;
	for (u32 i = 0; i < EXOS_PIPE_ENDS; i++)
		if (holder[i] == name)
			return 0;
	for (u32 i = 0; i < EXOS_PIPE_ENDS; i++) {
		u32 old = holder[i];

		if (old && exos_alive(old))
			continue;
		if (__sync_bool_compare_and_swap(&holder[i], old, name))
			return 0;
	}
	return AE_ENOMEM;
}

s32
exos_pipe_drop(struct exos_pipe *p, u32 end, u32 name)
{
	struct exos_ring *r = p->ring;

	if (end > EXOS_WRITE)
		return AE_EINVAL;
	for (u32 i = 0; i < EXOS_PIPE_ENDS; i++)
		if (r->end[end].holder[i] == name)
			r->end[end].holder[i] = 0;
	if (r->end[end].last == name)
		r->end[end].last = 0;
	return 0;
}

/*
 * Can this environment run at once?  0 is no name: its record's word is not 0.
 */
static inline int
ready(u32 name)
{
	return exos_gates[AE_NAME_NUMBER(name)].fast == name;
}

/* Who holds an end, rather not ourselves; 0: it is closed. */
static u32 __attribute__((noinline)) holder_of(struct exos_ring *r, u32 end)
{
	u32 found = 0;

	for (u32 i = 0; i < EXOS_PIPE_ENDS; i++) {
		u32 name = r->end[end].holder[i];

		if (!name || !exos_alive(name))
			continue;
		found = name;
		if (name != exos_self)
			break;
	}
	r->end[end].last = found;
	return found;
}

static inline int
closed(struct exos_ring *r, u32 end)
{
	return !ready(r->end[end].last) && !holder_of(r, end);
}

/* Let who holds an end run: 0, EDIED if nobody does, or EBUSY. */
static s32 __attribute__((noinline)) wait_for_any(struct exos_ring *r, u32 end)
{
	u32 name = holder_of(r, end);
	s32 e;

	if (!name)
		return AE_EDIED;
	if (name == exos_self && exos_pause == exos_yield)
		return AE_EBUSY;
	e = exos_pause(name);
	return name == exos_self ? e : 0;
}

static inline s32
wait_for(struct exos_ring *r, u32 end)
{
	u32 name = r->end[end].last;

	if (!ready(name) || name == exos_self)
		return wait_for_any(r, end);
	exos_pause(name);
	return 0;
}

/* Bytes in the pipe; more than its size when somebody spoilt it. */
static inline u32
used(const struct exos_ring *r)
{
	return r->end[EXOS_WRITE].count - r->end[EXOS_READ].count;
}

/* Wait until there is something to read: 0; EDIED at the end; EBUSY. */
static s32 __attribute__((noinline)) wait_bytes(struct exos_ring *r)
{
	while (!used(r)) {
		s32 e = wait_for(r, EXOS_WRITE);

		/* The last writer may have written before it ended. */
		if (e && (e != AE_EDIED || !used(r)))
			return e;
	}
	return 0;
}

/* Move the count of an end: what was copied before becomes true. */
static inline void
advance(struct exos_ring *r, u32 end, u32 count)
{
	r->end[end].last = exos_self;
	__atomic_store_n(&r->end[end].count, count, __ATOMIC_RELEASE);
}

/*
 * Take the lock of an end.  One whose owner died is as good as any: the ring
 * is whole after every store.
 */
static inline int
lock_free_end(struct exos_ring *r, u32 end)
{
	return !__sync_val_compare_and_swap(&r->end[end].lock.owner, 0,
					    exos_self);
}

static s32
lock_end(struct exos_ring *r, u32 end, int wait)
{
	struct exos_lock *l = &r->end[end].lock;
	s32 e = wait ? exos_lock(l) : exos_trylock(l);

	return e < 0 ? e : 0;
}

/* ---- every case ---- */

static s32
read_some(struct exos_pipe *p, u8 *buf, u32 n, int wait)
{
	struct exos_ring *r = p->ring;
	u32 head, have, at, first;
	s32 e = 0;

	if (!n)
		return 0;
	if (wait)
		e = wait_bytes(r);
	else if (!used(r))
		e = closed(r, EXOS_WRITE) ? AE_EDIED : AE_EBUSY;
	if (e && !used(r))
		return e == AE_EDIED ? 0 : e;
	head = r->end[EXOS_READ].count;
	have = r->end[EXOS_WRITE].count - head;
	if (have > p->size)
		return AE_EINVAL;
	if (n > have)
		n = have;
	at = head & (p->size - 1);
	first = n < p->size - at ? n : p->size - at;
	memcpy(buf, r->data + at, first);
	memcpy(buf + first, r->data, n - first);
	advance(r, EXOS_READ, head + n);
	return n;
}

static s32
write_all(struct exos_pipe *p, const u8 *buf, u32 n, int wait)
{
	struct exos_ring *r = p->ring;
	u32 least = n <= p->size ? n : 1, done = 0;

	while (done < n) {
		u32 tail = r->end[EXOS_WRITE].count;
		u32 room = p->size - (tail - r->end[EXOS_READ].count);
		u32 k = n - done < room ? n - done : room;
		u32 at = tail & (p->size - 1);
		u32 first = k < p->size - at ? k : p->size - at;
		s32 e = 0;

		if (room > p->size)
			return AE_EINVAL;
		if (closed(r, EXOS_READ))
			e = AE_EDIED;
		else if (room < least)
			e = wait ? wait_for(r, EXOS_READ) : AE_EBUSY;
		if (e)
			return done ? (s32)done : e;
		if (room < least)
			continue;
		memcpy(r->data + at, buf + done, first);
		memcpy(r->data, buf + done + first, k - first);
		advance(r, EXOS_WRITE, tail + k);
		done += k;
	}
	return n;
}

static s32 __attribute__((noinline))
read_any(struct exos_pipe *p, void *buf, u32 n, int wait, int locked)
{
	s32 e = locked ? 0 : lock_end(p->ring, EXOS_READ, wait);

	if (e)
		return e;
	e = read_some(p, buf, n, wait);
	exos_unlock(&p->ring->end[EXOS_READ].lock);
	return e;
}

static s32 __attribute__((noinline))
write_any(struct exos_pipe *p, const void *buf, u32 n, int wait, int locked)
{
	s32 e = locked ? 0 : lock_end(p->ring, EXOS_WRITE, wait);

	if (e)
		return e;
	e = write_all(p, buf, n, wait);
	exos_unlock(&p->ring->end[EXOS_WRITE].lock);
	return e;
}

/* ---- the usual case, in as few instructions as C allows ---- */

/* Words that are not split, in an end that is free. */
static inline int
whole_words(const struct exos_pipe *p, u32 at, const void *buf, u32 n)
{
	return !((at | (u32)buf | n) & 3) && n - 1 < p->size - at;
}

static inline void
copy_words(u32 *to, const u32 *from, u32 n)
{
	const u32 *end = (const u32 *)((const u8 *)from + n);

	do
		*to++ = *from++;
	while (from != end);
}

s32
exos_pipe_read(struct exos_pipe *p, void *buf, u32 n)
{
	struct exos_ring *r = p->ring;
	u32 head, at;

	if (!lock_free_end(r, EXOS_READ))
		return read_any(p, buf, n, 1, 0);
	head = r->end[EXOS_READ].count;
	if (r->end[EXOS_WRITE].count == head) {
		u32 writer = r->end[EXOS_WRITE].last;

		if (ready(writer))
			exos_pause(writer);
	}
	at = head & (p->size - 1);
	if (r->end[EXOS_WRITE].count - head < n || !whole_words(p, at, buf, n))
		return read_any(p, buf, n, 1, 1);
	copy_words(buf, (u32 *)(r->data + at), n);
	advance(r, EXOS_READ, head + n);
	exos_unlock(&r->end[EXOS_READ].lock);
	return n;
}

s32
exos_pipe_write(struct exos_pipe *p, const void *buf, u32 n)
{
	struct exos_ring *r = p->ring;
	u32 tail, at;

	if (!lock_free_end(r, EXOS_WRITE))
		return write_any(p, buf, n, 1, 0);
	tail = r->end[EXOS_WRITE].count;
	at = tail & (p->size - 1);
	if (p->size - (tail - r->end[EXOS_READ].count) < n ||
	    !whole_words(p, at, buf, n) || !ready(r->end[EXOS_READ].last))
		return write_any(p, buf, n, 1, 1);
	copy_words((u32 *)(r->data + at), buf, n);
	advance(r, EXOS_WRITE, tail + n);
	exos_unlock(&r->end[EXOS_WRITE].lock);
	return n;
}

s32
exos_pipe_read_now(struct exos_pipe *p, void *buf, u32 n)
{
	return read_any(p, buf, n, 0, 0);
}

s32
exos_pipe_write_now(struct exos_pipe *p, const void *buf, u32 n)
{
	return write_any(p, buf, n, 0, 0);
}

/* What the inlined forms do when they cannot go on. */
s32
exos_pipe_get_wait(struct exos_pipe *p, u32 *word)
{
	u32 writer = p->ring->end[EXOS_WRITE].last;
	s32 e = 0;

	if (ready(writer) && writer != exos_self)
		exos_pause(writer);
	else
		e = wait_bytes(p->ring);
	return e ? e : exos_pipe_get(p, word);
}

s32
exos_pipe_put_wait(struct exos_pipe *p, u32 word)
{
	s32 e = wait_for(p->ring, EXOS_READ);

	return e ? e : exos_pipe_put(p, word);
}
