// SPDX-License-Identifier: MIT
/*
 * Feeds mutated packets and plain garbage to the bridge's protocol parser,
 * with a target of a few pages; the sanitizers it is built with find faults.
 *
 * usage: fuzz-packets ROUNDS SEED
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "rsp.h"
#include "target.h"

static uint32_t state;
static uint8_t memory[8192];
static uint32_t registers[NREGS];
static unsigned long packets, broken, actions[DO_KILL + 1];

static uint32_t
next(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static bool
select_thread(int thread)
{
	return thread > 0;
}

static bool
get(int reg, uint32_t *value)
{
	*value = registers[reg];
	return reg < REG_F0 || reg > REG_FIR;
}

static bool
set(int reg, uint32_t value)
{
	registers[reg] = value;
	return true;
}

static bool
read_memory(uint32_t va, void *to, size_t n)
{
	if (va > sizeof memory || n > sizeof memory - va)
		return false;
	memcpy(to, memory + va, n);
	return true;
}

static bool
write_memory(uint32_t va, const void *from, size_t n)
{
	if (va > sizeof memory || n > sizeof memory - va)
		return false;
	memcpy(memory + va, from, n);
	return true;
}

static bool
change_break(uint32_t va)
{
	return va % 4 == 0;
}

static bool
change_watch(int kind, uint32_t va, uint32_t n, bool add)
{
	return kind < 5 && add && va % 4 == 0 && n != 0;
}

static const char *
document(const char *object, const char *annex)
{
	static char text[3 * RSP_MAX];

	if (annex != NULL && strlen(annex) > 63)
		abort();
	memset(text, 'x', sizeof text - 1);
	return strcmp(object, "features") == 0 ? text : NULL;
}

static bool
monitor(const char *line)
{
	return strlen(line) < 512;
}

static const char *
thread_name(int thread)
{
	return thread == 1 ? "first" : "second";
}

static const struct target target = {
	.nthreads = 2,
	.select = select_thread,
	.get = get,
	.set = set,
	.read = read_memory,
	.write = write_memory,
	.add_break = change_break,
	.remove_break = change_break,
	.change_watch = change_watch,
	.document = document,
	.monitor = monitor,
	.thread_name = thread_name,
};

static const char *const corpus[] = {
	"?",
	"g",
	"p25",
	"P25=00004080",
	"m10,40",
	"M10,4:01020304",
	"X10,4:abcd",
	"X10,0:",
	"Z0,400000,4",
	"z0,400000,4",
	"Z2,400000,4",
	"Z3,400000,2",
	"z4,400000,1",
	"Hg1",
	"Hc-1",
	"T1",
	"c",
	"s",
	"C05",
	"S05",
	"vCont?",
	"vCont;c",
	"vCont;s:1;c",
	"vCont;r400000,400010:1",
	"vCont;S05:2",
	"qSupported:swbreak+",
	"QStartNoAckMode",
	"qXfer:features:read:target.xml:0,ffb",
	"qXfer:features:read:target.xml:3ffe,ffff",
	"qXfer:libraries:read::0,1000",
	"qRcmd,656e76",
	"qAttached",
	"qC",
	"qfThreadInfo",
	"qsThreadInfo",
	"qThreadExtraInfo,2",
	"qSymbol::",
	"vKill;1",
	"k",
	"D",
	"!",
	"G00000000",
	"vMustReplyEmpty",
	"",
};

/* A packet of the corpus, changed in some places; its length. */
static size_t
mutate(char *to, size_t room)
{
	const char *from = corpus[next() % (sizeof corpus / sizeof *corpus)];
	size_t n = strlen(from);

	memcpy(to, from, n);
	for (uint32_t i = next() % 4; i > 0; i--) {
		size_t at = n ? next() % n : 0;

		switch (next() % 4) {
		case 0:
			if (n > 0)
				to[at] = next();
			break;
		case 1: /* cut */
			n = at;
			break;
		case 2: /* repeat a part */
			if (n > 0 && n < room / 2) {
				memmove(to + n, to + at, n - at);
				n += n - at;
			}
			break;
		case 3: /* a long run */
			for (size_t k = next() % 600; k > 0 && n < room; k--)
				to[n++] = "0f,:;="[next() % 6];
			break;
		}
	}
	return n;
}

/* In memory of exactly the size it may use. */
static void
handle(const char *data, size_t n)
{
	struct packet *p = malloc(sizeof *p + RSP_MAX + 1);
	char *copy = malloc(n + 1);

	memcpy(copy, data, n);
	copy[n] = 0;
	packet_handle(p, &target, copy, n);
	if (p->len > RSP_MAX || p->action > DO_KILL)
		abort();
	actions[p->action]++;
	free(copy);
	free(p);
}

static void
feed(struct rsp *r, const char *data, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		enum rsp_event e = rsp_feed(r, data[i]);

		if (r->len > RSP_MAX)
			abort();
		if (e == RSP_PACKET) {
			packets++;
			handle(r->data, r->len);
		}
		broken += e == RSP_BROKEN;
	}
}

/* What is framed comes out of the parser as it went in. */
static void
round_trip(struct rsp *r, const char *data, size_t n)
{
	char *frame = malloc(2 * n + 4);
	size_t size = rsp_frame(frame, data, n);

	r->state = RSP_IDLE;
	for (size_t i = 0; i < size; i++)
		if (rsp_feed(r, frame[i]) == RSP_PACKET &&
		    (i + 1 != size || r->len != n ||
		     memcmp(r->data, data, n) != 0))
			abort();
	if (r->state != RSP_IDLE)
		abort();
	free(frame);
}

int
main(int argc, char **argv)
{
	static struct rsp r;
	static char packet[4096], frame[2 * 4096 + 4];
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 0) : 100000;

	state = argc > 2 ? strtoul(argv[2], NULL, 0) : 1;
	for (unsigned long i = 0; i < rounds; i++) {
		size_t n = mutate(packet, sizeof packet);

		round_trip(&r, packet, n);
		handle(packet, n);
		n = rsp_frame(frame, packet, n);
		if (next() % 8 == 0)
			frame[next() % n] = next();
		feed(&r, frame, n);
		for (n = 0; n < next() % 64; n++)
			packet[n] = next();
		feed(&r, packet, n);
	}
	/* Longer than a packet may be. */
	r.state = RSP_IDLE;
	feed(&r, "$", 1);
	for (int i = 0; i < 2 * RSP_MAX; i++)
		feed(&r, "}a", 2);
	feed(&r, "#00", 3);
	printf("%lu packets, %lu broken, %lu continued\n", packets, broken,
	       actions[DO_CONTINUE]);
	return packets < rounds / 2 || broken == 0;
}
