// SPDX-License-Identifier: MIT
/*
 * The packets of gdb's remote serial protocol (gdb manual, appendix E.2):
 * from text to calls of a target, and back. No input or output is done here.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "machine.h"
#include "packet.h"
#include "rsp.h"

#define MEMORY_MAX 4096 /* bytes a packet */

int packet_selected = 1;

void
packet_reply(struct packet *p, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(p->reply + p->len, RSP_MAX + 1 - p->len, format, ap);
	va_end(ap);
	if (n > 0)
		p->len += n;
	if (p->len > RSP_MAX)
		p->len = RSP_MAX;
}

void
packet_done(struct packet *p, bool ok)
{
	packet_reply(p, ok ? "OK" : "E01");
}

int
packet_thread(const char **s)
{
	uint32_t n;

	if (strncmp(*s, "-1", 2) == 0) {
		*s += 2;
		return 0;
	}
	return rsp_number(s, &n) && n < 1000 ? (int)n : -1;
}

bool
packet_starts(const char **s, const char *with)
{
	size_t n = strlen(with);

	if (strncmp(*s, with, n) != 0)
		return false;
	*s += n;
	return true;
}

static void
reply_register(struct packet *p, const struct target *t, int reg)
{
	uint8_t byte[4];
	uint32_t v;

	if (!t->get(reg, &v)) {
		packet_reply(p, "xxxxxxxx");
		return;
	}
	for (int i = 0; i < 4; i++)
		byte[i] = v >> 8 * i;
	packet_reply(p, "%02x%02x%02x%02x", byte[0], byte[1], byte[2], byte[3]);
}

static bool
register_value(const char *text, uint32_t *v)
{
	uint8_t b[4];

	if (!rsp_bytes(text, b, 4))
		return false;
	*v = b[0] | b[1] << 8 | b[2] << 16 | (uint32_t)b[3] << 24;
	return true;
}

static void
get_all(struct packet *p, const struct target *t)
{
	for (int i = 0; i < NREGS; i++)
		reply_register(p, t, i);
}

static void
set_all(struct packet *p, const struct target *t, const char *s)
{
	bool ok = true;
	uint32_t old, v;

	for (int i = 0; i < NREGS && register_value(s, &v); i++, s += 8)
		if (i != 0 && t->get(i, &old) && old != v)
			ok &= t->set(i, v);
	packet_done(p, ok);
}

static void
get_one(struct packet *p, const struct target *t, const char *s)
{
	uint32_t reg;

	if (!rsp_number(&s, &reg) || *s != 0 || reg >= NREGS)
		packet_reply(p, "E01");
	else
		reply_register(p, t, reg);
}

static void
set_one(struct packet *p, const struct target *t, const char *s)
{
	uint32_t reg, v;

	packet_done(p, rsp_number(&s, &reg) && *s == '=' && reg < NREGS &&
			       register_value(s + 1, &v) &&
			       (reg == 0 || t->set(reg, v)));
}

static bool
range(const char **s, uint32_t *va, uint32_t *n)
{
	return rsp_number(s, va) && *(*s)++ == ',' && rsp_number(s, n) &&
	       *n <= MEMORY_MAX;
}

static void
read_memory(struct packet *p, const struct target *t, const char *s)
{
	uint8_t buf[MEMORY_MAX];
	uint32_t va, n;

	if (!range(&s, &va, &n) || *s != 0) {
		packet_reply(p, "E01");
		return;
	}
	/* As much as there is, in halves: gdb asks again for the rest. */
	while (n > 0 && !t->read(va, buf, n))
		n /= 2;
	if (n == 0) {
		packet_reply(p, "E14");
		return;
	}
	rsp_hex(p->reply, buf, n);
	p->len = 2 * n;
}

static void
write_memory(struct packet *p, const struct target *t, const char *s,
	     const char *end, bool binary)
{
	uint8_t buf[MEMORY_MAX];
	uint32_t va, n;

	if (!range(&s, &va, &n) || *s++ != ':' || s > end)
		packet_reply(p, "E01");
	else if (binary && (size_t)(end - s) >= n)
		packet_done(p, n == 0 || t->write(va, s, n));
	else if (!binary && rsp_bytes(s, buf, n))
		packet_done(p, t->write(va, buf, n));
	else
		packet_reply(p, "E01");
}

/* Z0 and Z1 break; Z2, Z3, Z4 watch stores, loads, both. */
static void
change_break(struct packet *p, const struct target *t, const char *s)
{
	bool add = *s == 'Z';
	char kind = s[1];
	uint32_t va, n;

	if (kind < '0' || kind > '4')
		return;
	if (s[2] != ',') {
		packet_reply(p, "E01");
		return;
	}
	s += 3;
	if (!range(&s, &va, &n))
		packet_reply(p, "E01");
	else if (kind >= '2')
		packet_done(p, t->change_watch(kind - '0', va, n, add));
	else
		packet_done(p, add ? t->add_break(va) : t->remove_break(va));
}

static void
select_thread(struct packet *p, const struct target *t, const char *s)
{
	char operation = *s;
	int n;

	if (operation == 0)
		return;
	s++;
	n = packet_thread(&s);
	if (n < 0 || n > t->nthreads) {
		packet_reply(p, "E01");
	} else {
		if (operation == 'g' && n > 0) {
			packet_selected = n;
			t->select(n);
		}
		packet_reply(p, "OK");
	}
}

/* vCont;action[:thread]...  One machine steps or all continue. */
static void
resume(struct packet *p, const struct target *t, const char *s)
{
	bool have = false, good = *s == ';';

	while (good && *s == ';') {
		char what = s[1];
		uint32_t start = 0, end = 0;
		int thread = 0;

		good = what != 0 && strchr("cCsSr", what) != NULL;
		if (!good)
			break;
		s += 2;
		if (what == 'C' || what == 'S')
			good = rsp_number(&s, &start);
		else if (what == 'r')
			good = rsp_number(&s, &start) && *s == ',' &&
			       (s++, rsp_number(&s, &end));
		if (good && *s == ':') {
			s++;
			thread = packet_thread(&s);
		}
		good = good && thread >= 0 && thread <= t->nthreads;
		if (good && !have) { /* the first one is the thread's */
			p->action = what == 'r'		       ? DO_RANGE :
				    what == 's' || what == 'S' ? DO_STEP :
								 DO_CONTINUE;
			p->thread = thread;
			p->start = start;
			p->end = end;
		}
		have = true;
	}
	if (!good || *s != 0) {
		p->action = DO_REPLY;
		packet_reply(p, "E01");
	}
}

/* c, s, C sig, S sig: without an address, which nobody sends. */
static void
resume_old(struct packet *p, const char *s)
{
	bool step = *s == 's' || *s == 'S';

	if ((*s == 'c' || *s == 's') && s[1] != 0) {
		packet_reply(p, "E01");
		return;
	}
	p->action = step ? DO_STEP : DO_CONTINUE;
}

static void
long_command(struct packet *p, const struct target *t, const char *s)
{
	if (strcmp(s, "vCont?") == 0)
		packet_reply(p, "vCont;c;C;s;S;r");
	else if (packet_starts(&s, "vCont"))
		resume(p, t, s);
	else if (packet_starts(&s, "vKill")) {
		p->action = DO_KILL;
		packet_reply(p, "OK");
	}
}

static void
alive(struct packet *p, const struct target *t, const char *s)
{
	int n = packet_thread(&s);

	packet_done(p, n >= 1 && n <= t->nthreads);
}

void
packet_handle(struct packet *p, const struct target *t, const char *data,
	      size_t len)
{
	const char *args = data + 1;

	*p = (struct packet){ .action = DO_REPLY };
	p->reply[0] = 0;
	if (len == 0)
		return;
	/* Only X may hold a 0; for the others the text ends there. */
	switch (data[0]) {
	case '?':
		p->action = DO_STATUS;
		break;
	case 'g':
		get_all(p, t);
		break;
	case 'G':
		set_all(p, t, args);
		break;
	case 'p':
		get_one(p, t, args);
		break;
	case 'P':
		set_one(p, t, args);
		break;
	case 'm':
		read_memory(p, t, args);
		break;
	case 'M':
		write_memory(p, t, args, data + len, false);
		break;
	case 'X':
		write_memory(p, t, args, data + len, true);
		break;
	case 'Z':
	case 'z':
		change_break(p, t, data);
		break;
	case 'H':
		select_thread(p, t, args);
		break;
	case 'T':
		alive(p, t, args);
		break;
	case 'c':
	case 'C':
	case 's':
	case 'S':
		resume_old(p, data);
		break;
	case 'q':
	case 'Q':
		packet_query(p, t, data);
		break;
	case 'v':
		long_command(p, t, data);
		break;
	case 'k':
		p->action = DO_KILL;
		break;
	case 'D':
		p->action = DO_DETACH;
		packet_reply(p, "OK");
		break;
	case '!':
		packet_reply(p, "OK");
		break;
	}
}
