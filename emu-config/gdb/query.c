// SPDX-License-Identifier: MIT
/*
 * The queries of gdb's remote serial protocol (gdb manual, appendix E.4):
 * what is supported, the threads, documents, monitor commands.
 */
#include <stdio.h>
#include <string.h>

#include "packet.h"
#include "rsp.h"

static void
transfer(struct packet *p, const struct target *t, const char *s)
{
	char object[32], annex[64];
	uint32_t offset, n, size;
	const char *text;
	int used = 0;

	/* object:read:annex:offset,length */
	if (sscanf(s, "%31[^:]:read:%n", object, &used) != 1 || used == 0)
		return;
	s += used;
	used = strcspn(s, ":");
	if (used >= (int)sizeof annex || s[used] != ':') {
		packet_reply(p, "E00");
		return;
	}
	memcpy(annex, s, used);
	annex[used] = 0;
	s += used + 1;
	if (!rsp_number(&s, &offset) || *s++ != ',' || !rsp_number(&s, &n)) {
		packet_reply(p, "E00");
		return;
	}
	/* Made anew at its beginning, as gdb reads it from there. */
	text = t->document(object, offset == 0 ? annex : NULL);
	if (text == NULL) {
		packet_reply(p, "E00");
		return;
	}
	size = strlen(text);
	if (offset > size)
		offset = size;
	if (n > size - offset)
		n = size - offset;
	if (n > RSP_MAX / 2)
		n = RSP_MAX / 2;
	packet_reply(p, "%c%.*s", offset + n < size ? 'm' : 'l', (int)n,
		     text + offset);
}

static void
monitor(struct packet *p, const struct target *t, const char *s)
{
	char line[512];
	size_t n = strlen(s) / 2;

	if (n >= sizeof line || !rsp_bytes(s, line, n)) {
		packet_reply(p, "E01");
		return;
	}
	line[n] = 0;
	packet_done(p, t->monitor(line));
}

static void
thread_info(struct packet *p, const struct target *t)
{
	for (int i = 1; i <= t->nthreads; i++)
		packet_reply(p, "%c%x", i == 1 ? 'm' : ',', i);
}

static void
thread_extra(struct packet *p, const struct target *t, const char *s)
{
	const char *name;
	int n = packet_thread(&s);

	if (n < 1 || n > t->nthreads) {
		packet_reply(p, "E01");
		return;
	}
	name = t->thread_name(n);
	for (; *name != 0 && p->len < 200; name++)
		packet_reply(p, "%02x", (unsigned char)*name);
}

void
packet_query(struct packet *p, const struct target *t, const char *s)
{
	if (packet_starts(&s, "qSupported"))
		packet_reply(
			p,
			"PacketSize=%x;QStartNoAckMode+;vContSupported+;"
			"swbreak+;qXfer:features:read+;qXfer:libraries:read+",
			RSP_MAX / 2);
	else if (strcmp(s, "QStartNoAckMode") == 0) {
		p->no_ack = true;
		packet_reply(p, "OK");
	} else if (packet_starts(&s, "qXfer:"))
		transfer(p, t, s);
	else if (packet_starts(&s, "qRcmd,"))
		monitor(p, t, s);
	else if (packet_starts(&s, "qAttached"))
		packet_reply(p, "0"); /* gdb's quit ends the machine */
	else if (strcmp(s, "qC") == 0)
		packet_reply(p, "QC%x", packet_selected);
	else if (strcmp(s, "qfThreadInfo") == 0)
		thread_info(p, t);
	else if (strcmp(s, "qsThreadInfo") == 0)
		packet_reply(p, "l");
	else if (packet_starts(&s, "qThreadExtraInfo,"))
		thread_extra(p, t, s);
	else if (packet_starts(&s, "qSymbol"))
		packet_reply(p, "OK");
}
