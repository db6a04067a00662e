/* SPDX-License-Identifier: MIT */
/*
 * The session segment on the host: what source.c is in ExOS, with knobs.
 * The segment lies at its address in a shared memory file, so that a test
 * can look at it from another process, and in a private copy of it.
 */
#ifndef TESTS_FS_HOST_H
#define TESTS_FS_HOST_H

#include <setjmp.h>

#include "../../exos/fs/fs.h"

/* Behind the segment, and shared as it is. */
struct host_state {
	u32 self;	   /* name of the process that plays */
	u32 alive[8];	   /* names, 0 ends them */
	u32 room;	   /* pages that may be present */
	u32 count;	   /* pages present */
	u32 yields;	   /* so many, and the test has failed */
	u32 running;	   /* kill.c: the call is under way */
	const char *typed; /* console input to come */
	u32 shown;	   /* console output */
	char screen[4096];
	u8 present[SESSION_PAGES];
};
#define HOST_BASE (SESSION_BASE + SESSION_PAGES * SESSION_PAGE)
#define host	  ((struct host_state *)HOST_BASE)

extern const u8 *host_archive;
extern u32 host_archive_bytes;

void host_begin(void);	 /* an empty segment */
void host_private(void); /* go on in a copy of it */
void host_be(u32 name);	 /* be another process */
void host_end(u32 name); /* it is dead from now on */
/* process_fork: 0, or why not. */
int host_fork(u32 name);
/* The parent asks how the dead ended: their records go. */
void host_reap(void);
void host_type(const char *s);

/* A finding is printed, and told by the exit status. */
void check(int good, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int check_result(void);

/* Is every structure of the segment as it should be?  0, or what is wrong. */
const char *host_check(void);
/* A number that changes with all that the calls can show but times. */
uint64_t host_signature(void);

#endif
