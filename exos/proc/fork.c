/* SPDX-License-Identifier: MIT */
/*
 * fork: a child that is this process, but for the result.  All of it is done
 * here, in the library: the kernel makes an environment from pages, and lets
 * the child hold ours.
 *
 * The child has copies of the pinned pages and of the page table's, and holds
 * every page that the table names; private ones are copy-on-write on both
 * sides.  It has our capabilities until it runs another program: a fork is of
 * one mind with its parent.  The session's segment is shared anyway.
 */
#include <errno.h>
#include <string.h>

#include "private.h"
#include "process.h"

extern const struct ae_env_desc exos_desc;
extern char exos_pinned_end[], exos_gate_stack[], exos_agate_stack[],
	exos_estack[];

#define RESERVE	     256 /* free pages that forks leave to others */
#define NCOPIES	     64	 /* pinned pages and pages of the page table */
#define WINDOW_OF(i) (WINDOW + (i)*AE_PAGE_SIZE)

struct fork {
	struct child c;
	u32 ncopies, ntable;
	u32 root[NCOPIES];  /* index of each page of the table */
	u32 frame[NCOPIES]; /* and its copy */
	struct exos_fork_copy copy[NCOPIES + 1];
};

/* Where we see what will be at an address in the child. */
static void *
in_child(const void *p)
{
	return (char *)WINDOW + ((u32)p - EXOS_PIN);
}

static s32
add_pinned(struct fork *f)
{
	const struct {
		u32 va, bytes;
	} fresh[] = {
		{ (u32)exos_gate_stack, AE_PAGE_SIZE },
		{ (u32)exos_agate_stack, AE_PAGE_SIZE },
		{ (u32)exos_estack, ESTACK_BYTES },
	};
	s32 e = 0;

	for (u32 va = EXOS_PIN; !e && va < (u32)exos_pinned_end;
	     va += AE_PAGE_SIZE) {
		u32 to = WINDOW_OF(f->ncopies);

		e = child_page(&f->c, va, to, CAP_PINNED);
		f->copy[f->ncopies++] = (struct exos_fork_copy){ to, va };
	}
	/* Stacks that nobody is on begin as zeros. */
	for (u32 i = 0; i < sizeof fresh / sizeof *fresh; i++)
		for (u32 at = 0; !e && at < fresh[i].bytes; at += AE_PAGE_SIZE)
			e = child_page(&f->c, fresh[i].va + at,
				       WINDOW_OF(NCOPIES), CAP_PINNED);
	return e;
}

static s32
add_table_page(struct fork *f, u32 i)
{
	u32 from = WINDOW_OF(NCOPIES + 1 + f->ntable);
	u32 to = WINDOW_OF(f->ncopies);
	s32 page, e;

	if (f->ncopies == NCOPIES)
		return AE_ENOMEM;
	page = exos_alloc_with(&f->c.cap);
	if (page < 0)
		return page;
	f->root[f->ntable] = i;
	f->frame[f->ntable++] = page;
	e = exos_map(to, (u32)page << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D |
				 PT_CAP(CAP_PINNED));
	if (!e)
		e = exos_map(from,
			     (exos_root[i] & ~AE_LO_D) | PT_CAP(CAP_PINNED));
	f->copy[f->ncopies++] = (struct exos_fork_copy){ to, from };
	return e;
}

static int
has_copy(const struct fork *f, u32 i)
{
	for (u32 k = 0; k < f->ntable; k++)
		if (f->root[k] == i)
			return 1;
	return 0;
}

/*
 * A page of the two-level table is for one run of addresses.  Where nothing
 * of the program's can be, the child finds everything by its regions.
 */
static int
is_needed(u32 i)
{
	return exos_root[i] && (exos_pin->pt_kind != PT_TWO_LEVEL ||
				exos_may_own(i * EXOS_PT_RUN * AE_PAGE_SIZE));
}

/* Mapping a page to be copied may take a page for the table. */
static s32
add_table(struct fork *f)
{
	u32 before;
	s32 e = 0;

	do {
		before = f->ntable;
		for (u32 i = 0; !e && i < PT_PAGES; i++)
			if (is_needed(i) && !has_copy(f, i))
				e = add_table_page(f, i);
	} while (!e && f->ntable != before);
	return e;
}

/* All is mapped and seen before the moment, so that nothing faults then. */
static void
touch(const struct fork *f)
{
	for (u32 i = 0; i < f->ncopies; i++) {
		*(volatile u32 *)f->copy[i].to = 0;
		(void)*(volatile u32 *)f->copy[i].from;
	}
}

/* The child holds a page of ours.  Twice does not matter. */
static s32
hold(const struct fork *f, u32 name, u32 page, const struct ae_cap *c)
{
	s32 e = ae_page_ref(page, c->lo, c->hi, name, f->c.env.lo, f->c.env.hi);

	return e == AE_EINUSE ? 0 : e;
}

static s32
hold_range(const struct fork *f, u32 name, u32 va, u32 end)
{
	s32 n = 0, e;

	for (; (va = exos_next(va, end)) < end; va += AE_PAGE_SIZE) {
		u32 lo = exos_lookup(va);

		if (!(lo & PT_OWNED) || va == EXOS_SCRATCH)
			continue;
		e = hold(f, name, lo >> AE_PAGE_SHIFT,
			 &exos_pin->caps[PT_CAP_OF(lo)]);
		if (e)
			return e;
		n++;
	}
	return n;
}

/* All that it will find in the table.  Result: how many of the program's. */
static s32
hold_pages(const struct fork *f, u32 name)
{
	static const u32 range[][2] = EXOS_RANGES;
	s32 e = hold(f, name, exos_pin->none >> AE_PAGE_SHIFT, &f->c.cap);
	u32 n = 0;

	for (u32 i = 0; !e && i < f->ntable; i++)
		e = hold(f, name, f->frame[i], &f->c.cap);
	for (u32 i = 0; e >= 0 && i < EXOS_NRANGES; i++, n += e)
		e = hold_range(f, name, range[i][0], range[i][1]);
	return e < 0 ? e : (s32)n;
}

/* The copies become the child's own. */
static void
make_ready(const struct fork *f, u32 name, const u32 context[])
{
	__typeof__(exos_pin) pin = in_child(exos_pin);
	u32 *root = in_child(exos_root);

	memset(root, 0, sizeof exos_root);
	for (u32 i = 0; i < f->ntable; i++)
		root[f->root[i]] =
			f->frame[i] << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D;
	memcpy(pin->ctx[0], context, sizeof pin->ctx[0]);
	pin->depth = CTX_BYTES;
	pin->noticed = pin->call = pin->busy = 0;
	pin->intx[AE_SAVE_PENDING / 4] = 0;
	pin->iq = (struct ae_intq){ .mask = pin->iq.mask };
	pin->repo = (struct ae_repo){ .count = 0 };
	pin->boot.magic = EXOS_BOOT_MAGIC;
	pin->boot.parent = exos_self;
	pin->boot.cap = f->c.cap;
	*(u32 *)in_child(&exos_self) = name;
}

/* Its pages, and the environment of them; it has no slice yet. */
static s32
create(struct fork *f)
{
	s32 e;

	child_begin(&f->c);
	f->c.cap = exos_pin->caps[CAP_PINNED];
	exos_cap_new(&f->c.env);
	memcpy(f->c.desc, &exos_desc, offsetof(struct ae_env_desc, pin));
	f->c.desc->init = f->c.desc->prologue;
	e = add_pinned(f);
	if (!e)
		e = add_table(f);
	if (e < 0) {
		child_drop(&f->c);
		return e;
	}
	process_making((const u32 *)&f->c.env);
	e = child_create(&f->c);
	if (e < 0)
		child_drop(&f->c);
	return e;
}

/* The child becomes what we are at one moment: its number, or an error. */
static s32
fill(struct fork *f, u32 name, const u32 context[])
{
	s32 n = hold_pages(f, name), e;

	if (n < 0)
		return n;
	touch(f);
	if (exos_fork_moment(f->copy) != (u32)n)
		return AE_EAGAIN; /* gate code mapped something meanwhile */
	e = exos_fork_own();
	if (e)
		return e;
	make_ready(f, name, context);
	return process_fork(name, (const u32 *)&f->c.env);
}

static s32
make(struct fork *f, const u32 context[])
{
	s32 name = create(f), pid;

	if (name < 0)
		return name;
	pid = fill(f, name, context);
	if (pid < 0) {
		ae_env_free(name, 0);
	} else if (child_slices(name, 1, &f->c.cap) < 0) {
		process_end(name);
		pid = AE_ENOSLICE;
	}
	return pid;
}

static void
forget_windows(void)
{
	u32 end = WINDOW_OF(2 * NCOPIES + 1), va = WINDOW;

	while ((va = exos_next(va, end)) < end)
		exos_unmap(va);
}

/* First thing in the child: what it has of its parent's and must not. */
static void
begin(void)
{
	if (exos_fork_own() || exos_fork_scratch())
		exos_exit(EXOS_NO_TABLE);
	forget_windows();
	process_self(); /* not our parent's record */
	process_forked();
}

/* Is there a dead environment whose pages the kernel still takes back? */
static int
pages_come_back(void)
{
	for (u32 n = 1; n < AE_NENV; n++)
		if (exos_gates[n].state == AE_ENV_ZOMBIE && exos_gates[n].pages)
			return 1;
	return 0;
}

/* The kernel does so a part a tick, and commands may be quicker. */
static int
is_room(void)
{
	while (exos_info->free_pages < RESERVE) {
		if (!pages_come_back())
			return 0;
		session_wait();
	}
	return 1;
}

/*
 * Result: the child's number, 0 in the child, or -EAGAIN.  Not in gate code
 * or handlers, whose stacks the child does not get.
 */
int
process_create(void)
{
	static struct fork f;
	u32 context[CTX_BYTES / 4];
	s32 pid;

	if ((u32)context >= AE_PINNED_BASE || !is_room())
		return -EAGAIN;
	process_listen();
	if (!context_save(context)) {
		begin();
		return 0;
	}
	f = (struct fork){ .ncopies = 0 };
	pid = make(&f, context);
	forget_windows();
	for (u32 i = 0; i < f.ntable; i++)
		ae_Dealloc(f.frame[i], f.c.cap.lo, f.c.cap.hi);
	return pid < 0 ? -EAGAIN : pid;
}
