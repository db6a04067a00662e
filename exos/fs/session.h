/* SPDX-License-Identifier: MIT */
/*
 * The session segment: memory that the processes of one session share,
 * mapped at one address in all of them, so plain pointers hold everywhere.
 *
 * A process may be killed at any instruction.  Structures in use are
 * therefore changed only under the session lock and through session_set(),
 * which notes the old value in an undo log first.  session_end() commits or
 * takes all back; who finds the lock with a dead owner takes back what that
 * one left undone.  What is not in use yet (a block just allocated) or
 * whose single store decides (a time, a byte of a file) is stored plainly.
 *
 * Pure C: the host tests compile it as it is, over other locks.  Functions
 * return 0 or a count, or a negative errno value.
 */
#ifndef EXOS_FS_SESSION_H
#define EXOS_FS_SESSION_H

#include <termios.h>

#include <aegis/types.h>

#include "../include/exos/lock.h"

#define SESSION_BASE  0x20000000ul
#define SESSION_PAGES 16384	 /* 64 MB */
#define SESSION_SMALL 1024	 /* of these the first hold blocks */
#define SESSION_PAGE  4096	 /* bytes */
#define SESSION_MAGIC 0x53657373 /* "Sess" */

#define LOG_MAX	 64  /* stores in one transaction */
#define DROP_MAX 8   /* pages one transaction gives back */
#define TTY_LINE 256 /* MAX_CANON and a newline */
#define PID_MAX	 30000

#define BLOCK_MIN    64 /* blocks: 64 << order bytes */
#define BLOCK_ORDERS 5
#define BLOCK_MAX    (BLOCK_MIN << (BLOCK_ORDERS - 1))

struct undo {
	void *at;
	uintptr_t old;
	u32 bytes;
};

/* The console's line discipline (tty.c). */
struct tty {
	struct termios attr;
	u32 pgrp;     /* whom its signals go to, or 0 */
	u32 count;    /* bytes in line[] */
	u32 taken;    /* of these, read already */
	u32 complete; /* the line can be read */
	char line[TTY_LINE];
};

/* The first pages of the segment. */
struct session_head {
	u32 magic;
	struct exos_lock lock;
	volatile u32 nlog; /* 0: nothing is to be taken back */
	struct undo log[LOG_MAX];
	volatile u32 ndrop; /* pages to give back after the commit */
	u32 drop[DROP_MAX];
	u32 freed;		  /* this transaction has freed something */
	struct inode *unfinished; /* has pages beyond its end, or no name */
	struct inode *console;
	struct inode *root;
	u32 complete; /* the tree under root is built */
	struct process *processes;
	u32 last_pid;
	struct block_page *partial[BLOCK_ORDERS];
	u32 used[SESSION_PAGES / 32]; /* a bit a page */
	struct tty tty;
};

#define session ((struct session_head *)SESSION_BASE)
#define SESSION_HEADER \
	((sizeof(struct session_head) + SESSION_PAGE - 1) / SESSION_PAGE)

/* Stores before it stay before those after it. */
#define session_barrier() __asm__ volatile("" ::: "memory")

/* ---- transactions: session.c ---- */

void session_lock(void);
/* End a transaction: commit, or take it back if r < 0.  Result: r. */
int session_end(int r);
/* Parts of a call that take effect by themselves. */
void session_commit(void);
void session_rollback(void);
/* The same as commit, and gives back inodes that nobody has any more. */
void session_settle(void);
void session_log(void *at, u32 bytes);
/* Set a field of a structure in use, of at most the size of a pointer. */
#define session_set(field, value)                     \
	do {                                          \
		session_log(&(field), sizeof(field)); \
		(field) = (value);                    \
	} while (0)

/* ---- memory: alloc.c ---- */

/*
 * Pages and blocks, zeroed; 0 when there is no room.  In one transaction
 * nothing is allocated after something was freed: taking it back could not
 * restore what the new user stored.
 */
void *page_alloc(void);
void page_free(void *page);
void *block_alloc(u32 bytes);
void block_free(void *block);
/* The pages of the segment in use, and the blocks in them. */
void session_usage(u32 *pages, u32 *blocks);

/* ---- what the segment stands on: source.c and locks, or a test ---- */

/* Make a page of the segment present.  1: it was, and is not zeroed. */
int session_page(u32 page);
void session_page_drop(u32 page);
/* Give back the pages that were kept for others, if there are none. */
void session_trim(void);
/* Who is no process of the session any more forgets which pages it had. */
void session_look_anew(void);
struct ae_cap;
/* If this process holds the segment's pages, another environment does, too,
 * and is then the one: before exec.  0, or -ENOMEM. */
int session_hand_over(u32 name, const struct ae_cap *env);
u32 session_self(void); /* name of this process */
const char *session_program(void);
/* End the environment that a dead one was making, with this capability. */
void session_end_child(const u32 cap[2]);
u32 session_seconds(void); /* since the epoch */
_Noreturn void session_fail(const char *why);
/* Up to 256 bytes to and from the console: the number, or negative. */
s32 console_put(const char *s, u32 n);
s32 console_get(char *to, u32 n);
const u8 *archive_start(u32 *bytes); /* the boot archive */
/* What this process keeps for itself: its record, or 0 at first. */
extern struct process *process_cached;

#endif
