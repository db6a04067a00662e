/* SPDX-License-Identifier: MIT */
/*
 * Random calls: environments that know nothing but how to make calls make
 * them with every number and all classes of arguments, right and wrong, while
 * a victim looks at its memory and its registers.  After every batch the
 * kernel is as it should be, the victim has noticed nothing, and when the
 * adversaries are gone all that they held is back.
 *
 *	adversary [CALLS [SEED]]
 *
 * launch: --time-limit 240 --host-limit 400
 * launch-long: --time-limit 4000 --host-limit 3600 -- 2600000
 */
#include "../../include/aftermath.h"
#include "adversary.h"

#include <aegis/sysnum.h>

#define CALLS  260000
#define SEED   1995
#define BATCH  6500 /* calls of one adversary */
#define TEAM   4    /* adversaries at a time */
#define PAUSES 4000 /* of the parent, and the batch is over */

#define TABLE_VIEW 0x2a000000
#define CODE_VIEW  0x2a008000
#define VIEW	   0x2a010000 /* of an adversary's page, one after the other */

extern const char adversary_code[], adversary_code_end[];

struct team {
	s32 name;
	u32 page;
	struct adversary *view;
};

static struct team team[TEAM];
static struct adv_table *const table = (struct adv_table *)TABLE_VIEW;
static u32 table_page, code_page[2], ncode;
static u32 made, ended, good[NCALLS];

/* Capabilities: the first is the team's own; none is of use elsewhere. */
static const struct ae_cap known[NCAPS] = {
	{ 0x0badc0de, 0x00000001 },
	{ 0x0badc0de, 0x80000001 },
	{ 0, 0 },
	{ VICTIM_CAP },
	{ 1, 0 },
	{ ~0u, ~0u },
	{ 0x80034040, 0x20200040 },
};
#define TEAM_CAP (known[0])
#define END_CAP	 (known[1]) /* ends an adversary's child */

static u32 seed = SEED;

static u32
random_word(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	return seed ^= seed << 5;
}

/* A page that adversaries may read but not write. */
static s32
alloc(const struct ae_cap *read)
{
	s32 page;

	do
		page = ae_Alloc(AE_PAGE_ANY, read->lo, read->hi, own_cap.lo,
				own_cap.hi, 0, 0, 0);
	while (page == AE_EAGAIN);
	return page;
}

/* ---- what adversaries start from ---- */

/* The code, in pages that can only be read. */
static void
copy_code(void)
{
	u32 bytes = adversary_code_end - adversary_code;

	for (u32 at = 0; at < bytes; at += AE_PAGE_SIZE) {
		u32 va = CODE_VIEW + at, left = bytes - at;
		s32 page = alloc(&(struct ae_cap){ 0, 0 });

		exos_map(va, LO(page, RW) | PT_CAP(CAP_OWN));
		memcpy((void *)va, adversary_code + at,
		       left < AE_PAGE_SIZE ? left : AE_PAGE_SIZE);
		ae_cacheflush(page, 0, 0);
		code_page[ncode++] = page;
	}
}

/* Every entry is the same, but for the end of a slice. */
static void
describe(struct ae_env_desc *d)
{
	u32 entry = ADV_CODE;

	memset(d, 0, sizeof *d);
	for (u32 c = 0; c < AE_NCAUSE; c++)
		d->handler[c] = entry;
	d->init = d->prologue = entry;
	d->epilogue = ADV_EPILOGUE;
	d->gate = d->reply = d->agate = d->interrupt = entry;
	d->flags = AE_GATE_CALLS;
	d->save_va = ADV_VA;
	d->tlbx = offsetof(struct adversary, save[0]);
	d->genx = offsetof(struct adversary, save[1]);
	d->intx = offsetof(struct adversary, save[2]);
	d->iq = offsetof(struct adversary, iq);
	d->repo = offsetof(struct adversary, repo);
	d->cap = END_CAP;
	d->pin[0].va = ADV_VA;
	d->pin[1].va = ADV_TABLE;
	d->pin[1].lo = LO(table_page, AE_LO_V);
	for (u32 i = 0; i < ncode; i++) {
		d->pin[2 + i].va = ADV_CODE + i * AE_PAGE_SIZE;
		d->pin[2 + i].lo = LO(code_page[i], AE_LO_V);
	}
}

static void
know_page(u32 page)
{
	if (table->npages < NPAGES)
		table->page[table->npages++] = page;
}

static void
know_name(u32 name)
{
	if (table->nnames < NNAMES)
		table->name[table->nnames++] = name;
}

static void
fill_table(void)
{
	static const char here;
	u32 name = exos_self;

	memset(table, 0, sizeof *table);
	memcpy(table->cap, known, sizeof known);
	describe(&table->desc);
	table->child_limit = 50;
	for (u32 i = 0; i < TEAM; i++)
		know_page(team[i].page);
	know_page(victim_tells(VICTIM_PAGE));
	know_page(victim_tells(VICTIM_OWN));
	know_page(page_under(&here));
	know_page(page_under((void *)EXOS_PIN));
	know_page(code_page[0]);
	know_page(table_page);
	know_page(0);
	know_page(exos_info->gates.page);
	know_page(exos_info->stlb.page + 4);
	know_page(exos_info->pages.page);
	know_page(exos_info->npages - 1);
	know_page(exos_info->npages);
	know_page(AE_PAGE_ANY);
	know_name(exos_self);
	know_name(victim_name);
	know_name(name + (1 << 15));
	know_name(0x80034000 + 64);
	know_name(1);
	know_name(~0u);
}

static int
recruit(u32 i, u32 calls)
{
	static struct ae_env_desc d __attribute__((aligned(512)));
	struct team *t = &team[i];
	struct adversary *a;
	u32 va = VIEW + i * AE_PAGE_SIZE;

	t->page = alloc(&TEAM_CAP);
	if ((s32)t->page < 0)
		return 0;
	t->view = a = (struct adversary *)va;
	exos_map(va, LO(t->page, RW) | PT_CAP(CAP_OWN));
	memset(a, 0, sizeof *a);
	a->magic = ADV_MAGIC;
	a->seed = random_word();
	a->limit = calls;
	for (u32 k = 0; k < NOWN; k++)
		a->pages[k] = t->page;
	d = table->desc;
	d.pin[0].lo = LO(t->page, RW);
	d.pin[0].cap = own_cap;
	t->name = ae_env_create(page_under(&d), (u32)&d & (AE_PAGE_SIZE - 1),
				sizeof d, own_cap.lo, own_cap.hi);
	if (t->name < 0)
		return 0;
	/* The page is looked at when its environment is gone. */
	ae_page_ref(t->page, own_cap.lo, own_cap.hi, 0, 0, 0);
	for (u32 k = 0; k < NOWN; k++)
		a->names[k] = team[k % (i + 1)].name;
	for (u32 k = 0; k < 2; k++)
		a->slices[k] = ae_slice_alloc(AE_SLICE_ANY, TEAM_CAP.lo,
					      TEAM_CAP.hi, t->name, 0, 0);
	know_name(t->name);
	return 1;
}

/* ---- afterwards ---- */

/* End the team, and whatever it made. */
static void
dismiss(void)
{
	for (u32 i = 0; i < TEAM; i++) {
		struct team *t = &team[i];

		made += t->view->calls;
		for (u32 k = 0; k < NCALLS; k++)
			good[k] += t->view->good[k];
		ended += ae_env_free(t->name, 0) != ADV_DONE;
		exos_unmap((u32)t->view);
		ae_Dealloc(t->page, own_cap.lo, own_cap.hi);
	}
	for (u32 n = 1; n < AE_NENV; n++) {
		s32 name = exos_gates[n].name;

		if (lives(name) && name != (s32)exos_self &&
		    name != victim_name)
			ae_env_kill(name, END_CAP.lo, END_CAP.hi);
	}
	/* Slices that were given away: to the victim or to us. */
	for (u32 s = 0; s < AE_NSLICE; s++)
		for (u32 i = 0; i < 2 * NCAPS && exos_slices[s].owner; i++)
			ae_slice_free(s, known[i / 2].lo,
				      known[i / 2].hi ^ i % 2);
}

/* Has anybody something to do?  Who gave all slices away gets one more. */
static int
working(void)
{
	u32 count = 0;

	for (u32 i = 0; i < TEAM; i++) {
		u32 n = AE_NAME_NUMBER(team[i].name);

		if (!lives(team[i].name) ||
		    team[i].view->calls >= team[i].view->limit)
			continue;
		count++;
		if (!exos_gates[n].nslices)
			ae_slice_alloc(AE_SLICE_ANY, TEAM_CAP.lo, TEAM_CAP.hi,
				       team[i].name, 0, 0);
	}
	return count != 0;
}

/* What the adversaries did last, for who looks for a fault. */
static void
show(void)
{
	for (u32 i = 0; i < TEAM; i++) {
		const struct adversary *a = team[i].view;

		printf("# %#lx: %lu calls, then:", (unsigned long)team[i].name,
		       (unsigned long)a->calls);
		for (u32 k = a->calls - 3; k != a->calls; k++) {
			const u32 *log = a->log[k % NLOG];

			printf(" %ld(", (long)(s32)log[0] / 4);
			for (u32 j = 1; j <= NARGS; j++)
				printf("%#lx ", (unsigned long)log[j]);
			printf(")");
		}
		printf("\n");
	}
}

/* One batch: 0, or what was wrong. */
static const char *
batch(u32 calls, const struct world *before)
{
	int stuck = 1;

	fill_table();
	for (u32 i = 0; i < TEAM; i++)
		if (!recruit(i, calls))
			return "an adversary could not be made";
	ae_cons_give(team[0].name);
	for (u32 i = 0; stuck && i < PAUSES; i++) {
		exos_yield(AE_NAME_SELF);
		stuck = working();
	}
	if (stuck)
		show();
	ae_cons_give(AE_NAME_SELF);
	dismiss();
	return aftermath(before);
}

/*
 * Calls that were never made without an error: were the arguments any good?
 * Of those that do not come back, or end somebody, nothing is known.
 */
static u32
without_effect(void)
{
	static const u8 unknown[NCALLS] = {
		[SYS_Acall] = 1,       [SYS_Yield] = 1,	    [SYS_env_free] = 1,
		[SYS_halt] = 1,	       [SYS_cons_read] = 1, [SYS_env_kill] = 1,
		[SYS_debug_check] = 1,
	};
	u32 count = 0;

	for (u32 k = 0; k <= SYS_revoke; k++) {
		if (good[k] || unknown[k])
			continue;
		printf("# call %lu never succeeded\n", (unsigned long)k);
		count++;
	}
	return count;
}

int
main(int argc, char **argv)
{
	u32 calls = CALLS, batches = 0;
	struct world before;
	const char *wrong = 0;

	if (check_part(argc, argv, "victim"))
		return victim();
	if (argc > 1)
		calls = strtoul(argv[1], 0, 0);
	if (argc > 2)
		seed = strtoul(argv[2], 0, 0);
	printf("# seed %lu\n", (unsigned long)seed);

	victim_start();
	table_page = alloc(&(struct ae_cap){ 0, 0 });
	exos_map(TABLE_VIEW, LO(table_page, RW) | PT_CAP(CAP_OWN));
	copy_code();
	/* The first is for what this program still has to get for itself. */
	before = world_now();
	batch(20, &before);
	before = world_now();
	made = ended = 0;
	while (made < calls && !wrong) {
		wrong = batch(BATCH, &before);
		batches++;
	}
	printf("# %lu ticks\n", (unsigned long)exos_info->ticks);
	printf("# %lu batches, %lu adversaries ended early\n",
	       (unsigned long)batches, (unsigned long)ended);
	printf("# without error:");
	for (u32 k = 0; k < NCALLS; k++)
		printf(" %lu", (unsigned long)good[k]);
	printf("\n");
	check(!wrong, "after each batch all was well%s%s", wrong ? ": " : "",
	      wrong ? wrong : "");
	check(made >= calls, "%lu random calls were made", (unsigned long)made);
	check(!without_effect() || calls < CALLS,
	      "every call that can do something did");
	check_is(ae_env_free(victim_name, 0), AE_EXIT_KILLED,
		 "the victim lived to the end");
	return check_plan();
}
