/* SPDX-License-Identifier: MIT */
/* The session lock, and transactions by undo log. */
#include <string.h>

#include "fs.h"

/*
 * A page that the log wants back must still be there, so pages are given
 * back after the commit.  nlog is 0 from the commit on, which tells what is
 * left to do.
 */
void
session_commit(void)
{
	session->nlog = 0;
	session->freed = 0;
	for (u32 i = 0; i < session->ndrop; i++)
		session_page_drop(session->drop[i]);
	session->ndrop = 0;
}

/* May itself be cut short, and is then done again from the start. */
void
session_rollback(void)
{
	for (u32 i = session->nlog; i-- > 0;) {
		const struct undo *u = &session->log[i];

		memcpy(u->at, &u->old, u->bytes);
	}
	session->ndrop = 0;
	session->freed = 0;
	session_barrier();
	session->nlog = 0;
}

void
session_log(void *at, u32 bytes)
{
	struct undo *u = &session->log[session->nlog];

	if (session->nlog == LOG_MAX)
		session_fail("transaction too long");
	u->at = at;
	memcpy(&u->old, at, bytes);
	u->bytes = bytes;
	session_barrier();
	session->nlog++;
}

void
session_settle(void)
{
	struct inode *i;

	session_commit();
	while ((i = session->unfinished))
		inode_finish(i);
}

/* What a process left that died with the lock. */
static void
recover(void)
{
	if (session->nlog)
		session_rollback();
	session_settle();
}

#define CONTROL(c) ((c)&0x1f)

/* The first process makes the segment; the others find it made. */
static void
format(void)
{
	for (u32 i = 0; i < SESSION_HEADER; i++)
		session->used[i / 32] |= 1u << i % 32;
	session->tty.attr = (struct termios){
		.c_iflag = ICRNL,
		.c_oflag = OPOST | ONLCR,
		.c_cflag = CS8 | CREAD,
		.c_lflag = ICANON | ECHO | ECHOE | ECHOK | ISIG,
		.c_cc = { [VMIN] = 1 },
	};
	session->tty.attr.c_cc[VERASE] = 0x7f;
	session->tty.attr.c_cc[VEOF] = CONTROL('D');
	session->tty.attr.c_cc[VINTR] = CONTROL('C');
	session->tty.attr.c_cc[VKILL] = CONTROL('U');
	session->tty.attr.c_cc[VQUIT] = CONTROL('\\');
	session->tty.attr.c_cc[VSUSP] = CONTROL('Z');
	session_barrier();
	session->magic = SESSION_MAGIC;
}

void
session_lock(void)
{
	static u32 attached;
	s32 lock;

	for (u32 i = 0; !attached && i < SESSION_HEADER; i++)
		if (session_page(i) < 0)
			session_fail("no memory for the session");
	attached = 1;
	lock = exos_lock(&session->lock);
	if (lock == EXOS_ORPHAN)
		recover();
	else if (lock)
		session_fail("files used in the middle of a file call");
	if (session->magic != SESSION_MAGIC)
		format();
}

int
session_end(int r)
{
	if (r < 0)
		session_rollback();
	session_settle();
	exos_unlock(&session->lock);
	return r;
}
