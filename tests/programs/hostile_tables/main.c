/* SPDX-License-Identifier: MIT */
/*
 * Attacks on the kernel's tables: every one filled to its end, and
 * environments ended, freed and referred to in every order.
 *
 * launch: --time-limit 240
 */
#include "../../include/hostile.h"

static struct world before;
static struct raw everybody[AE_NENV];

/* ---- pages ---- */

static u32
owned_by(const struct raw *r)
{
	return raw_gate(r)->pages;
}

static void
hog_make(struct raw *r, const char *code, u32 limit)
{
	hostile_prepare(r);
	hostile_always(r, code);
	r->desc.epilogue = raw_at(r, parked);
	r->mem[W_PEER] = limit;
	hostile_create(r);
}

static void
all_pages(void)
{
	struct raw r, other;

	/* Has its page already, and runs before who has most. */
	hostile_prepare(&other);
	hostile_always(&other, hog);
	other.desc.epilogue = raw_at(&other, parked);
	other.mem[W_PEER] = other.mem[W_COUNT] = 1;
	hostile_create(&other);
	hog_make(&r, hog, 0);
	raw_wait(&r, W_RESULT, 0, 400);
	check_is(r.mem[W_RESULT], AE_ENOMEM, "all pages taken: ENOMEM");
	check(owned_by(&r) > before.pages - 100,
	      "one environment has %lu pages", (unsigned long)owned_by(&r));
	other.mem[W_COUNT] = 0;
	wait_ticks(2);
	check(!other.mem[W_COUNT], "there is none for another");
	/* Its wealth is asked for: after two stages others get some. */
	check(raw_wait(&other, W_COUNT, 0, 200),
	      "but later, taken from who has most");
	check_is(hostile_free(&r), AE_EXIT_KILLED, "it can be ended");
	hostile_free(&other);
	hostile_over(&before, "all pages");
}

/* The pool of references beyond each page's first has one a page. */
static void
all_references(void)
{
	struct raw r, h[4];
	u32 refs = 0, full = 0;

	hog_make(&r, hog, 3000);
	raw_wait(&r, W_RESULT, 0, 400);
	for (u32 i = 0; i < 4; i++) {
		hog_make(&h[i], holder, 0);
		h[i].mem[W_ARGS + 1] = exos_info->npages;
	}
	for (u32 i = 0; i < 4; i++) {
		raw_wait(&h[i], W_DONE, 0, 1000);
		refs += h[i].mem[W_COUNT];
		full += (s32)h[i].mem[W_RESULT] == AE_ENOMEM;
	}
	check(full > 0 && refs > exos_info->npages - 500,
	      "every reference taken: %lu, then ENOMEM", (unsigned long)refs);
	hostile_free(&r);
	check(free_pages() < before.pages - exos_info->npages / 5,
	      "the pages of who had them live on with others");
	for (u32 i = 0; i < 4; i++)
		hostile_free(&h[i]);
	hostile_over(&before, "all references");
}

/* A page can be pinned only so often: the count is a byte. */
static void
all_pins(void)
{
	struct raw *r = everybody;
	u32 made = 0;
	s32 last = 0;

	while (made < 20 && last >= 0) {
		struct raw *c = &r[made++];

		hostile_prepare(c);
		c->desc.flags |= RAW_NOSLICE;
		for (u32 i = 1; i < AE_NPIN; i++)
			c->desc.pin[i] = (struct ae_pin){
				.va = RAW_VA + i * AE_PAGE_SIZE,
				.lo = LO(victim_tells(VICTIM_PAGE), AE_LO_V),
				.cap = { VICTIM_CAP },
			};
		last = hostile_create(c);
	}
	check_is(last, AE_EINUSE, "a page pinned 240 times: EINUSE");
	check(made > 15, "by %lu environments", (unsigned long)made);
	while (made--)
		hostile_free(&r[made]);
	hostile_over(&before, "all guaranteed mappings of a page");
}

/* ---- slices and numbers ---- */

static void
all_slices(void)
{
	struct raw r;
	u32 n = 0;
	s32 got;

	hostile_make(&r);
	while ((got = act(&r, SYSV_slice_alloc, AE_SLICE_ANY, 1, n)) >= 0)
		n++;
	check_is(got, AE_ENOSLICE, "all slices taken: ENOSLICE");
	check_is(slices_owned(), AE_NSLICE, "all are owned");
	hostile_free(&r);
	hostile_over(&before, "all slices");
}

static void
all_numbers(void)
{
	struct raw *r = everybody;
	u32 n = 0, refs = 0;
	s32 name;

	do {
		hostile_prepare(&r[n]);
		r[n].desc.flags |= RAW_NOSLICE;
		r[n].desc.cap = (struct ae_cap){ 7, 7 };
		name = hostile_create(&r[n++]);
	} while (name > 0 && n < AE_NENV);
	check_is(name, AE_ENOENV, "all numbers taken: ENOENV");
	/* And everybody refers to the first. */
	for (u32 i = 1; i < n - 1; i++)
		refs += act(&r[i], SYSV_env_ref, r[0].name, 7, 7) == 0;
	check_is(refs, n - 2, "all refer to one");
	hostile_free(&r[n - 1]);
	check_is(hostile_free(&r[0]), AE_EXIT_KILLED, "which ends");
	check_is(exos_gates[AE_NAME_NUMBER((u32)r[0].name)].state,
		 AE_ENV_ZOMBIE, "and is not forgotten");
	for (u32 i = 1; i < n - 1; i++)
		hostile_free(&r[i]);
	hostile_over(&before, "all numbers, all references to one");
}

/* ---- ends ---- */

#define ECAP 0xe0, 0xdead

/*
 * Four steps in every order: the parent ends and frees the child, another
 * refers to it, ends it, and gives its pages back, before or after it is
 * dead, and lets go of it.
 */
static void
end_in_order(const u8 order[5])
{
	struct raw child, other;
	s32 page[40], parent_status = 0;

	hostile_prepare(&child);
	child.desc.cap = (struct ae_cap){ ECAP };
	hostile_create(&child);
	hostile_make(&other);
	/* More than one step takes back, when it ends. */
	for (u32 i = 0; i < 40; i++)
		page[i] = act(&child, SYSV_Alloc, AE_PAGE_ANY, 1, 0, 1);
	for (u32 i = 0; i < 5; i++) {
		switch (order[i]) {
		case 0:
			parent_status = hostile_free(&child);
			break;
		case 1:
			act(&other, SYSV_env_ref, child.name, ECAP);
			break;
		case 2:
			act(&other, SYSV_env_kill, child.name, ECAP);
			break;
		case 3:
			for (u32 k = 0; k < 40; k++)
				if (exos_pages[page[k]].state == AE_PG_OWNED)
					ae_Dealloc(page[k], 1, 0);
			break;
		case 4:
			act(&other, SYSV_env_unref, child.name);
		}
	}
	if (parent_status != AE_EXIT_KILLED)
		check(0, "the child's exit status");
	hostile_free(&other);
}

/* Every permutation of five steps (Heap's algorithm). */
static void
ends(void)
{
	u8 order[5] = { 0, 1, 2, 3, 4 }, at[5] = { 0 };
	u32 i = 1, orders = 1;

	end_in_order(order);
	while (i < 5) {
		if (at[i] < i) {
			u32 j = i & 1 ? at[i] : 0;
			u8 t = order[j];

			order[j] = order[i];
			order[i] = t;
			end_in_order(order);
			orders++;
			at[i]++;
			i = 1;
		} else {
			at[i++] = 0;
		}
	}
	check_is(orders, 120, "orders in which a child ends");
	hostile_over(&before, "ends in every order");
}

/*
 * The child of one that is dead: nobody collects it.  Its pages, before the
 * clock has come to take them, are given back by who knows their capability.
 */
static void
nobodys(void)
{
	struct raw parent;
	struct ae_env_desc *d;
	s32 page, name;

	hostile_make(&parent);
	page = act(&parent, SYSV_Alloc, AE_PAGE_ANY, 1, 0, 1);
	d = (struct ae_env_desc *)((u32)parent.mem + HOST_DESC);
	*d = parent.desc;
	d->cap = (struct ae_cap){ ECAP };
	d->pin[0].lo = LO(page, RW);
	d->pin[0].cap = (struct ae_cap){ 1, 0 };
	name = act(&parent, SYSV_env_create, parent.page, HOST_DESC, sizeof *d,
		   own_cap.lo, own_cap.hi);
	check(name > 0, "a child makes a child");
	for (u32 i = 0; i < 40; i++)
		ae_Alloc(AE_PAGE_ANY, 1, 0, 1, 0, name, ECAP);
	hostile_free(&parent);
	check(lives(name), "which lives when its parent has ended");
	check_is(ae_env_kill(name, ECAP), 0, "it is ended by its capability");
	for (page = 0; page < (s32)exos_info->npages; page++)
		if (exos_pages[page].owner == AE_NAME_NUMBER((u32)name))
			ae_Dealloc(page, 1, 0);
	hostile_over(&before, "a dead one's pages given back for it");
}

int
main(int argc, char **argv)
{
	if (check_part(argc, argv, "victim"))
		return victim();
	memset(everybody, 1, sizeof everybody);
	before = hostile_begin();
	all_pages();
	all_references();
	all_pins();
	all_slices();
	all_numbers();
	ends();
	nobodys();
	ae_env_free(victim_name, 0);
	return check_plan();
}
