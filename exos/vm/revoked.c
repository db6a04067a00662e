/* SPDX-License-Identifier: MIT */
/*
 * What a program does about revocation when it has nothing better to do
 * (SOSP'95 3.3): it gives back what it can do without when it is asked, and
 * takes note of what was taken.  Runs on the exception stack, in pinned
 * pages.
 */
#include "private.h"

void (*exos_spare)(void);

/* ---- asked ---- */

static int
wanted(u32 kind)
{
	return exos_revoke_of(AE_NAME_NUMBER(exos_self), kind)->stage != 0;
}

static void
give_pages(void)
{
	exos_trim();
	if (wanted(AE_RES_PAGE) && exos_spare)
		exos_spare();
}

/* The last first, as the kernel takes them. */
static void
give_slices(void)
{
	const struct ae_cap *c = &exos_pin->caps[CAP_PINNED];
	u32 n = AE_NAME_NUMBER(exos_self);

	for (u32 s = AE_NSLICE; s-- && wanted(AE_RES_SLICE) &&
				exos_gates[n].nslices > AE_MIN_SLICES;)
		if (exos_slices[s].owner == exos_self)
			ae_slice_free(s, c->lo, c->hi);
}

void
exos_revoked(const struct ae_int *i)
{
	if (i->arg[0] == AE_RES_SLICE)
		give_slices();
	else
		give_pages();
}

/* ---- taken ---- */

struct taken {
	u32 page[AE_NREPO], n;
	u32 more; /* and others that the vector had no room for */
};

/*
 * The kernel adds entries between any two instructions, so it is not count
 * that says what is new, but the page numbers, which we set to 0.
 */
static int
read_vector(struct taken *t)
{
	volatile struct ae_repo *v = &exos_pin->repo;

	t->n = 0;
	t->more = v->lost;
	v->lost = 0;
	for (u32 i = 0; i < AE_NREPO; i++) {
		if (v->entry[i].kind == AE_RES_PAGE && v->entry[i].number)
			t->page[t->n++] = v->entry[i].number;
		v->entry[i].number = 0;
	}
	v->count = 0;
	return t->n || t->more;
}

/* Only who does not hold a page can become a holder. */
static int
is_held(u32 lo)
{
	const struct ae_cap *c = &exos_pin->caps[PT_CAP_OF(lo)];
	u32 page = lo >> AE_PAGE_SHIFT;
	s32 e = ae_page_ref(page, c->lo, c->hi, 0, 0, 0);

	if (!e)
		ae_Dealloc(page, c->lo, c->hi);
	return e == AE_EINUSE;
}

static int
is_taken(const struct taken *t, u32 lo)
{
	for (u32 i = 0; i < t->n; i++)
		if (t->page[i] == lo >> AE_PAGE_SHIFT)
			return 1;
	return t->more && !is_held(lo);
}

static void
look_through(const struct taken *t, u32 va, u32 end)
{
	u32 lo;

	for (; (va = exos_next(va, end)) < end; va += AE_PAGE_SIZE) {
		lo = exos_lookup(va);
		if (!(lo & PT_OWNED) || !is_taken(t, lo))
			continue;
		if (va >= EXOS_OWN ||
		    (va >= EXOS_FRAMES && va < EXOS_FRAMES_END))
			exos_die("the loss of ExOS's own memory, page",
				 lo >> AE_PAGE_SHIFT, 0, va);
		/* It may have another page by now. */
		if (CRITICAL(exos_mark_taken(va, lo)))
			CRITICAL(exos_frames_drop(lo >> AE_PAGE_SHIFT));
	}
}

/* Without the part of the table that a page of it was, the program can go on
 * where others' memory alone was mapped, by its regions. */
static void
look_through_table(const struct taken *t)
{
	for (u32 i = 0; i < PT_PAGES; i++) {
		u32 lo = exos_root[i];

		if (!lo || !is_taken(t, lo | PT_CAP(CAP_PINNED)))
			continue;
		if (exos_pin->pt_kind != PT_TWO_LEVEL ||
		    exos_may_own(i * EXOS_PT_RUN * AE_PAGE_SIZE))
			exos_die("the loss of its page table, page",
				 lo >> AE_PAGE_SHIFT, 0, 0);
		exos_root[i] = 0;
	}
}

void
exos_look_at(u32 va)
{
	struct taken any;

	any.n = 0;
	any.more = 1;
	if (exos_lookup(va) & AE_LO_V)
		look_through(&any, PAGE_OF(va), PAGE_OF(va) + AE_PAGE_SIZE);
}

void
exos_repossessed(const struct ae_int *i)
{
	static const u32 range[][2] = EXOS_RANGES;
	struct taken t;

	(void)i; /* the vector says it all */
	while (read_vector(&t)) {
		look_through_table(&t);
		for (u32 k = 0; k < EXOS_NRANGES; k++)
			look_through(&t, range[k][0], range[k][1]);
	}
}
