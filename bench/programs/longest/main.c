/* SPDX-License-Identifier: MIT */
/*
 * How long the kernel can run at a time, with interrupts off: each window
 * holds what makes one part of it work as long as it can.  What leads there
 * is before the window.
 */
#include <stdio.h>

#include "../../bare.h"
#include "longest.h"

/* From one label to the other; count.py takes the longest run between. */
#define LABEL(name)                                                      \
	asm volatile(".globl longest_" name "; longest_" name ": nop" :: \
			     : "memory")
#define WINDOW(name, ...)           \
	do {                        \
		LABEL(name);        \
		__VA_ARGS__;        \
		LABEL(name "_end"); \
	} while (0)

#define NBIND	  AE_STLB_ENTRIES
#define BIND_VA	  0x30000000 /* addresses of every STLB slot */
#define NMANY	  236	     /* environments at a time */
#define NPINNED	  17	     /* that pin a page FREE_PINS times each */
#define FREE_PINS (AE_NPIN - 2)
#define VIEW	  0x48010000 /* where the memory of one is seen */

void longest_binder(void), longest_link(void), longest_park(void),
	longest_referrer(void), longest_spin(void), longest_spin_end(void);

static u32 failed;
static s32 many[NMANY];

static void
expect(int good, const char *what)
{
	if (!good && !failed++) /* the rest follows from it */
		printf("longest: %s\n", what);
}

/* A page that everybody may use. */
static s32
open_page(u32 owner)
{
	s32 page;

	do
		page = ae_Alloc(AE_PAGE_ANY, 0, 0, 0, 0, owner, 0, 0);
	while (page == AE_EAGAIN);
	expect(page > 0, "no page");
	return page;
}

/* Bound at every slot of the STLB. */
static void
bind(u32 page)
{
	for (u32 i = 0; i < NBIND; i++)
		ae_TLBwr(BIND_VA + i * AE_PAGE_SIZE,
			 page << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D, 0, 0);
}

#define CODE ((u32)bare_code & ~(AE_PAGE_SIZE - 1))

static u32 code_page;

static void
copy_code(void)
{
	code_page = open_page(0);
	exos_map(VIEW, code_page << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D |
			       PT_CAP(CAP_PUBLIC));
	memcpy((void *)VIEW, (void *)CODE, AE_PAGE_SIZE);
	ae_cacheflush(code_page, 0, 0);
	exos_unmap(VIEW);
}

/*
 * An environment without ExOS: a page of its own, this program's code, and up
 * to FREE_PINS more.
 */
static s32
begin_at(void (*init)(void), const struct ae_pin *pins, u32 npins, u32 page)
{
	static struct ae_env_desc d __attribute__((aligned(512)));
	struct ae_cap *own = &exos_pin->caps[CAP_OWN];
	u32 here;

	d = (struct ae_env_desc){
		.init = (u32)init,
		.prologue = (u32)longest_park,
		.epilogue = (u32)longest_park,
		.save_va = BARE_DATA,
		.tlbx = BARE_TLBX,
		.genx = BARE_GENX,
		.intx = BARE_INTX,
		.iq = 0x200,
		.repo = 0x800,
		.critical = (u32)longest_spin,
		.critical_end = (u32)longest_spin_end,
		.cap = { LONGEST_CAP, LONGEST_CAP },
	};
	d.pin[0] = (struct ae_pin){
		.va = BARE_DATA,
		.lo = page << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D,
	};
	d.pin[1] = (struct ae_pin){
		.va = CODE,
		.lo = code_page << AE_PAGE_SHIFT | AE_LO_V,
	};
	for (u32 i = 0; i < npins; i++)
		d.pin[2 + i] = pins[i];
	here = exos_lookup((u32)&d) >> AE_PAGE_SHIFT;
	return ae_env_create(here, (u32)&d & (AE_PAGE_SIZE - 1), sizeof d,
			     own->lo, own->hi);
}

/* One that yields at once. */
static s32
still(const struct ae_pin *pins, u32 npins, u32 page)
{
	return begin_at(longest_park, pins, npins, page);
}

/* A guaranteed mapping in the i-th slot that the code leaves free. */
static struct ae_pin
pin(u32 i, u32 page, u32 flags)
{
	u32 taken = CODE >> AE_PAGE_SHIFT & (AE_NPIN - 1);

	return (struct ae_pin){
		.va = AE_PINNED_BASE + (i + (i >= taken)) * AE_PAGE_SIZE,
		.lo = page << AE_PAGE_SHIFT | AE_LO_V | flags,
	};
}

static void
make_many(u32 n)
{
	for (u32 i = 0; i < n; i++) {
		many[i] = still(0, 0, open_page(0));
		expect(many[i] > 0, "no environment");
	}
}

static void
free_many(u32 n)
{
	while (n--)
		ae_env_free(many[n], 0);
}

/* ---- pages ---- */

/* Bound and pinned as often as a page can be. */
static u32
entangled(void)
{
	struct ae_pin pins[FREE_PINS];
	u32 page = open_page(0);

	for (u32 i = 0; i < FREE_PINS; i++)
		pins[i] = pin(i, page, 0);
	for (u32 i = 0; i < NPINNED; i++)
		many[i] = still(pins, FREE_PINS, open_page(0));
	bind(page);
	expect(exos_pages[page].pins == NPINNED * FREE_PINS &&
		       exos_pages[page].bindings > NBIND - 64,
	       "the page is not entangled");
	return page;
}

static void
unbinding(void)
{
	u32 page = entangled();

	WINDOW("chcap", ae_chcap(page, 0, 0, 1, 0, 1, 0));
	ae_Dealloc(page, 1, 0);
	free_many(NPINNED);
	page = entangled();
	WINDOW("Dealloc", ae_Dealloc(page, 0, 0));
	free_many(NPINNED);
}

/* The longest range that is done by pages, and one that is done by slots. */
static void
ranges(void)
{
	u32 page = open_page(0);

	bind(page);
	WINDOW("short_range", ae_TLBprotect(BIND_VA, NBIND / 4);
	       ae_TLBunprotect(BIND_VA, NBIND / 4, 0, 0);
	       ae_TLBdelete(BIND_VA, NBIND / 4));
	bind(page);
	WINDOW("long_range", ae_TLBprotect(BIND_VA, NBIND);
	       ae_TLBunprotect(BIND_VA, NBIND, 0, 0);
	       ae_TLBdelete(BIND_VA, NBIND));
	expect(!exos_pages[page].bindings, "a range is not deleted");
	ae_Dealloc(page, 0, 0);
}

#define NREFS 64 /* as many as there can be in a call */

/* One with many holders, of whom we are the last. */
static void
holders(void)
{
	static u32 list[NREFS] __attribute__((aligned(256)));
	struct ae_cap *own = &exos_pin->caps[CAP_OWN];
	struct ae_pin pins[FREE_PINS];
	u32 page[FREE_PINS], save = open_page(0);
	s32 name;

	make_many(NMANY);
	for (u32 i = 0; i < FREE_PINS; i++) {
		page[i] = open_page(many[0]);
		ae_page_ref(page[i], 0, 0, 0, 0, 0);
		for (u32 k = 1; k < NMANY; k++)
			ae_page_ref(page[i], 0, 0, many[k], 0, 0);
		pins[i] = pin(i, page[i], AE_LO_D);
	}
	WINDOW("holder", ae_Dealloc(page[0], 0, 0));
	WINDOW("page_ref", ae_page_ref(page[0], 0, 0, 0, 0, 0));
	for (u32 i = 0; i < NREFS; i++)
		list[i] = page[i % FREE_PINS];
	WINDOW("page_refs",
	       ae_page_refs(exos_lookup((u32)list) >> AE_PAGE_SHIFT,
			    (u32)list & (AE_PAGE_SIZE - 1), sizeof list,
			    own->lo, own->hi, 0, 0, 0));
	WINDOW("env_create", name = still(pins, FREE_PINS, save));
	expect(name > 0, "no environment that holds many pages");
	WINDOW("env_free_held", ae_env_free(name, 0));
	free_many(NMANY);
}

/* ---- environments ---- */

/* The victim of everything: bindings, pages, slices, references. */
static void
ending(void)
{
	struct ae_env_desc want = {
		.prologue = (u32)longest_park,
		.epilogue = (u32)longest_park,
	};
	u32 page = open_page(0), tangled;
	s32 name;

	name = bare_make(&want, longest_binder,
			 page << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D);
	expect(name > 0, "no binder");
	exos_yield(name);
	for (u32 i = 0; i < 3000; i++)
		open_page(name);
	tangled = open_page(name);
	exos_yield(name);
	bind(tangled);
	expect(exos_gates[AE_NAME_NUMBER((u32)name)].pages > 3000,
	       "not rich enough");
	WINDOW("env_free", ae_env_free(name, 0));
	ae_Dealloc(page, 0, 0);
}

/*
 * One that refers to all others and has guaranteed mappings.  It goes on at
 * `then` when it has a slice.
 */
static s32
attached(void (*then)(void))
{
	struct ae_pin pins[FREE_PINS];
	u32 page = open_page(0), save = open_page(0);
	volatile u32 *list = (u32 *)(VIEW + LONGEST_LIST);
	s32 name;

	for (u32 i = 0; i < FREE_PINS; i++)
		pins[i] = pin(i, page, 0);
	exos_map(VIEW, save << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D |
			       PT_CAP(CAP_PUBLIC));
	for (u32 i = 0; i < NMANY; i++)
		list[i] = many[i];
	list[NMANY] = (u32)then;
	exos_unmap(VIEW);
	name = begin_at(longest_referrer, pins, FREE_PINS, save);
	expect(name > 0, "no environment with references");
	return name;
}

static void
own_slices(u32 name, u32 every)
{
	for (u32 s = 1; s < AE_NSLICE; s++)
		if (s % every)
			ae_slice_alloc(s, 1, 0, name, 0, 0);
}

static void
free_slices(void)
{
	for (u32 s = 1; s < AE_NSLICE; s++)
		ae_slice_free(s, 1, 0);
}

static void
ends(void)
{
	s32 name;

	make_many(NMANY);
	name = attached(longest_park);
	exos_yield(name);
	own_slices(name, AE_NSLICE);
	WINDOW("slice_alloc", ae_slice_alloc(AE_SLICE_ANY, 1, 0, 0, 0, 0));
	WINDOW("env_kill", ae_env_kill(name, 0, 0));
	ae_env_free(name, 0);
	free_slices();

	/* The kernel ends it in a tick; longest_spin has the beginning. */
	name = attached(longest_spin);
	own_slices(name, 2);
	exos_yield(name);
	while (exos_gates[AE_NAME_NUMBER((u32)name)].state == AE_ENV_LIVE)
		exos_yield(AE_NAME_SELF);
	LABEL("excess_end");
	expect(exos_gates[AE_NAME_NUMBER((u32)name)].status == AE_EXIT_EXCESS,
	       "it was not ended for excess");
	ae_env_free(name, 0);
	free_slices();
	free_many(NMANY);
}

/* ---- revocation, and the clock ---- */

static void
ticks_pass(u32 n)
{
	u32 start = exos_info->ticks;

	while (exos_info->ticks - start < n)
		;
}

static int
owned_by(u32 page, u32 name)
{
	return exos_pages[page].owner == AE_NAME_NUMBER(name);
}

/* A page that is bound everywhere and to be saved, after many pinned ones. */
static void
forcing(void)
{
	struct ae_pin pins[FREE_PINS];
	u32 first, saved = open_page(0), save = open_page(0);
	s32 name = still(0, 0, save);
	struct ae_repo *repo = (struct ae_repo *)(VIEW + 0x800);

	exos_map(VIEW, save << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D |
			       PT_CAP(CAP_PUBLIC));
	for (u32 i = 0; i < AE_NREPO; i++)
		repo->entry[i].save = saved;
	exos_unmap(VIEW);
	for (u32 i = 0; i < 100; i++) {
		for (u32 k = 0; k < FREE_PINS; k++)
			pins[k] = pin(k, open_page(name), 0);
		many[i] = still(pins, FREE_PINS, open_page(0));
	}
	first = open_page(name);
	bind(first);
	ae_revoke(name, 0, 0, AE_RES_PAGE, 1, 0);
	/* The page is taken when all its bindings are found, some a tick. */
	while (exos_pages[first].bindings > NBIND / 4)
		;
	WINDOW("force", while (owned_by(first, name)));
	expect(!owned_by(first, name), "nothing was taken by force");
	ae_env_free(name, 0);
	free_many(100);
	ae_Dealloc(saved, 0, 0);
}

/* All are asked at once, and have the same deadlines. */
static void
tick(void)
{
	make_many(NMANY);
	for (u32 i = 0; i < NMANY; i++) {
		for (u32 k = 0; k < 3; k++)
			ae_slice_alloc(AE_SLICE_ANY, 1, 0, many[i], 0, 0);
		ae_revoke(many[i], 0, 0, AE_RES_PAGE, 1, 1);
		ae_revoke(many[i], 0, 0, AE_RES_SLICE, 1, 1);
	}
	for (u32 s = 1; s < AE_NSLICE; s++)
		ae_slice_free(s, 1, 0);
	ae_env_kill(many[0], 0, 0);
	WINDOW("tick", ticks_pass(3));
	free_many(NMANY);
}

/* ---- transfer ---- */

/* Each waits for the next; in the slice of the first, the last runs. */
static void
chain(void)
{
	struct ae_env_desc want = {
		.gate = (u32)longest_link,
		.reply = (u32)longest_park,
		.flags = AE_GATE_CALLS,
		.prologue = (u32)longest_park,
		.epilogue = (u32)longest_park,
	};
	u32 next = 0;

	for (u32 i = 0; i < NMANY; i++) {
		next = many[i] = bare_make(&want, longest_link, next);
		expect(many[i] > 0, "no link of the chain");
	}
	ae_slice_alloc(AE_SLICE_ANY, 1, 0, next, 0, 0);
	exos_yield(AE_NAME_SELF);
	WINDOW("chain", exos_yield(AE_NAME_SELF); exos_yield(AE_NAME_SELF));
	WINDOW("chain_broken", ae_env_kill(many[NMANY / 2], 0, 0));
	free_many(NMANY);
}

/* ---- the rest ---- */

static void
buffers(void)
{
	static char lines[256];
	struct ae_cap *own = &exos_pin->caps[CAP_OWN];
	u32 page, off = (u32)lines & (AE_PAGE_SIZE - 1), fresh = 0;

	for (u32 i = 0; i < sizeof lines; i++)
		lines[i] = '\n';
	page = exos_lookup((u32)lines) >> AE_PAGE_SHIFT;
	if (off > AE_PAGE_SIZE - sizeof lines)
		off = AE_PAGE_SIZE - sizeof lines;
	WINDOW("cons_write", ae_cons_write(page, off, 256, own->lo, own->hi));
	fresh = open_page(0);
	WINDOW("random", ae_random(fresh, 0, AE_PAGE_SIZE, 0, 0));
	ae_Dealloc(fresh, 0, 0);
	WINDOW("buffers", {
		fresh = ae_Alloc(AE_PAGE_ANY, 0, 0, 0, 0, 0, 0, 0);
		ae_tlbread(fresh, 0, AE_PAGE_SIZE, 0, 0);
		ae_cons_read(fresh, 0, AE_PAGE_SIZE, 0, 0);
		ae_cacheflush(fresh, 0, 0);
		ae_Dealloc(fresh, 0, 0);
	});
}

int
main(void)
{
	copy_code();
	unbinding();
	ranges();
	holders();
	ending();
	ends();
	forcing();
	tick();
	chain();
	buffers();
	printf("longest: %lu failed\n", (unsigned long)failed);
	return failed != 0;
}
