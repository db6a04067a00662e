/* SPDX-License-Identifier: MIT */
/* What the parts of the packet parser share. */
#ifndef PACKET_H
#define PACKET_H

#include "target.h"

/* The thread that registers and memory are asked of. */
extern int packet_selected;

/* Append to the reply. */
__attribute__((format(printf, 2, 3))) void
packet_reply(struct packet *p, const char *format, ...);
void packet_done(struct packet *p, bool ok); /* `OK' or an error */

/* A thread's number at *s, which moves past it; 0 is any, -1 is none. */
int packet_thread(const char **s);
/* Does *s start with it?  Then *s moves past it. */
bool packet_starts(const char **s, const char *with);

/* q and Q packets (query.c). */
void packet_query(struct packet *p, const struct target *t, const char *s);

#endif
