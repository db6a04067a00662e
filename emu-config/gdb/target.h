/* SPDX-License-Identifier: MIT */
/* What gdb is shown: one target that runs and stops. */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What packets ask of the target (packet.c).  A thread is a machine,
 * numbered from 1; thread 0 is any.
 */
struct target {
	int nthreads;
	bool (*select)(int thread);
	bool (*get)(int reg, uint32_t *value);
	bool (*set)(int reg, uint32_t value);
	bool (*read)(uint32_t va, void *to, size_t n);
	bool (*write)(uint32_t va, const void *from, size_t n);
	bool (*add_break)(uint32_t va);
	bool (*remove_break)(uint32_t va);
	/* Stop after an access to n bytes from va; kind as gdb's Z packets. */
	bool (*change_watch)(int kind, uint32_t va, uint32_t n, bool add);
	/* Text of qXfer objects, which the target keeps; NULL if none. */
	const char *(*document)(const char *object, const char *annex);
	/* Answer in reply_text() pieces. */
	bool (*monitor)(const char *line);
	const char *(*thread_name)(int thread);
};

/* What the server must do after a packet. */
enum action {
	DO_REPLY, /* send the reply */
	DO_SILENT,
	DO_CONTINUE, /* the reply comes when it stops */
	DO_STEP,
	DO_RANGE,  /* step while pc is in start..end */
	DO_STATUS, /* `?': say why it is stopped */
	DO_DETACH, /* send the reply first */
	DO_KILL,
};

struct packet {
	enum action action;
	int thread; /* of DO_STEP, DO_RANGE; 0 is any */
	uint32_t start, end;
	bool no_ack; /* from the next packet on */
	size_t len;
	char reply[];
};

/* Understand a packet; p has room for a reply of RSP_MAX bytes and a 0. */
void packet_handle(struct packet *p, const struct target *t, const char *data,
		   size_t len);

/* The registers there are, in XML (description.c). */
const char *target_description(void);

#endif
