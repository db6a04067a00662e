/* SPDX-License-Identifier: MIT */
/*
 * What the session segment stands on in ExOS: pages, names, console.
 *
 * The segment is private to a process now: its pages are the process's own.
 */
#include <errno.h>
#include <string.h>

#include "../vm/private.h"
#include "session.h"

#define RESERVE 64  /* free pages that files leave to others */
#define PIECE	256 /* bytes of console output in one kernel call */

struct process *process_cached;

int
session_page(u32 page)
{
	u32 va = SESSION_BASE + page * SESSION_PAGE;
	s32 frame;

	if (exos_lookup(va))
		return 1;
	if (exos_info->free_pages < RESERVE)
		return -ENOSPC;
	frame = exos_alloc();
	if (frame < 0)
		return -ENOSPC;
	if (exos_map(va, (u32)frame << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D |
				 PT_CAP(CAP_OWN) | PT_OWNED) == 0)
		return 0;
	ae_Dealloc(frame, exos_pin->caps[CAP_OWN].lo,
		   exos_pin->caps[CAP_OWN].hi);
	return -ENOSPC;
}

void
session_page_drop(u32 page)
{
	exos_unmap(SESSION_BASE + page * SESSION_PAGE);
}

u32
session_self(void)
{
	return exos_self;
}

u32
session_seconds(void)
{
	return exos_info->ticks / AE_TICK_HZ;
}

_Noreturn void
session_fail(const char *why)
{
	console_put(exos_pin->boot.args, strlen(exos_pin->boot.args));
	console_put(": ", 2);
	console_put(why, strlen(why));
	console_put("\n", 1);
	exos_exit(1);
}

/*
 * The kernel takes bytes from a page by its physical name.  What lies in
 * pinned pages goes by way of the scratch page.
 */
s32
console_put(const char *s, u32 n)
{
	u32 off = (u32)s & (AE_PAGE_SIZE - 1), lo;
	const struct ae_cap *c;
	s32 r;

	if (n > AE_PAGE_SIZE - off)
		n = AE_PAGE_SIZE - off;
	if (n > PIECE)
		n = PIECE;
	(void)*(volatile const char *)s; /* fault it in */
	lo = exos_lookup((u32)s);
	if (!lo) {
		memcpy((void *)EXOS_SCRATCH, s, n);
		off = 0;
		lo = exos_lookup(EXOS_SCRATCH);
	}
	c = &exos_pin->caps[PT_CAP_OF(lo)];
	r = ae_cons_write(lo >> AE_PAGE_SHIFT, off, n, c->lo, c->hi);
	return r < 0 ? -EIO : r;
}

s32
console_get(char *to, u32 n)
{
	const struct ae_cap *c = &exos_pin->caps[CAP_PINNED];
	s32 r;

	if (n > PIECE)
		n = PIECE;
	r = ae_cons_read(exos_scratch, 0, n, c->lo, c->hi);
	if (r == AE_EPERM)
		return 0; /* another process holds the console: wait */
	if (r < 0)
		return -EIO;
	memcpy(to, (const void *)EXOS_SCRATCH, r);
	return r;
}

const u8 *
archive_start(u32 *bytes)
{
	*bytes = exos_info->archive.bytes;
	return (const u8 *)EXOS_ARCHIVE;
}
