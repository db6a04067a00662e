/* SPDX-License-Identifier: MIT */
/*
 * fork: a child that is this process, but for the result.  All of it is done
 * here, in the library: the kernel makes an environment from pages, and lets
 * the child hold ours.
 *
 * The child shares the pinned pages that are code, has copies of the others
 * and of the page table's, and holds every page that the table names; private
 * ones are copy-on-write on both sides (vm/critical/fork.c).  It has our
 * capabilities until it runs another program: a fork is of one mind with its
 * parent.  The session's segment is shared anyway.
 */
#include <errno.h>

#include "private.h"
#include "process.h"

extern char exos_gate_stack[], exos_agate_stack[], exos_estack[];

#define RESERVE 256 /* free pages that forks leave to others */

/* Is there a dead environment whose pages the kernel still takes back? */
static int
pages_come_back(void)
{
	for (u32 n = 1; n < AE_NENV; n++)
		if (exos_gates[n].state == AE_ENV_ZOMBIE && exos_gates[n].pages)
			return 1;
	return 0;
}

/*
 * The kernel does so a part a tick, which commands may outrun.  What it does
 * not wait for is what our children were before exec.
 */
static void
take_back(void)
{
	u32 name;

	while ((name = process_left()) != 0)
		ae_env_free(name, 0);
	session_wait();
}

static int
is_room(void)
{
	while (exos_info->free_pages < RESERVE) {
		if (!pages_come_back())
			return 0;
		take_back();
	}
	return 1;
}

/* First thing in the child: what it has of its parent's and must not. */
static void
begin(void)
{
	if (exos_fork_scratch())
		exos_exit(EXOS_NO_TABLE);
	process_self(); /* not our parent's record */
	process_forked();
}

/* The environment gets a record and a slice: its number, or an error. */
static s32
enter(s32 name, const struct ae_cap *cap)
{
	s32 pid = process_fork(name, (const u32 *)cap);

	if (pid < 0) {
		ae_env_free(name, 0);
	} else if (child_slices(name, 1, &exos_pin->caps[CAP_PINNED]) < 0) {
		process_end(name);
		pid = AE_ENOSLICE;
	}
	return pid;
}

/*
 * Result: the child's number, 0 in the child, or -EAGAIN.  Not in gate code
 * or handlers, whose stacks the child does not get.
 */
int
process_create(void)
{
	u32 context[CTX_BYTES / 4];
	struct exos_fork f = {
		.context = context,
		.stack = { (u32)exos_gate_stack, (u32)exos_agate_stack },
	};
	s32 e;

	if ((u32)context >= AE_PINNED_BASE || !is_room())
		return -EAGAIN;
	for (u32 at = 0; at < ESTACK_BYTES; at += AE_PAGE_SIZE)
		f.stack[2 + at / AE_PAGE_SIZE] = (u32)exos_estack + at;
	process_listen();
	exos_cap_new(&f.env);
	process_making((const u32 *)&f.env);
	if (!context_save(context)) {
		begin();
		return 0;
	}
	while ((e = exos_fork(&f)) == AE_EAGAIN)
		do /* what this one has taken as well */
			take_back();
		while (pages_come_back());
	if (e >= 0)
		e = enter(e, &f.env);
	return e < 0 ? -EAGAIN : e;
}
