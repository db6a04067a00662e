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

/* Code in a page of its own, whose capability is (1, 0), beside RAW_VA. */
#define CODE_VIEW 0x2e000000
#define CODE_VA	  (RAW_VA + AE_PAGE_SIZE)

static s32 own_code;

static s32
code_page(void)
{
	s32 page = ae_Alloc(AE_PAGE_ANY, 1, 0, 1, 0, 0, 0, 0);

	ae_TLBwr(CODE_VIEW, LO(page, RW), 1, 0);
	memcpy((char *)CODE_VIEW + RAW_CODE, performer,
	       hostile_end - performer);
	ae_TLBvadelete(CODE_VIEW);
	ae_cacheflush(page, 1, 0);
	return page;
}

static u32
code_at(const struct raw *r, const char *label)
{
	return raw_at(r, label) + AE_PAGE_SIZE;
}

static void
use_code_page(struct raw *r)
{
	r->desc.pin[1] = (struct ae_pin){
		.va = CODE_VA,
		.lo = LO(own_code, AE_LO_V),
		.cap = { 1, 0 },
	};
}

/* ---- descriptions ---- */

#define FIELD(f)  (offsetof(struct ae_env_desc, f) / 4)
#define NFIELDS	  FIELD(cap)
#define UNTOUCHED 0x5eed5eed

static struct raw friend; /* calls, and is called */
static u32 allowed[NFIELDS], used[NFIELDS]; /* bad ones, by field */

/* One that is all right, and does all that a program can. */
static void
prepare(struct raw *r)
{
	struct ae_env_desc *d = &r->desc;

	hostile_prepare(r);
	use_code_page(r);
	for (u32 c = AE_EXC_MOD; c < AE_NCAUSE; c++)
		if (c != AE_EXC_SYS)
			d->handler[c] = code_at(r, stepped);
	d->init = d->prologue = d->interrupt = code_at(r, wild);
	d->epilogue = code_at(r, parked);
	d->gate = code_at(r, answer);
	d->reply = d->agate = code_at(r, performer);
	d->critical = code_at(r, performer);
	d->critical_end = code_at(r, caught);
	d->flags = AE_GATE_CALLS | RAW_NOSLICE;
	d->pin[2] = (struct ae_pin){
		.va = RAW_VA + 2 * AE_PAGE_SIZE,
		.lo = LO(victim_tells(VICTIM_PAGE), AE_LO_V),
		.cap = { VICTIM_CAP },
	};
	r->mem[W_STEP] = r->mem[W_HITS] = 0;
}

static int
is_save_area(u32 at)
{
	return at >= FIELD(tlbx) && at <= FIELD(intx);
}

static volatile u32 *
in_page(const struct raw *r, u32 offset)
{
	return r->mem + offset / 4;
}

/* The sum of what is there, by which to see that something was written. */
static u32
sum(const volatile u32 *at, u32 bytes)
{
	u32 sum = 0;

	for (u32 i = 0; i < bytes / 4; i++)
		sum = sum * 31 + at[i];
	return sum;
}

/* It is told of a revocation; then pages of it are taken. */
static int
revoked(const struct raw *r, u32 at)
{
	volatile u32 *queue = in_page(r, r->desc.iq);
	volatile u32 *repo = in_page(r, r->desc.repo);
	u32 quiet, told, vector;

	ae_slice_free(100, 1, 0);
	ae_slice_free(101, 1, 0);
	for (u32 i = 0; i < AE_MIN_PAGES + 2; i++)
		ae_Alloc(AE_PAGE_ANY, 1, 0, 1, 0, r->name, 0, 0);
	queue[offsetof(struct ae_intq, mask) / 4] = ~0u;
	quiet = sum(queue, sizeof(struct ae_intq));
	ae_revoke(r->name, 0, 0, AE_RES_PAGE, 2, 0);
	told = sum(queue, sizeof(struct ae_intq));
	/* It does not run from here on: nobody else writes in its page. */
	queue[offsetof(struct ae_intq, mask) / 4] = 0;
	vector = sum(repo, sizeof(struct ae_repo));
	wait_ticks(5);
	if (at == FIELD(iq))
		return told != quiet;
	return sum(repo, sizeof(struct ae_repo)) != vector;
}

/* It runs, is called, calls, is revoked from.  Did the kernel use the word? */
static int
use(const struct raw *r, u32 at, u32 value)
{
	int saved;

	wait_ticks(1); /* it does not run before it has both */
	ae_slice_alloc(100, 1, 0, r->name, 0, 0);
	ae_slice_alloc(101, 1, 0, r->name, 0, 0);
	wait_ticks(6);
	/* It misses its miss handler, until the clock finds it there. */
	if (at == AE_EXC_TLBL && value)
		return ((struct ae_intq *)in_page(r, HOST_IQ))->entry[0].epc ==
		       value;
	saved = is_save_area(at) &&
		*in_page(r, value + AE_SAVE_A2) != UNTOUCHED;
	act(&friend, AE_SCALL, r->name);
	act(&friend, SYSV_Acall, r->name);
	act(r, AE_SCALL, friend.name);
	act(r, SYSV_null, 0);
	if (at == FIELD(iq) || at == FIELD(repo))
		return revoked(r, at);
	if (at >= FIELD(restart))
		return r->mem[W_STEP] == WILD_STEPS;
	return saved || r->mem[W_HITS];
}

/* No program can cause the other exceptions; flags and save_va are no places
 * to enter or write. */
static int
can_be_used(u32 at)
{
	int closed = exos_info->build & AE_BUILD_CLOSED;

	if (at < AE_NCAUSE)
		return at != AE_EXC_INT && at != AE_EXC_SYS &&
		       at <= AE_EXC_OV && at != AE_EXC_IBE &&
		       at != AE_EXC_DBE && (closed || at != AE_EXC_TLBL);
	return at != FIELD(flags) && at != FIELD(save_va);
}

/*
 * One with a word of its description set to something: refused by name, or
 * it does what it likes for a while.  Result: was it made?
 */
static u32
with_word(u32 at, u32 value)
{
	int closed = exos_info->build & AE_BUILD_CLOSED;
	struct raw r;
	s32 name;

	prepare(&r);
	((u32 *)&r.desc)[at] = value;
	r.mem[W_BAD] = value;
	if (is_save_area(at) && value <= AE_PAGE_SIZE - AE_SAVE_BYTES)
		*in_page(&r, value + AE_SAVE_A2) = UNTOUCHED;
	if (r.desc.iq <= AE_PAGE_SIZE - sizeof(struct ae_intq))
		*in_page(&r, r.desc.iq + offsetof(struct ae_intq, mask)) = ~0u;
	name = hostile_create(&r);
	/* Where no instruction completes the chip takes no interrupt. */
	if (name > 0 && at < NFIELDS &&
	    (closed || at != AE_EXC_TLBL || !value)) {
		int used_it = use(&r, at, value);

		/* 0 is none, but for offsets of save areas and ranges. */
		if (value || is_save_area(at) || at >= FIELD(restart)) {
			allowed[at]++;
			used[at] += used_it;
		}
	} else if (name < 0 && name != AE_EINVAL && name != AE_EACCES &&
		   name != AE_EPAGE && name != AE_EPERM) {
		check(0, "word %lu, %#lx: error %ld", (unsigned long)at,
		      (unsigned long)value, (long)name);
	}
	hostile_free(&r);
	return name > 0;
}

/* Each word of a range set to each of n values; what is allowed is used. */
static void
words(u32 from, u32 to, const u32 *values, u32 n, const char *what)
{
	u32 made = 0, not_used = 0;

	own_code = code_page();
	hostile_prepare(&friend);
	friend.desc.gate = raw_at(&friend, answer);
	friend.desc.flags = AE_GATE_CALLS;
	hostile_create(&friend);
	for (u32 at = from; at < to; at++)
		for (u32 i = 0; i < n; i++)
			made += with_word(at, values[i]);
	check(made > 0 && made < (to - from) * n,
	      "of %lu descriptions with %s, %lu are allowed",
	      (unsigned long)((to - from) * n), what, (unsigned long)made);
	for (u32 at = from; at < to && at < NFIELDS; at++) {
		if (!can_be_used(at))
			continue;
		if (!allowed[at] || used[at] != allowed[at]) {
			printf("# word %lu: %lu of %lu used\n",
			       (unsigned long)at, (unsigned long)used[at],
			       (unsigned long)allowed[at]);
			not_used++;
		}
	}
	if (from < NFIELDS)
		check_is(not_used, 0, "the kernel has used each");
	hostile_free(&friend);
	ae_Dealloc(own_code, 1, 0);
	hostile_over(&before, what);
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

	words(0, FIELD(interrupt) + 1, pcs, sizeof pcs / 4, "bad entries");
	words(FIELD(flags), NFIELDS, offsets, sizeof offsets / 4,
	      "bad areas and ranges");
	words(FIELD(pin[2]), FIELD(pin[3]), offsets, sizeof offsets / 4,
	      "bad guaranteed mappings");
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

/* Code in a page of its own, by whose capability it goes. */
static void
own_page(u32 call)
{
	int frees = call == SYSV_Dealloc;
	struct raw r;

	hostile_prepare(&r);
	wait_ticks(1); /* it begins well before the next */
	own_code = code_page();
	r.desc.init = r.desc.prologue = code_at(&r, performer);
	use_code_page(&r);
	hostile_create(&r);
	check_is(act(&r, SYSV_null, 0), 0, "it runs in a page of its own");
	act(&r, call, own_code, 1, 0, 3, 0, 3, 0);
	if (frees)
		check((r.mem[W_CAUSE] & AE_CAUSE_MASK) >> 2 == AE_EXC_TLBL &&
			      r.mem[W_ADDR] >> AE_PAGE_SHIFT ==
				      CODE_VA >> AE_PAGE_SHIFT,
		      "which it frees, and misses");
	else
		check_is(r.mem[W_RESULT], AE_EPERM,
			 "which is another's to change: EPERM");
	hostile_free(&r);
	if (!frees)
		ae_Dealloc(own_code, 1, 0);
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
