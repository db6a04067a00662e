/* SPDX-License-Identifier: MIT */
/*
 * Environments without ExOS that do what they are told, or something bad, and
 * the check that follows (aftermath.h).  Their code is in hostile.inc.
 */
#ifndef TESTS_HOSTILE_H
#define TESTS_HOSTILE_H

#include "raw.h"

/* Words of an environment's page. */
#define W_CMD	 0 /* number of the call to make ... */
#define W_DONE	 1 /* ... and of the one that was begun last */
#define W_V0	 2
#define W_ARGS	 3 /* eight */
#define W_RESULT 11
#define W_COUNT	 12 /* how often something was done */
#define W_CAUSE	 13 /* Cause of the last exception, */
#define W_ADDR	 14 /* and BadVAddr */
#define W_PEER	 15 /* name of another */
#define W_ERROR	 16 /* the last with which it was entered */

#define HOST_IQ	  0x800 /* in the page: interrupt queue, */
#define HOST_REPO 0xb00 /* repossession vector, */
#define HOST_DESC 0xd00 /* and room for a description */

#ifndef __ASSEMBLER__

#include "aftermath.h"

#include <aegis/sysnum.h>
#include <aegis/transfer.h>

extern const char performer[], caught[], parked[], spinner[], faulter[], wild[],
	tosser[], cycler[], worker[], hog[], holder[], hostile_end[];

/* A performer, with all there is to an environment. */
static void UNUSED
hostile_prepare(struct raw *r)
{
	raw_prepare(r, performer, hostile_end);
	r->desc.epilogue = raw_at(r, parked);
	/* No result of a call is lost to the end of a slice. */
	r->desc.critical = raw_at(r, performer);
	r->desc.critical_end = raw_at(r, caught);
	for (u32 c = AE_EXC_MOD; c < AE_NCAUSE; c++)
		if (c != AE_EXC_SYS)
			r->desc.handler[c] = raw_at(r, caught);
	r->desc.gate = r->desc.reply = r->desc.agate = raw_at(r, performer);
	r->desc.iq = HOST_IQ;
	r->desc.repo = HOST_REPO;
}

/* Make it; its page stays when it ends, for us to look at. */
static s32 UNUSED
hostile_create(struct raw *r)
{
	if (raw_create(r) > 0)
		ae_page_ref(r->page, own_cap.lo, own_cap.hi, 0, 0, 0);
	return r->name;
}

static s32 UNUSED
hostile_make(struct raw *r)
{
	hostile_prepare(r);
	return hostile_create(r);
}

/* End it, dead or alive, made or not; its exit status. */
static s32 UNUSED
hostile_free(struct raw *r)
{
	s32 status = r->name > 0 ? raw_free(r) : r->name;

	exos_unmap((u32)r->mem);
	ae_Dealloc(r->page, own_cap.lo, own_cap.hi);
	return status;
}

/* Entered at this code, whatever happens. */
static void UNUSED
hostile_always(struct raw *r, const char *code)
{
	u32 pc = raw_at(r, code);

	for (u32 c = AE_EXC_MOD; c < AE_NCAUSE; c++)
		if (c != AE_EXC_SYS)
			r->desc.handler[c] = pc;
	r->desc.init = r->desc.prologue = r->desc.epilogue = pc;
	r->desc.gate = r->desc.reply = r->desc.agate = pc;
	r->desc.interrupt = pc;
}

#define NOT_BACK 0x5ca1ab1e /* the call has not come back (yet) */

/* Have a performer make a call; the result, or NOT_BACK. */
static s32 UNUSED
act_do(const struct raw *r, u32 v0, u32 n, const u32 *args)
{
	volatile u32 *w = r->mem;

	w[W_V0] = v0;
	for (u32 i = 0; i < 8; i++)
		w[W_ARGS + i] = i < n ? args[i] : 0;
	w[W_RESULT] = NOT_BACK;
	w[W_CMD]++;
	for (u32 i = 0; i < 100 && w[W_DONE] != w[W_CMD]; i++)
		exos_yield(r->name);
	for (u32 i = 0; i < 3 && w[W_RESULT] == NOT_BACK; i++)
		exos_yield(r->name);
	return w[W_RESULT];
}

#define act(r, v0, ...)                                   \
	act_do(r, v0, sizeof((u32[]){ __VA_ARGS__ }) / 4, \
	       (const u32[]){ __VA_ARGS__ })

/* Let it run by itself for some ticks. */
static void UNUSED
hostile_run(u32 ticks)
{
	wait_ticks(ticks);
}

/* A victim, and the world when this program has got all that it needs. */
static struct world UNUSED
hostile_begin(void)
{
	struct world w;
	struct raw r;

	victim_start();
	hostile_make(&r);
	act(&r, SYSV_null, 0);
	hostile_free(&r);
	printf("# a victim, %lu pages free\n", (unsigned long)free_pages());
	w = world_now();
	aftermath(&w);
	return world_now();
}

/* Nothing of it has been noticed. */
static void UNUSED
hostile_over(const struct world *before, const char *what)
{
	const char *wrong = aftermath(before);

	check(!wrong, "%s%s%s", what, wrong ? ": " : "", wrong ? wrong : "");
}

#endif /* !__ASSEMBLER__ */
#endif
