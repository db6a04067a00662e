/* SPDX-License-Identifier: MIT */
/*
 * Attacks by way of upcalls and addresses: handlers that never return or are
 * not there, save areas, queues and ranges at every bad address, the page
 * that one runs on taken away, capabilities forged and stale.
 *
 * launch: --time-limit 240
 */
#include "../../include/hostile.h"

static struct world before;

/* ---- descriptions ---- */

#define FIELD(f) (offsetof(struct ae_env_desc, f) / 4)

/*
 * One with a word of its description set to something: refused by name, or
 * it can do what it likes for a while.  Result: was it made?
 */
static u32
with_word(u32 at, u32 value, const char *code)
{
	struct raw r;
	s32 name;

	hostile_prepare(&r);
	r.desc.init = r.desc.prologue = raw_at(&r, code);
	((u32 *)&r.desc)[at] = value;
	name = hostile_create(&r);
	if (name > 0) {
		for (u32 i = 0; i < 3; i++)
			exos_yield(name);
		act(&r, SYSV_null, 0);
	} else if (name != AE_EINVAL && name != AE_EACCES && name != AE_EPAGE &&
		   name != AE_EPERM) {
		check(0, "word %lu, %#lx: error %ld", (unsigned long)at,
		      (unsigned long)value, (long)name);
	}
	hostile_free(&r);
	return name > 0;
}

static void
descriptions(void)
{
	static const u32 pcs[] = {
		0,	    1,		0x80000000, 0x80000080, 0x80034040,
		0xfffffffc, 0x7ffffffc, 0x10000000, 0x6ffffffe, 0xbfc00000,
	};
	static const u32 offsets[] = {
		0,    1,    2,	  4,	      0x400,	  HOST_DESC,
		4076, 4080, 4092, 4096,	      0x7fffffff, 0x80000000,
		~0u,  -20u, -4u,  0xfffff000,
	};
	u32 made = 0, tried = 0;

	for (u32 at = 0; at <= FIELD(interrupt); at++)
		for (u32 i = 0; i < sizeof pcs / 4; i++, tried++)
			made += with_word(at, pcs[i], wild);
	check(made > 20 && made < tried,
	      "of %lu descriptions with bad entries, %lu are allowed",
	      (unsigned long)tried, (unsigned long)made);
	hostile_over(&before, "entries at bad addresses");

	made = tried = 0;
	for (u32 at = FIELD(flags); at <= FIELD(critical_end); at++)
		for (u32 i = 0; i < sizeof offsets / 4; i++, tried++)
			made += with_word(at, offsets[i], wild);
	check(made > 20 && made < tried,
	      "of %lu descriptions with bad offsets and ranges, %lu",
	      (unsigned long)tried, (unsigned long)made);
	hostile_over(&before, "areas and ranges at bad addresses");

	made = tried = 0;
	for (u32 at = FIELD(pin[1]); at < FIELD(pin[2]); at++)
		for (u32 i = 0; i < sizeof offsets / 4; i++, tried++)
			made += with_word(at, offsets[i], wild);
	check(made > 0, "of %lu with bad guaranteed mappings, %lu",
	      (unsigned long)tried, (unsigned long)made);
	hostile_over(&before, "guaranteed mappings of anything");
}

/* Ranges of restartable stubs at every distance from a loop. */
static void
restarts(void)
{
	u32 made = 0;

	for (u32 d = 0; d < 64; d += 4) {
		struct raw r;

		hostile_prepare(&r);
		hostile_always(&r, spinner);
		r.desc.epilogue = raw_at(&r, parked);
		r.desc.restart = raw_at(&r, spinner) - d;
		r.desc.restart_end = 0xffffffff;
		made += hostile_create(&r) > 0;
		hostile_run(8);
		hostile_free(&r);
	}
	check_is(made, 16, "restartable code at every place");
	hostile_over(&before, "restartable code that is none");
}

/* ---- upcalls ---- */

/* All entries are this code; it runs for some ticks. */
static void
always(const char *code, const char *what)
{
	struct raw r;

	hostile_prepare(&r);
	hostile_always(&r, code);
	r.desc.flags = AE_GATE_CALLS;
	hostile_create(&r);
	hostile_run(60);
	check(r.mem[W_COUNT] > 0, "it runs: %lu times",
	      (unsigned long)r.mem[W_COUNT]);
	check_is(raw_gate(&r)->status, AE_EXIT_EXCESS, what);
	hostile_free(&r);
	hostile_over(&before, what);
}

/* Entries where nothing is. */
static void
nowhere(void)
{
	struct raw r;

	hostile_prepare(&r);
	for (u32 c = AE_EXC_MOD; c < AE_NCAUSE; c++)
		if (c != AE_EXC_SYS)
			r.desc.handler[c] = 0x10000000;
	r.desc.init = r.desc.prologue = r.desc.epilogue = 0x10000000;
	hostile_create(&r);
	hostile_run(60);
	check_is(raw_gate(&r)->state, AE_ENV_ZOMBIE,
		 "who misses its miss handler for ever is ended");
	hostile_free(&r);
	hostile_over(&before, "a miss handler that is not there");
}

/* No handlers at all. */
static void
without(void)
{
	struct raw r;

	hostile_prepare(&r);
	memset(r.desc.handler, 0, sizeof r.desc.handler);
	r.desc.init = raw_at(&r, wild);
	wait_ticks(1); /* it begins well before the next */
	hostile_create(&r);
	hostile_run(16);
	check_is(hostile_free(&r), AE_EXIT_FAULT + AE_EXC_ADEL,
		 "without a handler an exception ends it");
	hostile_over(&before, "no handlers");
}

/* A gate that never replies; client and server end in both orders. */
static void
no_reply(int client_first)
{
	struct raw client, server;

	hostile_prepare(&server);
	server.desc.gate = raw_at(&server, spinner);
	server.desc.flags = AE_GATE_CALLS | RAW_NOSLICE;
	hostile_create(&server);
	hostile_make(&client);
	check_is(act(&client, AE_SCALL, server.name), NOT_BACK,
		 "a call is not answered");
	hostile_run(16);
	check(server.mem[W_COUNT] > 0, "the server has the client's slices");
	hostile_free(client_first ? &client : &server);
	hostile_run(16);
	if (!client_first)
		check_is(client.mem[W_ERROR], AE_EDIED,
			 "the client hears that it ended");
	hostile_free(client_first ? &server : &client);
	hostile_over(&before, "a gate that never replies");
}

/* ---- memory ---- */

#define CODE_VIEW 0x2e000000

/* Code in a page of its own, whose capability is (1, 0), by which it goes. */
static void
own_page(u32 call)
{
	int frees = call == SYSV_Dealloc;
	struct raw r;
	s32 code = ae_Alloc(AE_PAGE_ANY, 1, 0, 1, 0, 0, 0, 0);
	u32 there = RAW_VA + AE_PAGE_SIZE;

	hostile_prepare(&r);
	wait_ticks(1); /* it begins well before the next */
	ae_TLBwr(CODE_VIEW, LO(code, RW), 1, 0);
	memcpy((char *)CODE_VIEW + RAW_CODE, performer,
	       hostile_end - performer);
	ae_TLBvadelete(CODE_VIEW);
	ae_cacheflush(code, 1, 0);
	r.desc.init = r.desc.prologue = raw_at(&r, performer) + AE_PAGE_SIZE;
	r.desc.pin[1] = (struct ae_pin){
		.va = there,
		.lo = LO(code, AE_LO_V),
		.cap = { 1, 0 },
	};
	hostile_create(&r);
	check_is(act(&r, SYSV_null, 0), 0, "it runs in a page of its own");
	act(&r, call, code, 1, 0, 3, 0, 3, 0);
	if (frees)
		check((r.mem[W_CAUSE] & AE_CAUSE_MASK) >> 2 == AE_EXC_TLBL &&
			      r.mem[W_ADDR] >> AE_PAGE_SHIFT ==
				      there >> AE_PAGE_SHIFT,
		      "which it frees, and misses");
	else
		check_is(r.mem[W_RESULT], AE_EPERM,
			 "which is another's to change: EPERM");
	hostile_free(&r);
	if (!frees)
		ae_Dealloc(code, 1, 0);
	hostile_over(&before, "the page one runs on");
}

/* The page of one's save areas stays. */
static void
save_page(void)
{
	struct raw r;

	hostile_make(&r);
	check_is(act(&r, SYSV_Dealloc, r.page, own_cap.lo, own_cap.hi),
		 AE_EINUSE, "a save page cannot be freed");
	check_is(act(&r, SYSV_chcap, r.page, own_cap.lo, own_cap.hi), AE_EINUSE,
		 "nor given another capability");
	check_is(ae_Dealloc(r.page, own_cap.lo, own_cap.hi), 0,
		 "its other holder lets go");
	check_is(ae_Dealloc(r.page, own_cap.lo, own_cap.hi), AE_EINUSE,
		 "but cannot speak for who saves there");
	check_is(act(&r, SYSV_null, 0), 0, "who lives on");
	raw_free(&r);
	hostile_over(&before, "the page of save areas");
}

/* ---- capabilities ---- */

#define SHARED_VA 0x10000000

/* Have r map a page; 0, or the error. */
static s32
map(const struct raw *r, u32 page, u32 flags, u32 lo, u32 hi)
{
	return act(r, SYSV_TLBwr, SHARED_VA, LO(page, flags), lo, hi);
}

static void
capabilities(void)
{
	struct raw a, b;
	s32 page;
	u32 bad = 0;

	hostile_make(&a);
	hostile_make(&b);
	page = act(&a, SYSV_Alloc, AE_PAGE_ANY, 1, 2, 3, 4);
	check_is(map(&b, page, RW, 3, 4), 0, "a page lent by its capability");
	check_is(act(&a, SYSV_chcap, page, 3, 4, 5, 6, 7, 8), 0,
		 "is taken back by a new one");
	check_is(exos_pages[page].bindings, 0, "nobody has it mapped");
	check_is(map(&b, page, RW, 3, 4), AE_EACCES, "the old one is stale");
	check_is(map(&b, page, RW, 5, 6), AE_EACCES,
		 "the read capability does not write");
	check_is(map(&b, page, AE_LO_V, 5, 6), 0, "it reads");
	check_is(act(&b, SYSV_TLBunprotect, SHARED_VA, 1, 5, 6), AE_EACCES,
		 "nor can it be made to");
	check_is(act(&b, SYSV_chcap, page, 7, 8), AE_EPERM,
		 "who is not the owner changes no capability");
	/* A bit wrong, in every place. */
	for (u32 bit = 0; bit < 32; bit++) {
		bad += map(&b, page, RW, 7 ^ 1u << bit, 8) != AE_EACCES;
		bad += map(&b, page, RW, 7, 8 ^ 1u << bit) != AE_EACCES;
	}
	check_is(bad, 0, "with one bit wrong of 64 it is refused");
	for (u32 p = 0; p < exos_info->npages; p += 61)
		bad += map(&b, p, RW, own_cap.lo ^ 1, own_cap.hi) == 0;
	check_is(bad, 0, "as are others' pages everywhere");
	check_is(act(&a, SYSV_Dealloc, page, 7, 8), 0, "the page is freed");
	check_is(map(&b, page, AE_LO_V, 5, 6), AE_EACCES,
		 "then it can be mapped by nothing that it had");
	hostile_free(&a);
	hostile_free(&b);
	hostile_over(&before, "capabilities forged and stale");
}

int
main(int argc, char **argv)
{
	int closed = exos_info->build & AE_BUILD_CLOSED;

	if (check_part(argc, argv, "victim"))
		return victim();
	before = hostile_begin();
	descriptions();
	restarts();
	always(spinner, "no upcall ever returns");
	/* Where no instruction completes the chip takes no interrupt. */
	if (closed) {
		always(faulter, "every upcall causes another");
		nowhere();
	}
	without();
	no_reply(0);
	no_reply(1);
	own_page(SYSV_Dealloc);
	own_page(SYSV_chcap);
	save_page();
	capabilities();
	ae_env_free(victim_name, 0);
	return check_plan();
}
