/* SPDX-License-Identifier: MIT */
/*
 * What the session segment stands on in ExOS: pages, names, console.
 *
 * The segment's pages are those of all processes of the session, by one
 * capability.  Which pages these are is in tables that follow the segment,
 * and which pages those are is in the first of all, the share page; a child
 * is told this one's number and the capability (struct exos_boot).  A page
 * that is there is mapped when it is first touched.
 *
 * The pages are held by the process that began the session, so that they
 * outlive who needed them; they go when it ends.
 */
#include <errno.h>
#include <string.h>

#include "../vm/private.h"
#include "fs.h"

#define RESERVE 64  /* free pages that files leave to others */
#define PIECE	256 /* bytes of console output in one kernel call */

#define PER_PAGE   (AE_PAGE_SIZE / sizeof(u32))
#define SHARE_BASE (SESSION_BASE + SESSION_PAGES * SESSION_PAGE)
#define TABLE_BASE (SHARE_BASE + AE_PAGE_SIZE)
#define NTABLES	   (SESSION_PAGES / PER_PAGE)
#define SHARE_END  (TABLE_BASE + NTABLES * AE_PAGE_SIZE)

struct share {
	u32 holder; /* of all pages: a name, and its capability */
	struct ae_cap holder_cap;
	u32 claim;     /* a page on its way into a table, or 0 */
	u32 *claim_at; /* its place there */
	u32 idle;      /* there may be pages that nobody uses */
	u32 table[NTABLES];
};
#define share  ((struct share *)SHARE_BASE)
/* Page numbers, in order of the segment's pages; 0: there is none. */
#define frames ((u32 *)TABLE_BASE)

struct process *process_cached;
static s32 cap_index; /* of the session's capability */

static struct ae_cap *
cap(void)
{
	return &exos_pin->boot.segment;
}

/* ---- pages ---- */

static u32
frame_at(u32 va)
{
	u32 n;

	if (va >= SHARE_BASE && va < TABLE_BASE)
		return exos_pin->boot.segment_page;
	if (va >= TABLE_BASE)
		return share->table[(va - TABLE_BASE) / AE_PAGE_SIZE];
	n = (va - SESSION_BASE) / SESSION_PAGE;
	return share->table[n / PER_PAGE] ? frames[n] : 0;
}

static s32
map_frame(u32 va, u32 frame)
{
	return exos_map(va, frame << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D |
				    PT_SHARED | PT_CAP(cap_index));
}

u32
session_entry(const void *page)
{
	return frame_at((u32)page) << AE_PAGE_SHIFT | AE_LO_V |
	       PT_CAP(cap_index);
}

static int
fault(struct exos_region *r, u32 va, int write)
{
	u32 frame = frame_at(va);

	(void)r, (void)write;
	if (exos_lookup(va) || !frame)
		return AE_EACCES;
	return map_frame(va, frame);
}

/*
 * A page for the session, put into a table.  Whoever dies in here leaves it
 * claimed; the next one sees that it is in its place, or gives it back.
 */
static s32
add_frame(u32 *where)
{
	struct ae_cap *c = cap();
	s32 page, e = 0;

	if (share->claim && *share->claim_at != share->claim)
		ae_Dealloc(share->claim, c->lo, c->hi);
	share->claim = 0;
	page = exos_alloc_with(c);
	if (page < 0)
		return page;
	if (share->holder != exos_self) {
		share->claim_at = where;
		session_barrier();
		share->claim = page;
		session_barrier();
		e = exos_page_ref(page, c, share->holder, &share->holder_cap);
		if (!e)
			*where = page;
		session_barrier();
		share->claim = 0;
		ae_Dealloc(page, c->lo, c->hi);
	} else {
		*where = page;
	}
	return e;
}

static void
begin_session(void)
{
	s32 page;

	exos_cap_new(cap());
	cap_index = exos_cap_add(cap());
	page = exos_alloc_with(cap());
	if (cap_index < 0 || page < 0 || map_frame(SHARE_BASE, page))
		session_fail("no memory for the session");
	share->holder = exos_self;
	share->holder_cap = exos_pin->boot.cap;
	exos_pin->boot.segment_page = page;
}

static void
attach(void)
{
	if (!exos_pin->boot.segment_page) {
		begin_session();
	} else {
		cap_index = exos_cap_add(cap());
		if (cap_index < 0 ||
		    map_frame(SHARE_BASE, exos_pin->boot.segment_page))
			session_fail("no memory for the session");
	}
	exos_region_add(&(struct exos_region){
		.start = SESSION_BASE,
		.end = SHARE_END,
		.fault = fault,
		.flags = RG_SHARED,
	});
}

static int
has_others(void)
{
	return session->processes && session->processes->next;
}

int
session_page(u32 page)
{
	static int attached;
	u32 *table;

	if (!attached)
		attach();
	attached = 1;
	table = &share->table[page / PER_PAGE];
	if (*table && frames[page])
		return 1;
	if (exos_info->free_pages < RESERVE)
		return -ENOSPC;
	/* If we die before it is used, nobody will drop it. */
	if (page && has_others())
		share->idle = 1;
	if (!*table && add_frame(table))
		return -ENOSPC;
	return add_frame(&frames[page]) ? -ENOSPC : 0;
}

static void
drop_frame(u32 page)
{
	struct ae_cap *c = cap();
	u32 frame = frames[page];

	exos_unmap(SESSION_BASE + page * SESSION_PAGE);
	frames[page] = 0;
	ae_Dealloc(frame, c->lo, c->hi);
}

/*
 * Others may have it mapped, and could not know what it becomes; so it is
 * kept for the session's next use until there are no others.
 */
void
session_page_drop(u32 page)
{
	if (has_others())
		share->idle = 1;
	else
		drop_frame(page);
}

void
session_trim(void)
{
	if (!share->idle || has_others())
		return;
	for (u32 n = 0; n < SESSION_PAGES; n++)
		if (share->table[n / PER_PAGE] && frames[n] &&
		    !(session->used[n / 32] >> n % 32 & 1))
			drop_frame(n);
	share->idle = 0;
}

void
session_look_anew(void)
{
	u32 va = SESSION_BASE;

	while ((va = exos_next(va, SHARE_END)) < SHARE_END)
		exos_unmap(va);
}

int
session_hand_over(u32 name, const struct ae_cap *env)
{
	struct ae_cap *c = cap();
	s32 e;

	if (share->holder != exos_self)
		return 0;
	e = exos_page_ref(exos_pin->boot.segment_page, c, name, env);
	for (u32 i = 0; !e && i < NTABLES; i++)
		if (share->table[i])
			e = exos_page_ref(share->table[i], c, name, env);
	for (u32 n = 0; !e && n < SESSION_PAGES; n++)
		if (share->table[n / PER_PAGE] && frames[n])
			e = exos_page_ref(frames[n], c, name, env);
	if (e)
		return -ENOMEM;
	share->holder_cap = *env;
	session_barrier();
	share->holder = name;
	return 0;
}

u32
session_self(void)
{
	return exos_self;
}

const char *
session_program(void)
{
	return exos_pin->boot.args;
}

/* It has no slices yet, and no parent any more: only its capability tells. */
void
session_end_child(const u32 env[2])
{
	for (u32 n = 1; n < AE_NENV; n++)
		if (exos_gates[n].state == AE_ENV_LIVE &&
		    !exos_gates[n].nslices)
			ae_env_kill(exos_gates[n].name, env[0], env[1]);
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
