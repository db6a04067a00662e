/* SPDX-License-Identifier: MIT */
/*
 * Every exception arrives with the right Cause, EPC and BadVAddr, plainly
 * and from a branch delay slot, and no register is lost on the way there and
 * back; so with misses of every kind, and with faults inside handlers.
 */
#include <stdio.h>
#include <string.h>

#include <exos/exos.h>

#define WORDS	 34	    /* registers by number, hi, lo */
#define REGION	 0x30000000 /* two pages, mapped when a case faults */
#define WINDOW	 0x30100000
#define SWEEP	 0x31000000
#define NSWEEP	 64	    /* pages: more than the TLB has for us */
#define UNPINNED 0x70001000 /* in the pinned segment, of no page */
#define BD	 0x80000000
#define CE(unit) ((unit) << 28)
#define CE_MASK	 CE(3)

enum { AT = 1, V0, V1, T0 = 8, T1, T2, T3, T4, S0 = 16, RA = 31, HI, LO };

extern u32 nest_before[WORDS], nest_after[WORDS];
extern const u32 nest_magic;
void nest_case(void (*code)(void));

static int tests, failed;
static int cold; /* nothing of the handlers is in the TLB */

static void
result(int good, const char *text)
{
	tests++;
	failed += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", tests, text);
}

static int
bad(const char *what, int n, u32 seen, u32 expected)
{
	printf("# %s %d: %08lx, not %08lx\n", what, n, (unsigned long)seen,
	       (unsigned long)expected);
	return 1;
}

/* ---- one exception ---- */

enum action {
	GO,    /* go on at x_go */
	ALIGN, /* make t2 a multiple of 4, try again */
	ZERO,  /* make t0 zero, try again */
	MAP,   /* a region maps the page, try again */
};

struct test {
	const char *text;
	void (*code)(void);
	const u32 *pc, *go;
	u32 cause; /* AE_EXC_*, with CE */
	enum action action;
	int out;   /* the register that changes, or 0 */
	u32 value; /* ... to this */
};

static const struct test *now;
static struct exos_frame seen;
static int events;
static u32 region_page[2];
static int region_lo;
static u32 region_va, region_cause;

static int
handler(struct exos_frame *f)
{
	seen = *f;
	events++;
	switch (now->action) {
	case GO:
		f->epc = (u32)now->go;
		return 0;
	case ALIGN:
		f->t[2] &= ~3;
		return 0;
	case ZERO:
		f->t[0] = 0;
		return 0;
	default:
		return 1;
	}
}

static int
region_fault(struct exos_region *r, u32 va, int write)
{
	u32 i = (va - r->start) >> AE_PAGE_SHIFT;

	events++;
	region_va = va;
	region_cause = write ? AE_EXC_TLBS : AE_EXC_TLBL;
	if (exos_lookup(va))
		return exos_protect(va, 1, 1);
	return exos_map(va, region_page[i] << AE_PAGE_SHIFT | region_lo |
				    PT_CAP(CAP_OWN));
}

static void
fill(u32 words[WORDS])
{
	for (u32 i = 0; i < WORDS; i++)
		words[i] = 0x3c000000 | i << 16 | (0x5a00 ^ i * 0x0101);
}

static int
check_after(const struct test *t, u32 mask)
{
	int e = 0;

	for (int i = 1; i < WORDS; i++) {
		u32 expected = nest_before[i];

		if (i < 32 && (i == 26 || i == 27 || i == 28 || mask >> i & 1))
			continue;
		if (i == t->out)
			expected = t->value;
		else if (i == T2 && t->action == ALIGN)
			expected &= ~3;
		else if (i == T0 && t->action == ZERO)
			expected = 0;
		if (nest_after[i] != expected)
			e = bad("register", i, nest_after[i], expected);
	}
	return e;
}

/* What the handler saw of the registers. */
static int
check_frame(void)
{
	const u32 *b = nest_before;
	int e = 0;
	const struct {
		int n;
		u32 word;
	} f[] = {
		{ 1, seen.at },	   { 2, seen.v0 },    { 3, seen.v1 },
		{ 4, seen.a0 },	   { 5, seen.a1 },    { 6, seen.a2 },
		{ 7, seen.a3 },	   { 8, seen.t[0] },  { 9, seen.t[1] },
		{ 10, seen.t[2] }, { 11, seen.t[3] }, { 12, seen.t[4] },
		{ 13, seen.t[5] }, { 14, seen.t[6] }, { 15, seen.t[7] },
		{ 24, seen.t8 },   { 25, seen.t9 },   { 29, seen.sp },
		{ 31, seen.ra },   { HI, seen.hi },   { LO, seen.lo },
	};

	for (u32 i = 0; i < sizeof f / sizeof *f; i++)
		if (f[i].word != b[f[i].n])
			e = bad("frame", f[i].n, f[i].word, b[f[i].n]);
	return e;
}

static void
touch_sweep(void)
{
	volatile u32 *p = (u32 *)SWEEP;

	for (u32 i = 0; i < NSWEEP; i++)
		(void)p[i * AE_PAGE_SIZE / 4];
}

static int
has_address(u32 cause)
{
	return cause >= AE_EXC_MOD && cause <= AE_EXC_ADES;
}

static void
run(const struct test *t, u32 badvaddr, int slot)
{
	char text[100];
	u32 cause = t->cause & 15;
	int e = 0;

	now = t;
	if (cold)
		touch_sweep();
	events = 0;
	memset(nest_after, 0, WORDS * 4);
	memset(&seen, 0, sizeof seen);
	nest_case(t->code);
	if (events != 1) {
		e = bad("events", 0, events, 1);
	} else if (t->action == MAP) {
		if (region_va != badvaddr)
			e = bad("BadVAddr", 0, region_va, badvaddr);
		if (cause != AE_EXC_MOD && region_cause != cause)
			e = bad("cause", 0, region_cause, cause);
	} else {
		if ((seen.cause & AE_CAUSE_MASK) >> 2 != cause)
			e = bad("cause", 0, seen.cause, cause << 2);
		if (cause == AE_EXC_CPU &&
		    (seen.cause & CE_MASK) != (t->cause & CE_MASK))
			e = bad("unit", 0, seen.cause, t->cause);
		if (seen.cause >> 31 != (u32)slot)
			e = bad("BD", 0, seen.cause, slot ? BD : 0);
		if (seen.epc != (u32)t->pc)
			e = bad("EPC", 0, seen.epc, (u32)t->pc);
		if (has_address(cause) && seen.badvaddr != badvaddr)
			e = bad("BadVAddr", 0, seen.badvaddr, badvaddr);
		e |= check_frame();
	}
	e |= check_after(t, 0);
	snprintf(text, sizeof text, "%s%s%s", t->text,
		 slot ? ", in a branch delay slot" : "",
		 cold ? ", TLB cold" : "");
	result(!e, text);
}

#define EXTERN(x)                   \
	extern void case_##x(void); \
	extern const u32 x##_pc[], x##_go[];
#define EXTERN2(x) EXTERN(x) EXTERN(x##_slot)
EXTERN2(lw)
EXTERN2(lh)
EXTERN2(lhu)
EXTERN2(sw)
EXTERN2(sh)
EXTERN2(add)
EXTERN2(addi)
EXTERN2(break)
EXTERN2(load)
EXTERN2(store)
EXTERN2(ll)
EXTERN2(mul)
EXTERN2(cop1)
EXTERN2(cop2)
EXTERN(untaken)
EXTERN(link)
EXTERN(jump)
EXTERN(sweep)

#define CODE(x) .code = case_##x, .pc = x##_pc, .go = x##_go

static u32 memory[4] __attribute__((aligned(16)));

/* Twice: to be resumed by skipping, and at the branch after a repair. */
#define PAIR(x, says, ...)                                \
	{ CODE(x), .text = says, __VA_ARGS__ },           \
	{                                                 \
		CODE(x##_slot), .text = says, __VA_ARGS__ \
	}

static void
plain_exceptions(void)
{
#define LOADED 0x81828384
	static const struct test t[] = {
		PAIR(lw, "lw, unaligned, repaired", .cause = AE_EXC_ADEL,
		     .action = ALIGN, .out = V1, .value = LOADED),
		PAIR(lh, "lh, unaligned, repaired", .cause = AE_EXC_ADEL,
		     .action = ALIGN, .out = V1, .value = 0xffff8384),
		PAIR(lhu, "lhu, unaligned, skipped", .cause = AE_EXC_ADEL,
		     .action = GO),
		PAIR(sw, "sw, unaligned, repaired", .cause = AE_EXC_ADES,
		     .action = ALIGN),
		PAIR(sh, "sh, unaligned, skipped", .cause = AE_EXC_ADES,
		     .action = GO),
		PAIR(add, "add overflows, skipped", .cause = AE_EXC_OV,
		     .action = GO),
		PAIR(add, "add overflows, repaired", .cause = AE_EXC_OV,
		     .action = ZERO, .out = AT, .value = 0x80000001),
		PAIR(addi, "addi overflows, repaired", .cause = AE_EXC_OV,
		     .action = ZERO, .out = AT, .value = 0xffffffff),
		PAIR(break, "break", .cause = AE_EXC_BP, .action = GO),
		PAIR(ll, "ll is reserved", .cause = AE_EXC_RI, .action = GO),
		PAIR(mul, "mul is reserved", .cause = AE_EXC_RI, .action = GO),
		PAIR(cop1, "coprocessor 1 unusable",
		     .cause = AE_EXC_CPU | CE(1), .action = GO),
		PAIR(cop2, "coprocessor 2 unusable",
		     .cause = AE_EXC_CPU | CE(2), .action = GO),
	};

	for (u32 i = 0; i < sizeof t / sizeof *t; i++) {
		fill(nest_before);
		nest_before[T0] = 0x80000000;
		nest_before[T1] = 0x80000001;
		memory[1] = LOADED;
		nest_before[T2] = (u32)&memory[1] + 1;
		run(&t[i], nest_before[T2], i & 1);
		if (t[i].code == case_sw || t[i].code == case_sw_slot)
			result(memory[1] == nest_before[V1],
			       "... and the store was done");
	}
}

/* ---- misses and protection ---- */

/* A fresh start: nothing mapped in the region. */
static void
unmap_region(void)
{
	exos_unmap(REGION);
	exos_unmap(REGION + AE_PAGE_SIZE);
}

static void
write_code(u32 page, u32 offset, const u32 *words, u32 n)
{
	struct ae_cap *c = &exos_pin->caps[CAP_OWN];

	exos_map(WINDOW,
		 page << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D | PT_CAP(CAP_OWN));
	memcpy((char *)WINDOW + offset, words, n * 4);
	exos_unmap(WINDOW);
	ae_cacheflush(page, c->lo, c->hi);
}

static void
memory_exceptions(void)
{
	static const struct test t[] = {
		PAIR(load, "load, not mapped", .cause = AE_EXC_TLBL,
		     .action = MAP, .out = V1, .value = LOADED),
		PAIR(store, "store, not mapped", .cause = AE_EXC_TLBS,
		     .action = MAP),
		PAIR(store, "store, write-protected", .cause = AE_EXC_MOD,
		     .action = MAP),
		{ CODE(untaken),
		  .text = "load, not mapped, after an untaken branch",
		  .cause = AE_EXC_TLBL, .action = MAP, .out = V1,
		  .value = LOADED },
		{ CODE(link),
		  .text = "load, not mapped, after a branch and link",
		  .cause = AE_EXC_TLBL, .action = MAP, .out = V1,
		  .value = LOADED },
	};
	static const u32 words[] = { 0, LOADED };

	for (u32 i = 0; i < sizeof t / sizeof *t; i++) {
		fill(nest_before);
		nest_before[S0] = REGION + 4;
		write_code(region_page[0], 0, words, 2);
		region_lo = AE_LO_V | AE_LO_D;
		if (t[i].code == case_link)
			nest_before[RA] = (u32)link_pc + 8;
		unmap_region();
		if (t[i].cause == AE_EXC_MOD) {
			exos_map(REGION, region_page[0] << AE_PAGE_SHIFT |
						 AE_LO_V | PT_CAP(CAP_OWN));
			(void)*(volatile u32 *)REGION;
		}
		run(&t[i], REGION + 4, i & 1 && i < 6);
		if (t[i].cause != AE_EXC_TLBL)
			result(*(u32 *)(REGION + 4) == nest_before[V1],
			       "... and the store was done");
	}
}

#define JR_T4	      0x01800008
#define NOP	      0
#define ADDIU_T3_T3_1 0x256b0001
#define ADDIU_T4_T4_0 0x258c0000

/* Instruction fetch: a miss at the target of a jump, after the last word of
 * a page, and in a delay slot on the next page. */
static void
fetch_misses(void)
{
	static const u32 there[] = { JR_T4, NOP };
	static const u32 last[] = { ADDIU_T4_T4_0 };
	static const u32 branch[] = { JR_T4 };
	static const u32 slot[] = { ADDIU_T3_T3_1 };
	struct test t = {
		CODE(jump),
		.cause = AE_EXC_TLBL,
		.action = MAP,
	};

	region_lo = AE_LO_V;
	fill(nest_before);
	nest_before[T4] = (u32)jump_go;

	t.text = "fetch at the target of a jump";
	unmap_region();
	write_code(region_page[0], 0, there, 2);
	nest_before[S0] = REGION;
	run(&t, REGION, 0);

	t.text = "fetch after the end of a page";
	unmap_region();
	write_code(region_page[0], AE_PAGE_SIZE - 4, last, 1);
	write_code(region_page[1], 0, there, 2);
	nest_before[S0] = REGION + AE_PAGE_SIZE - 4;
	exos_map(REGION,
		 region_page[0] << AE_PAGE_SHIFT | AE_LO_V | PT_CAP(CAP_OWN));
	run(&t, REGION + AE_PAGE_SIZE, 0);

	t.text = "fetch of a delay slot that is on the next page";
	unmap_region();
	write_code(region_page[0], AE_PAGE_SIZE - 4, branch, 1);
	write_code(region_page[1], 0, slot, 1);
	t.out = T3;
	t.value = nest_before[T3] + 1;
	exos_map(REGION,
		 region_page[0] << AE_PAGE_SHIFT | AE_LO_V | PT_CAP(CAP_OWN));
	run(&t, REGION + AE_PAGE_SIZE, 0);
	unmap_region();
}

/* Is a page of ours in the hardware TLB? */
static int
in_tlb(u32 va)
{
	static struct ae_tlb_entry tlb[AE_TLB_ENTRIES]
		__attribute__((aligned(AE_TLB_ENTRIES * 8)));
	struct ae_cap *c;
	u32 lo;

	memset(tlb, 0, sizeof tlb);
	lo = exos_lookup((u32)tlb);
	c = &exos_pin->caps[PT_CAP_OF(lo)];
	ae_tlbread(lo >> AE_PAGE_SHIFT, (u32)tlb & (AE_PAGE_SIZE - 1),
		   sizeof tlb, c->lo, c->hi);
	for (int i = 0; i < AE_TLB_ENTRIES; i++)
		if (tlb[i].lo & AE_LO_V &&
		    tlb[i].hi >> AE_PAGE_SHIFT == va >> AE_PAGE_SHIFT)
			return 1;
	return 0;
}

extern char exos_estack[];

static void
pinned_misses(void)
{
	struct test t = {
		CODE(sweep), .text = "sweep",	  .action = GO,
		.out = V1,   .value = nest_magic,
	};
	struct exos_region r = {
		.start = SWEEP,
		.end = SWEEP + (NSWEEP + 1) * AE_PAGE_SIZE,
		.fault = exos_fault_zero,
	};
	exos_region_add(&r);
	touch_sweep();
	fill(nest_before);
	nest_before[S0] = SWEEP;
	nest_before[T2] = NSWEEP;
	now = &t;
	events = 0;
	nest_case(t.code);
	nest_before[T2] = 0; /* the sweep counts it down */
	result(!in_tlb((u32)exos_estack) && !events && !check_after(&t, 0),
	       "pinned memory is there after 64 other pages were touched");
}

/* ---- the pinned segment, where nothing is pinned ---- */

static int
unpinned(struct exos_frame *f)
{
	struct ae_cap *c = &exos_pin->caps[CAP_OWN];

	seen = *f;
	events++;
	return ae_TLBwr(f->badvaddr & ~(AE_PAGE_SIZE - 1),
			region_page[0] << AE_PAGE_SHIFT | AE_LO_V, c->lo,
			c->hi);
}

static void
unpinned_miss(void)
{
	static const struct test t = {
		CODE(load), .text = "unpinned", .action = GO,
		.out = V1,  .value = LOADED,
	};
	static const u32 words[] = { 0, LOADED };
	exos_handler *old = exos_on_exception(AE_EXC_TLBL, unpinned);

	write_code(region_page[0], 0, words, 2);
	fill(nest_before);
	nest_before[S0] = UNPINNED + 4;
	events = 0;
	nest_case(t.code);
	result(events == 1 && seen.epc == (u32)load_pc &&
		       seen.badvaddr == UNPINNED + 4 && !check_frame() &&
		       !check_after(&t, 0),
	       "a miss on an unpinned page of the pinned segment is ours");
	ae_TLBvadelete(UNPINNED);
	exos_on_exception(AE_EXC_TLBL, old);
}

/* ---- what was unmapped stays away ---- */

#define LAST 0x3ffff000 /* above REGION: it moves in a sorted table */

/* The table may move when another page is unmapped. */
static void
unmapped(void)
{
	static const struct test t = {
		CODE(load),
		.text = "a page is gone when it was unmapped",
		.cause = AE_EXC_TLBL,
		.action = GO,
	};
	u32 lo = region_page[1] << AE_PAGE_SHIFT | AE_LO_V | PT_CAP(CAP_OWN);
	exos_handler *old = exos_on_exception(AE_EXC_TLBL, handler);

	exos_map(REGION,
		 region_page[0] << AE_PAGE_SHIFT | AE_LO_V | PT_CAP(CAP_OWN));
	exos_map(LAST, lo);
	(void)*(volatile u32 *)LAST;
	exos_unmap(REGION);
	exos_unmap(LAST);
	fill(nest_before);
	nest_before[S0] = LAST;
	run(&t, LAST, 0);
	exos_on_exception(AE_EXC_TLBL, old);
}

/* ---- faults in handlers ---- */

#define LEVELS 8
static int level, frames_lost;

static void
overflow(void)
{
	u32 sum;

	asm volatile("add %0, %1, %1"
		     : "=&r"(sum)
		     : "r"(0x7fffffff)
		     : "memory");
	(void)sum;
}

static int
nesting(struct exos_frame *f)
{
	struct exos_frame mine = *f;

	if (++level < LEVELS)
		overflow();
	/* A fault of another kind, and a miss in memory of the handler's. */
	unmap_region();
	(void)*(volatile u32 *)REGION;
	if (memcmp(&mine, f, sizeof mine))
		frames_lost++;
	f->epc += 4;
	return 0;
}

static void
nested_faults(void)
{
	exos_handler *old = exos_on_exception(AE_EXC_OV, nesting);

	events = level = frames_lost = 0;
	overflow();
	result(level == LEVELS && events == LEVELS && !frames_lost,
	       "overflows and faults inside handlers, eight deep");
	exos_on_exception(AE_EXC_OV, old);
	unmap_region();
}

static int
yielding(struct exos_frame *f)
{
	struct exos_frame mine = *f;

	events++;
	exos_yield(AE_NAME_SELF);
	if (memcmp(&mine, f, sizeof mine))
		events = -1;
	f->epc = (u32)now->go;
	return 0;
}

static void
yield_in_handler(void)
{
	static const struct test t = { CODE(add), .text = "yield" };
	exos_handler *old = exos_on_exception(AE_EXC_OV, yielding);

	fill(nest_before);
	nest_before[T0] = nest_before[T1] = 0x7fffffff;
	now = &t;
	events = 0;
	nest_case(t.code);
	result(events == 1 && !check_after(&t, 0),
	       "a handler yields, and what it interrupted goes on");
	exos_on_exception(AE_EXC_OV, old);
}

/* ---- kernel addresses ---- */

static void
kernel_addresses(void)
{
	static const u32 addresses[] = { 0x80000000, 0x80000080, 0x80020000,
					 0x80030000, 0x80040000, 0xa0040000,
					 0xbfc00000, 0xc0000000, 0xffff8000,
					 0xfffffffc };
	static const struct test t[] = {
		{ CODE(load), .text = "load from a kernel address",
		  .cause = AE_EXC_ADEL, .action = GO },
		{ CODE(store), .text = "store to a kernel address",
		  .cause = AE_EXC_ADES, .action = GO },
		{ CODE(jump), .text = "jump to a kernel address",
		  .cause = AE_EXC_ADEL, .action = GO },
	};

	for (u32 i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		for (u32 k = 0; k < sizeof t / sizeof *t; k++) {
			struct test one = t[k];
			char text[60];

			snprintf(text, sizeof text, "%s, %08lx", one.text,
				 (unsigned long)addresses[i]);
			one.text = text;
			if (one.code == case_jump)
				one.pc = (const u32 *)addresses[i];
			fill(nest_before);
			nest_before[S0] = addresses[i];
			run(&one, addresses[i], 0);
		}
	}
}

int
main(void)
{
	static const u8 caught[] = { AE_EXC_ADEL, AE_EXC_ADES, AE_EXC_OV,
				     AE_EXC_BP,	  AE_EXC_RI,   AE_EXC_CPU };

	setvbuf(stdout, 0, _IOLBF, 0);
	for (u32 i = 0; i < sizeof caught; i++)
		exos_on_exception(caught[i], handler);
	region_page[0] = exos_alloc();
	region_page[1] = exos_alloc();
	exos_region_add(&(struct exos_region){
		.start = REGION,
		.end = REGION + 2 * AE_PAGE_SIZE,
		.fault = region_fault,
	});
	pinned_misses();
	for (cold = 0; cold < 2; cold++) {
		plain_exceptions();
		memory_exceptions();
		fetch_misses();
	}
	cold = 0;
	unpinned_miss();
	unmapped();
	nested_faults();
	yield_in_handler();
	if (exos_info->build & AE_BUILD_CLOSED)
		kernel_addresses();
	printf("1..%d\n", tests);
	return failed != 0;
}
