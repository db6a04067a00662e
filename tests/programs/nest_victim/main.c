/* SPDX-License-Identifier: MIT */
/*
 * A program whose every register is known while events come: run by
 * tests/nesting, which injects more of them.
 *
 * Arguments: `neighbour` makes another environment, so that slices end;
 * `caller` makes one that also calls our gate in each of its slices, with
 * rubbish in $gp and $sp; `diverted` turns aside what was preempted, on a
 * stack that $sp then names; `forever` goes on until the debugger sets
 * nest_stop.
 */
#include <stdio.h>
#include <string.h>

#include <exos/exos.h>

#define ROUNDS		100
#define WORDS		34 /* registers by number, hi, lo */
#define HIGH		0x30000000
#define FAULTING	(HIGH | (u32)page_a) /* unmapped again in every round */
#define WITNESS		0x38000000	     /* pages above it in the table */
#define NWITNESS	6
#define RIVALS		0x34000000
#define WITNESS_AT(i)	(WITNESS + (i)*AE_PAGE_SIZE)
#define NEIGHBOUR	0x70000000
#define WINDOW		0x30100000
#define NEIGHBOUR_AT(x) (NEIGHBOUR + 4 + (u32)(x) - (u32)nest_neighbour)
#define SAVE		0x800 /* save areas in the neighbour's page */

enum { V0 = 2, V1, A0, A1, T0 = 8, T1, T2 };

extern u32 nest_known[WORDS], nest_seen[WORDS];
extern volatile u32 nest_stop, nest_table;
extern const u32 nest_neighbour[], nest_neighbour_end[];
extern const u32 nest_caller[], nest_caller_reply[];
extern const u32 nest_spin[];
void nest_loop(void);
int nest_check(void);
int nest_yielded(void);

static u32 page_a[2 * AE_PAGE_SIZE / 4] __attribute__((aligned(AE_PAGE_SIZE)));
static u32 page_p[AE_PAGE_SIZE / 4] __attribute__((aligned(AE_PAGE_SIZE)));
static u32 page_b;	   /* physical, sometimes at FAULTING */
static volatile u32 calls; /* at the gate */
static u32 lost;
/* Of calls, and three a round; a page by itself. */
static volatile u32 tally __attribute__((aligned(AE_PAGE_SIZE)));
static u32 tally_taken; /* away from it */
static u32 rounds, faults, overflows, protections, notices, wrong;
static int forever;
static u32 diversions;
static u32 stack[256] __attribute__((aligned(8)));

static int
fault(struct exos_region *r, u32 va, int write)
{
	(void)r;
	(void)write;
	faults++;
	return exos_map(va, page_b << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D |
				    PT_CAP(CAP_OWN));
}

static int
protection(struct exos_frame *f)
{
	protections++;
	f->epc += 4;
	return 0;
}

static int
overflow(struct exos_frame *f)
{
	overflows++;
	exos_unmap(FAULTING);
	/* A notice that waits in the queue until the next start of slice. */
	if (rounds & 1)
		ae_revoke(AE_NAME_SELF, 0, 0, AE_RES_PAGE, 1000, 1 << 19);
	f->epc += 4;
	return 0;
}

static void
revoked(const struct ae_int *i)
{
	notices += i->arg[0] == AE_RES_PAGE && i->arg[1] == 1000;
}

static void
ticked(const struct ae_int *i)
{
	wrong += i->type != AE_INT_TIME;
}

static int
bad(const char *what, int n, u32 seen, u32 expected)
{
	if (wrong++ < 10)
		printf("# round %lu: %s %d is %08lx, not %08lx\n",
		       (unsigned long)rounds, what, n, (unsigned long)seen,
		       (unsigned long)expected);
	return 1;
}

static int
compare(u32 mask)
{
	int e = 0;

	for (int i = 0; i < WORDS; i++)
		if ((i >= 32 || mask >> i & 1) && nest_seen[i] != nest_known[i])
			e = bad("register", i, nest_seen[i], nest_known[i]);
	memset(nest_seen, 0, sizeof nest_seen);
	return e;
}

#define ALL_BUT_V0_K_GP 0xe3fffffa /* v0 is what TLBvadelete returned */
#define KEPT		0x60ff0000 /* s0-s7, sp, fp */

/* Where a gate may count as well, between any two instructions of these. */
static int
check_atomics(void)
{
	u32 seen = tally, sum;

	exos_clean((u32)&tally, 1); /* the first store is a fault */
	__atomic_fetch_add(&tally, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_compare_exchange_n(&tally, &seen, seen + 1, 0,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		;
	tally_taken += __atomic_exchange_n(&tally, 1, __ATOMIC_SEQ_CST);
	do {
		seen = calls;
		sum = tally_taken + tally;
	} while (seen != calls);
	if (sum != 3 * rounds + seen)
		return bad("tally, call", seen, sum, 3 * rounds + seen);
	return 0;
}

int
nest_check(void)
{
	int e = 0;

	rounds++;
	if (nest_seen[V0])
		e |= bad("TLBvadelete", 0, nest_seen[V0], 0);
	e |= compare(ALL_BUT_V0_K_GP);
	if (lost)
		e |= bad("lost pages, call", calls, lost, 0);
	if (faults != rounds)
		e |= bad("faults", 0, faults, rounds);
	if (overflows != rounds)
		e |= bad("overflows", 0, overflows, rounds);
	if (protections != rounds)
		e |= bad("protection faults", 0, protections, rounds);
	if (!exos_dirty((u32)page_a))
		e |= bad("dirty", 0, exos_lookup((u32)page_a), PT_DIRTY);
	if (page_a[1] != nest_known[V1])
		e |= bad("stored word", 0, page_a[1], nest_known[V1]);
	page_a[1] = nest_known[V1];
	e |= exos_protect((u32)page_p, 1, 1) | exos_protect((u32)page_p, 1, 0);
	/* The next store finds it clean, or to be copied. */
	if (rounds & 1)
		exos_cow((u32)page_a, 1);
	else
		exos_clean((u32)page_a, 1);
	return e;
}

int
nest_yielded(void)
{
	int e = 0;

	if (nest_seen[2] != (u32)AE_EENV)
		e |= bad("exos_yield", -1, nest_seen[2], AE_EENV);
	if (nest_seen[3])
		e |= bad("exos_yield", 0, nest_seen[3], 0);
	if (notices != rounds / 2)
		e |= bad("notices", 0, notices, rounds / 2);
	e |= check_atomics();
	nest_seen[32] = nest_known[32]; /* C may lose hi and lo */
	nest_seen[33] = nest_known[33];
	e |= compare(KEPT);
	return e || nest_stop || (!forever && rounds == ROUNDS);
}

/*
 * Serves the neighbour: pages whose entries in the table may be on the move
 * just now, if exos_map or exos_unmap was interrupted, are still themselves.
 */
static void
serve(u32 caller, u32 m[3])
{
	(void)caller;
	(void)m;
	calls++;
	tally++;
	/* A fault, maybe while a handler of ours is put away. */
	exos_clean(WITNESS, 1);
	*(volatile u32 *)WITNESS = WITNESS;
	for (u32 i = 0; i < NWITNESS; i++) {
		u32 va = WITNESS_AT(i);

		ae_TLBvadelete(va);
		if (*(volatile u32 *)va != va)
			lost++;
	}
}

/* It must find what was interrupted, and may change what C may. */
static void
preempted(struct exos_frame *f)
{
	diversions++;
	for (int i = 8; i < 16; i++)
		if (f->t[i - 8] != nest_known[i] && f->sp == nest_known[29] &&
		    f->epc == (u32)nest_spin)
			bad("diverted: register", i, f->t[i - 8],
			    nest_known[i]);
}

static int
make_witnesses(void)
{
	for (u32 i = 0; i < NWITNESS; i++) {
		u32 va = WITNESS_AT(i);
		s32 page = exos_alloc();

		if (page < 0 ||
		    exos_map(va, (u32)page << AE_PAGE_SHIFT | AE_LO_V |
					 AE_LO_D | PT_CAP(CAP_OWN)))
			return AE_ENOMEM;
		*(volatile u32 *)va = va;
	}
	return 0;
}

/* It runs from NEIGHBOUR; its first word is our name. */
static s32
make_neighbour(int calling)
{
	static struct ae_env_desc d __attribute__((aligned(1024)));
	struct ae_cap *c = &exos_pin->caps[CAP_OWN];
	s32 page = exos_alloc(), name;
	u32 lo = (u32)page << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D;

	if (page < 0 || exos_map(WINDOW, lo | PT_CAP(CAP_OWN)))
		return AE_ENOMEM;
	*(u32 *)WINDOW = exos_self;
	memcpy((u32 *)WINDOW + 1, nest_neighbour,
	       (u32)nest_neighbour_end - (u32)nest_neighbour);
	ae_cacheflush(page, c->lo, c->hi);
	exos_unmap(WINDOW);
	d = (struct ae_env_desc){
		.init = calling ? NEIGHBOUR_AT(nest_caller) :
				  NEIGHBOUR_AT(nest_neighbour),
		.epilogue = NEIGHBOUR_AT(nest_neighbour),
		.reply = NEIGHBOUR_AT(nest_caller_reply),
		.save_va = NEIGHBOUR,
		.tlbx = SAVE,
		.genx = SAVE,
		.intx = SAVE,
		.pin[0] = { .va = NEIGHBOUR, .lo = lo, .cap = *c },
	};
	d.prologue = d.init;
	name = ae_env_create(exos_lookup((u32)&d) >> AE_PAGE_SHIFT,
			     (u32)&d & (AE_PAGE_SIZE - 1), sizeof d, c->lo,
			     c->hi);
	if (name < 0)
		return name;
	return ae_slice_alloc(AE_SLICE_ANY, c->lo, c->hi, name, 0, 0);
}

/* Where the table has the entry of a page. */
static u32
table_of(u32 va)
{
	u32 n = va >> AE_PAGE_SHIFT;

	switch (exos_pin->pt_kind) {
	case PT_TWO_LEVEL:
		return PT_WINDOW + n * 4;
	case PT_INVERTED:
		return PT_WINDOW +
		       (((n ^ n >> PT_HASH_SHIFT) << 3) & PT_HASH_MASK);
	default:
		return PT_WINDOW; /* it has but one page */
	}
}

static void
set_up(void)
{
	s32 page = exos_alloc();
	volatile u32 *p = (u32 *)FAULTING;
	u32 rival = RIVALS;

	/* In the inverted table, a page that page_a has to give way to. */
	while (exos_pin->pt_kind == PT_INVERTED &&
	       table_of(rival) != table_of((u32)page_a))
		rival += AE_PAGE_SIZE;
	exos_map(rival, (u32)page << AE_PAGE_SHIFT | AE_LO_V | PT_CAP(CAP_OWN));
	for (u32 i = 0; i < WORDS; i++)
		nest_known[i] = 0x5a000000 | i << 16 | (0xc300 ^ i * 0x0101);
	nest_known[A0] = (u32)page_a;
	nest_known[A1] = FAULTING;
	nest_known[T0] = 0x7fffffff;
	nest_known[T1] = 1;
	nest_known[T2] = (u32)page_p;
	nest_table = table_of((u32)page_a);
	page_a[0] = page_a[1] = nest_known[V1];
	page_b = page;
	exos_map(FAULTING,
		 page_b << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D | PT_CAP(CAP_OWN));
	*p = nest_known[V1];
	exos_unmap(FAULTING);
	exos_region_add(&(struct exos_region){
		.start = FAULTING,
		.end = FAULTING + AE_PAGE_SIZE,
		.fault = fault,
	});
	page_p[0] = 0;
	exos_protect((u32)page_p, 1, 0);
	exos_clean((u32)page_a, 1);
	exos_on_protection(protection);
	exos_on_exception(AE_EXC_OV, overflow);
	exos_on_interrupt(AE_INT_REVOKE, revoked);
	exos_on_interrupt(AE_INT_TIME, ticked);
}

int
main(int argc, char **argv)
{
	set_up();
	exos_serve(serve);
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "forever"))
			forever = 1;
		if (!strcmp(argv[i], "diverted")) {
			nest_known[29] = (u32)(stack + 252);
			exos_pin->preempt = (u32)preempted;
			if (make_neighbour(0) < 0)
				wrong++;
		}
		if (!strcmp(argv[i], "neighbour") && make_neighbour(0) < 0)
			wrong++;
		if (!strcmp(argv[i], "caller") &&
		    (make_witnesses() || make_neighbour(1) < 0))
			wrong++;
	}
	nest_loop();
	printf("%sok 1 - every register keeps its value over misses, faults, "
	       "overflows and yields\n1..1\n",
	       wrong ? "not " : "");
	return wrong != 0;
}
