/* SPDX-License-Identifier: MIT */
/*
 * Environments: made only from good descriptions, named anew each time, and
 * ended without a trace.
 */
#include "../../include/check.h"
#include "../../include/raw.h"
#include "../../include/regs.h"

extern char parked[], leaver[], faulter[], beggar[], children_end[];

static void
prepare(struct raw *r, const char *init)
{
	raw_prepare(r, parked, children_end);
	r->desc.init = r->desc.prologue = raw_at(r, init);
	r->desc.epilogue = raw_at(r, parked);
}

static u32
live_envs(void)
{
	u32 n = 0;

	for (u32 i = 1; i < AE_NENV; i++)
		n += exos_gates[i].state != AE_ENV_FREE;
	return n;
}

/* ---- descriptions ---- */

static struct raw good;
static u32 other_page; /* a page of ours, own_cap */

/* A changed description is refused, and nothing else changes. */
static void
refuse(s32 want, const char *what)
{
	struct ae_page before = exos_pages[good.page];
	u32 envs = live_envs(), free = exos_info->free_pages;
	u32 mine = exos_gates[AE_NAME_NUMBER(exos_self)].pages;
	s32 got = raw_create(&good);
	struct ae_page after = exos_pages[good.page];
	int same = !memcmp(&before, &after, sizeof before) &&
		   envs == live_envs() && free == exos_info->free_pages &&
		   mine == exos_gates[AE_NAME_NUMBER(exos_self)].pages;

	if (got != want)
		printf("# got %ld, not %ld\n", (long)got, (long)want);
	check(got == want && same, "%s", what);
	if (got > 0)
		ae_env_free(got, 0);
}

#define REFUSE(want, what, change)                    \
	do {                                          \
		struct ae_env_desc saved = good.desc; \
		struct ae_env_desc *d = &good.desc;   \
		change;                               \
		refuse(want, what);                   \
		good.desc = saved;                    \
	} while (0)

static void
descriptions(void)
{
	struct ae_pin pin;
	u32 bad = 0;

	prepare(&good, parked);
	pin = good.desc.pin[0];
	other_page = ae_Alloc(AE_PAGE_ANY, 1, 2, 3, 4, 0, 0, 0);
	live_envs();
	raw_create(&good);
	check(good.name > 0, "a good description is taken");
	raw_free(&good);
	prepare(&good, parked);
	pin = good.desc.pin[0];

	for (u32 c = 0; c < AE_NCAUSE; c++) {
		struct ae_env_desc saved = good.desc;

		good.desc.handler[c] = RAW_VA + 2;
		bad += raw_create(&good) != AE_EINVAL;
		good.desc.handler[c] = 0x80040000;
		bad += raw_create(&good) != AE_EINVAL;
		good.desc = saved;
	}
	check(!bad, "each handler unaligned or in the kernel: EINVAL");
	REFUSE(AE_EINVAL, "no init: EINVAL", d->init = 0);
	REFUSE(AE_EINVAL, "unaligned init: EINVAL", d->init++);
	REFUSE(AE_EINVAL, "init in the kernel: EINVAL", d->init = 0x80000080);
	REFUSE(AE_EINVAL, "no prologue: EINVAL", d->prologue = 0);
	REFUSE(AE_EINVAL, "prologue in the kernel: EINVAL",
	       d->prologue = 0xbfc00000);
	REFUSE(AE_EINVAL, "no epilogue: EINVAL", d->epilogue = 0);
	REFUSE(AE_EINVAL, "unaligned epilogue: EINVAL", d->epilogue += 2);
	REFUSE(AE_EINVAL, "gate in the kernel: EINVAL", d->gate = 0x80042000);
	REFUSE(AE_EINVAL, "reply in the kernel: EINVAL", d->reply = 0xffff8000);
	REFUSE(AE_EINVAL, "unaligned Acall gate: EINVAL", d->agate = 1);
	REFUSE(AE_EINVAL, "unknown flags: EINVAL", d->flags = 8);
	REFUSE(AE_EINVAL, "calls accepted without a gate: EINVAL",
	       d->flags = AE_GATE_CALLS);
	REFUSE(AE_EINVAL, "a save area beyond the page: EINVAL",
	       d->tlbx = AE_PAGE_SIZE - 12);
	REFUSE(AE_EINVAL, "an unaligned save area: EINVAL", d->genx = 1);
	REFUSE(AE_EINVAL, "a save area at 0xfffffff0: EINVAL",
	       d->intx = 0xfffffff0);
	REFUSE(AE_EINVAL, "a save page that is not pinned: EINVAL",
	       d->save_va += AE_PAGE_SIZE);
	REFUSE(AE_EINVAL, "an unaligned save page: EINVAL", d->save_va += 4);
	REFUSE(AE_EINVAL, "a read-only save page: EINVAL",
	       d->pin[0].lo &= ~AE_LO_D);
	REFUSE(AE_EINVAL, "a stub range that ends before it begins: EINVAL",
	       d->restart = 8);
	REFUSE(AE_EINVAL, "a critical range that does: EINVAL",
	       d->critical = 8);
	REFUSE(AE_EINVAL, "no pins: EINVAL", d->pin[0].va = 0);
	REFUSE(AE_EINVAL, "a pin below the segment: EINVAL", d->pin[1] = pin;
	       d->pin[1].va = AE_PINNED_BASE - AE_PAGE_SIZE);
	REFUSE(AE_EINVAL, "a pin in the kernel: EINVAL", d->pin[1] = pin;
	       d->pin[1].va = AE_PINNED_END + AE_PAGE_SIZE);
	REFUSE(AE_EINVAL, "an unaligned pin: EINVAL", d->pin[1] = pin;
	       d->pin[1].va += AE_PAGE_SIZE + 4);
	REFUSE(AE_EINVAL, "two pins in one slot: EINVAL", d->pin[1] = pin;
	       d->pin[1].va += AE_NPIN * AE_PAGE_SIZE);
	REFUSE(AE_EINVAL, "a global pin: EINVAL", d->pin[0].lo |= AE_LO_G);
	REFUSE(AE_EINVAL, "software bits in a pin: EINVAL", d->pin[0].lo |= 4);
	REFUSE(AE_EINVAL, "a pin without V: EINVAL", d->pin[0].lo &= ~AE_LO_V);
	REFUSE(AE_EACCES, "a wrong capability: EACCES", d->pin[0].cap.lo ^= 1);
	REFUSE(AE_EACCES, "a read capability for a writable pin: EACCES",
	       d->pin[1] = pin;
	       d->pin[1].va += AE_PAGE_SIZE; d->pin[1].lo = LO(other_page, RW);
	       d->pin[1].cap = ((struct ae_cap){ 1, 2 }));
	REFUSE(
		AE_EACCES, "the last of 16 pins is bad: EACCES",
		for (u32 i = 1; i < 16; i++) {
			d->pin[i] = pin;
			d->pin[i].va += i * AE_PAGE_SIZE;
			d->pin[i].lo = LO(other_page, AE_LO_V);
			d->pin[i].cap = ((struct ae_cap){ 1, i < 15 ? 2 : 9 });
		});
	check(exos_pages[other_page].pins == 0, "no pin is left of these");
	REFUSE(AE_EPAGE, "a page beyond memory: EPAGE",
	       d->pin[0].lo = LO(exos_info->npages, RW));
	REFUSE(AE_EACCES, "a kernel page: EACCES", d->pin[0].lo = LO(0, RW));
	REFUSE(AE_EACCES, "an exposed page to write: EACCES",
	       d->pin[0].lo = LO(exos_info->gates.page, RW);
	       d->pin[0].cap = ((struct ae_cap){ 0, 0 }));
}

static void
buffers(void)
{
	static struct ae_env_desc d __attribute__((aligned(1024)));
	u32 page, off = (u32)&d & (AE_PAGE_SIZE - 1), n = sizeof d;
	u32 lo = own_cap.lo, hi = own_cap.hi;

	d = good.desc;
	page = page_under(&d);
	check_is(ae_env_create(page, off, n - 4, lo, hi), AE_EINVAL,
		 "a buffer that is too small: EINVAL");
	check_is(ae_env_create(page, off, n + 4, lo, hi), AE_EINVAL,
		 "too large: EINVAL");
	check_is(ae_env_create(page, off, 0, lo, hi), AE_EINVAL,
		 "empty: EINVAL");
	check_is(ae_env_create(page, off + 2, n, lo, hi), AE_EINVAL,
		 "unaligned: EINVAL");
	check_is(ae_env_create(page, AE_PAGE_SIZE - 8, n, lo, hi), AE_EBUF,
		 "beyond the page: EBUF");
	check_is(ae_env_create(page, off, n, lo ^ 1, hi), AE_EACCES,
		 "of a wrong capability: EACCES");
	check_is(ae_env_create(exos_info->npages, off, n, lo, hi), AE_EPAGE,
		 "of a page beyond memory: EPAGE");
}

/* ---- pins ---- */

static void
pinned_pages(void)
{
	u32 mine = exos_gates[AE_NAME_NUMBER(exos_self)].pages;
	struct raw r;

	prepare(&r, parked);
	r.desc.pin[1] = (struct ae_pin){
		.va = RAW_VA + AE_PAGE_SIZE,
		.lo = LO(other_page, RW),
		.cap = { 3, 4 },
	};
	r.desc.pin[2] = (struct ae_pin){
		.va = RAW_VA + 2 * AE_PAGE_SIZE,
		.lo = LO(exos_info->gates.page, AE_LO_V),
	};
	raw_create(&r);
	check(exos_pages[other_page].owner == AE_NAME_NUMBER((u32)r.name) &&
		      raw_gate(&r)->pages == 2,
	      "writable pins of ours become the child's");
	check(exos_pages[exos_info->gates.page].pins == 1 &&
		      exos_pages[exos_info->gates.page].owner == 0,
	      "a pin of an exposed page is only counted");
	raw_free(&r);
	check(exos_pages[other_page].state == AE_PG_FREE &&
		      exos_pages[other_page].pins == 0 &&
		      exos_pages[exos_info->gates.page].pins == 0,
	      "its end frees the pages and the pins");
	check(exos_gates[AE_NAME_NUMBER(exos_self)].pages <= mine + 1,
	      "our own count is right");
}

/* ---- names ---- */

#define ROUNDS 600

static void
renewed(void)
{
	static u32 names[ROUNDS];
	u32 free, bad = 0, twice = 0, e = 0;
	struct raw r;

	prepare(&r, parked);
	raw_create(&r);
	raw_free(&r);
	memset(names, 0, sizeof names); /* its pages are ours now */
	free = free_pages();
	for (u32 i = 0; i < ROUNDS; i++) {
		prepare(&r, parked);
		names[i] = raw_create(&r);
		if (r.name < 0 ||
		    exos_gates[AE_NAME_NUMBER(names[i])].name != names[i])
			e++;
		if (i % 7 == 0)
			exos_yield(r.name);
		bad += raw_free(&r) != AE_EXIT_KILLED;
		bad += ae_env_free(names[i], 0) != AE_EENV;
		bad += ae_Alloc(AE_PAGE_ANY, 1, 1, 1, 1, names[i], 0, 0) !=
		       AE_EENV;
	}
	check(!e, "600 environments made, one after the other");
	check(!bad, "each is gone when it is freed");
	for (u32 i = 0; i < ROUNDS; i++)
		for (u32 k = 0; k < i; k++)
			twice += names[i] == names[k];
	check(!twice, "no name came twice");
	check_is(free_pages(), free, "no page was lost");

	/* One number, all its generations. */
	bad = 0;
	prepare(&r, parked);
	raw_create(&r);
	for (u32 g = 1; g < 256; g++) {
		u32 stale = r.name ^ ((g & 3) << 29 | (g >> 2) << 15);

		bad += ae_env_free(stale, 0) != AE_EENV;
		bad += exos_yield(stale) != AE_EENV;
		bad += REGS_DO(SYSV_CIDswitch, stale) != AE_EENV;
		bad += REGS_DO(SYSV_Acall, stale) != AE_EENV;
	}
	check(!bad && raw_gate(&r)->state == AE_ENV_LIVE,
	      "no call takes a name of another generation");
	raw_free(&r);
}

static void
full(void)
{
	static struct raw r[AE_NENV];
	u32 n = 0, before = live_envs(), bad = 0, ran = 0, free;
	struct raw last;

	memset(r, 0, sizeof r); /* r has its pages now */
	free = exos_info->free_pages;
	for (n = 0; n < AE_NENV; n++) {
		prepare(&r[n], parked);
		if (raw_create(&r[n]) < 0)
			break;
	}
	check_is(r[n].name, AE_ENOENV, "the table full: ENOENV");
	check_is(n + before, 251, "with 251 environments");
	ae_Dealloc(r[n].page, own_cap.lo, own_cap.hi);
	exos_unmap((u32)r[n].mem);
	for (u32 i = 0; i < 3; i++)
		wait_ticks(1);
	for (u32 i = 0; i < n; i++)
		ran += r[i].mem[0] != 0;
	check_is(ran, n, "every one of them runs");
	bad = raw_free(&r[100]) != AE_EXIT_KILLED;
	prepare(&last, parked);
	raw_create(&last);
	check(last.name > 0 && last.name != r[100].name &&
		      AE_NAME_NUMBER((u32)last.name) ==
			      AE_NAME_NUMBER((u32)r[100].name),
	      "the one free number is used again, with another name");
	raw_free(&last);
	for (u32 i = 0; i < n; i++)
		if (i != 100)
			bad += raw_free(&r[i]) != AE_EXIT_KILLED;
	check(!bad, "all are ended");
	check(live_envs() == before && exos_info->free_pages + 8 >= free,
	      "environments and pages are back");
}

/* ---- ends ---- */

static int
ended(const struct raw *r)
{
	for (u32 i = 0; i < 40; i++) {
		if (raw_gate(r)->state != AE_ENV_LIVE)
			return 1;
		wait_ticks(1);
	}
	return 0;
}

static void
endings(void)
{
	struct raw r;
	u32 tag;

	prepare(&r, leaver);
	r.mem[1] = 0x1234;
	raw_create(&r);
	check(ended(&r) && raw_gate(&r)->state == AE_ENV_ZOMBIE &&
		      raw_gate(&r)->status == 0x34,
	      "a child that ends itself waits for its parent");
	wait_ticks(8);
	check_is(exos_pages[r.page].state, AE_PG_FREE,
		 "its page is free some ticks later");
	check_is(ae_Alloc(AE_PAGE_ANY, 1, 1, 1, 1, r.name, 0, 0), AE_EENV,
		 "it can be given nothing: EENV");
	check_is(exos_yield(r.name), AE_EENV, "nor a slice: EENV");
	check_is(raw_free(&r), 0x34, "the status is collected");
	check_is(ae_env_free(r.name, 0), AE_EENV, "once: EENV");

	prepare(&r, parked);
	raw_create(&r);
	wait_ticks(2);
	tag = (u32)r.name >> 21;
	check_is(raw_free(&r), AE_EXIT_KILLED, "a child is killed");
	for (u32 i = AE_STLB_ENTRIES; i < 2 * AE_STLB_ENTRIES; i++)
		tag += exos_stlb[i] >> 21 == (u32)r.name >> 21;
	check_is(tag, (u32)r.name >> 21, "the STLB has nothing of it");
	check_is(exos_pages[r.page].state, AE_PG_FREE, "its page is free");
}

static void
faults(void)
{
	static const struct {
		const char *what;
		u32 instruction, exc;
	} t[] = {
		{ "lw of a page that is not there", 0x8c000000, AE_EXC_TLBL },
		{ "sw to a page that is not there", 0xac000000, AE_EXC_TLBS },
		{ "lw from the kernel", 0x8c08fff0, AE_EXC_ADEL },
		{ "sw to the kernel", 0xac08fff0, AE_EXC_ADES },
		{ "lw of an odd address", 0x8f880001, AE_EXC_ADEL },
		{ "sh to an odd address", 0xa7880001, AE_EXC_ADES },
		{ "break", 0x0000000d, AE_EXC_BP },
		{ "lwc1 without the FPU", 0xc7800000, AE_EXC_CPU },
		{ "add that overflows", 0x01095020, AE_EXC_OV },
	};

	for (u32 i = 0; i < sizeof t / sizeof *t; i++) {
		struct raw r;
		s32 status;

		prepare(&r, faulter);
		r.mem[8] = t[i].instruction;
		r.mem[9] = r.mem[10] = 0;
		/* add t2, t0, t1 with t1 = 0x20000000 */
		raw_create(&r);
		ended(&r);
		status = raw_free(&r);
		check(status == (s32)(AE_EXIT_FAULT + t[i].exc),
		      "%s, no handler: ended with %#lx", t[i].what,
		      (unsigned long)status);
	}
}

static void
rights(void)
{
	struct raw a, b;

	prepare(&b, parked);
	raw_create(&b);
	prepare(&a, beggar);
	a.mem[1] = exos_self;
	a.mem[2] = b.name;
	raw_create(&a);
	raw_wait(&a, 0, 0, 40);
	check_is(a.mem[16], AE_EPERM, "halt by a child: EPERM");
	check_is(a.mem[17], AE_EPERM, "env_free of its parent: EPERM");
	check_is(a.mem[18], AE_EPERM, "env_free of a sibling: EPERM");
	check_is(a.mem[19], AE_EPERM, "CIDswitch to its parent: EPERM");
	check_is(a.mem[20], AE_EPERM, "CIDswitch to a sibling: EPERM");
	check_is(ae_env_free(1, 0), AE_EENV, "env_free(1): EENV");
	check_is(ae_env_free(~0u, 0), AE_EENV, "env_free(~0): EENV");
	check_is(ae_env_free(0x1fc << 6, 0), AE_EENV,
		 "env_free of a number beyond the table: EENV");
	raw_free(&a);
	raw_free(&b);
}

/* A child with children of its own ends before them. */
static void
orphans(void)
{
	s32 child = check_spawn("family", 0);
	u32 live, start = exos_info->ticks;

	check_is(exos_wait(child), 3, "a child starts three and ends first");
	do {
		wait_ticks(2);
		live = live_envs();
	} while (live > 1 && exos_info->ticks - start < 120);
	check_is(live, 1, "the orphans end and are forgotten");
}

static int
family(void)
{
	for (u32 i = 0; i < 3; i++)
		if (check_spawn("orphan", 0) < 0)
			return i;
	return 3;
}

static int
orphan(void)
{
	wait_ticks(10);
	return 0;
}

/* A program whose page is taken from it behind its back. */
static int
robbed(void)
{
	static volatile u32 words[3 * 1024];
	u32 page = page_under(&words[1500]);

	ae_Dealloc(page, own_cap.lo, own_cap.hi);
	return words[1500];
}

static void
lost_page(void)
{
	s32 child = check_spawn("robbed", 0);
	const volatile struct ae_gate *g =
		&exos_gates[AE_NAME_NUMBER((u32)child)];

	for (u32 i = 0; i < 60 && g->state == AE_ENV_LIVE; i++)
		wait_ticks(1);
	check_is(ae_env_free(child, 0), 128 + AE_EXC_TLBL,
		 "a program that lost a page of its table is ended, TLBL");
}

int
main(int argc, char **argv)
{
	if (check_part(argc, argv, "family"))
		return family();
	if (check_part(argc, argv, "orphan"))
		return orphan();
	if (check_part(argc, argv, "robbed"))
		return robbed();
	descriptions();
	buffers();
	pinned_pages();
	endings();
	faults();
	rights();
	renewed();
	full();
	orphans();
	lost_page();
	return check_plan();
}
