/* SPDX-License-Identifier: MIT */
/*
 * Visible revocation and the abort protocol (SOSP'95 3.3).  First the
 * environment is asked, then told by when, and then the kernel takes: it
 * breaks the bindings, says in the repossession vector what is gone, and
 * saves contents where the application wanted them.  What is guaranteed is
 * never taken; if even that is needed, the environment is asked once more.
 */
#include "check.h"

#define PATIENCE_MAX (1 << 20) /* ticks */
#define TAKE_STEP    4	       /* resources taken a tick */
#define SHORT_WANT   16	       /* pages asked for when memory runs out */
#define SHORT_TICKS  16	       /* and how long a stage then lasts */

struct ae_revoke revokes[AE_NENV][AE_NRES]
	__attribute__((aligned(AE_PAGE_SIZE)));
static u32 active; /* revocations under way */

static void
enter_stage(u32 n, u32 kind, u32 stage)
{
	static const u8 notice[] = {
		[AE_REVOKE_REQUEST] = AE_INT_REVOKE,
		[AE_REVOKE_IMPERATIVE] = AE_INT_IMPERATIVE,
		[AE_REVOKE_EMERGENCY] = AE_INT_EMERGENCY,
	};
	struct ae_revoke *r = &revokes[n][kind];

	active += !r->stage;
	r->stage = stage;
	r->deadline = info->ticks + r->patience;
	if (notice[stage])
		intr_post(n, notice[stage], kind, r->want, 0);
}

static void
end(struct ae_revoke *r)
{
	active -= r->stage != AE_REVOKE_NONE;
	*r = (struct ae_revoke){ 0 };
}

static void
start(u32 n, u32 kind, u32 want, u32 patience)
{
	revokes[n][kind].want = want;
	revokes[n][kind].patience = patience;
	enter_stage(n, kind, AE_REVOKE_REQUEST);
}

/* n gave back one of its own accord. */
void
revoke_given(u32 n, u32 kind)
{
	struct ae_revoke *r = &revokes[n][kind];

	if (r->stage && !--r->want)
		end(r);
}

/* n got one more: giving that back does not count. */
void
revoke_got(u32 n, u32 kind)
{
	struct ae_revoke *r = &revokes[n][kind];

	if (r->stage && r->want != ~0u)
		r->want++;
}

void
revoke_ended(u32 n)
{
	for (u32 kind = 0; kind < AE_NRES; kind++)
		end(&revokes[n][kind]);
}

/* ---- force ---- */

static struct ae_repo *
vector_of(u32 n)
{
	const struct env *e = &envs[n];

	return (void *)(KSEG0(e->save_page << AE_PAGE_SHIFT) + e->repo);
}

/* Copy a page where the application wanted it, if that is a page it may
 * write and nobody's save areas are there. */
static u32
save_contents(u32 page, u32 save, const struct ae_cap *cap)
{
	if (save == page || page_check(save, cap->lo, cap->hi, 1) ||
	    page_records[save].state != AE_PG_OWNED || page_records[save].save)
		return AE_REPO_NOWHERE;
	memcpy((void *)KSEG0(save << AE_PAGE_SHIFT),
	       (void *)KSEG0(page << AE_PAGE_SHIFT), AE_PAGE_SIZE);
	return save;
}

static void
record(u32 n, u32 kind, u32 number)
{
	struct ae_repo *v = vector_of(n);
	u32 at = v->count, save;

	if (!envs[n].repo)
		return;
	if (at >= AE_NREPO) {
		v->lost++;
		return;
	}
	v->count = at + 1;
	v->entry[at].kind = kind;
	v->entry[at].number = number;
	save = v->entry[at].save;
	v->entry[at].save = AE_REPO_NOWHERE;
	if (kind == AE_RES_PAGE)
		v->entry[at].save =
			save_contents(number, save, &v->entry[at].cap);
}

/* A page of n that can be taken, the one it got last; or 0. */
static u32
victim(u32 n)
{
	u32 at = 0, page;

	while ((page = holder_next(n, &at)))
		if (!page_records[page].pins && !page_records[page].save)
			return page;
	return 0;
}

static int
take_page(u32 n)
{
	u32 page = gates[n].pages > AE_MIN_PAGES ? victim(n) : 0;

	if (!page)
		return 0;
	record(n, AE_RES_PAGE, page);
	stlb_unbind(page);
	if (!holder_drop(page, n))
		page_release(page);
	return 1;
}

static int
take_slice(u32 n)
{
	u32 s;

	if (gates[n].nslices <= AE_MIN_SLICES)
		return 0;
	s = slice_last_of(n);
	record(n, AE_RES_SLICE, s);
	slice_release(s);
	return 1;
}

/* Take some; what is left is taken at the next ticks. */
static void
force(u32 n, u32 kind)
{
	struct ae_revoke *r = &revokes[n][kind];
	u32 taken = 0, more = 1;

	while (taken < TAKE_STEP && r->want) {
		more = kind == AE_RES_PAGE ? take_page(n) : take_slice(n);
		if (!more)
			break;
		taken++;
		r->want--;
	}
	if (taken)
		intr_post(n, AE_INT_REPO, kind, taken, 0);
	if (!r->want)
		end(r);
	else if (!more)
		enter_stage(n, kind, AE_REVOKE_EMERGENCY);
}

static void
advance(u32 n, u32 kind)
{
	struct ae_revoke *r = &revokes[n][kind];

	if (r->stage == AE_REVOKE_FORCE)
		force(n, kind);
	else if ((s32)(info->ticks - r->deadline) < 0)
		return;
	else if (r->stage == AE_REVOKE_REQUEST)
		enter_stage(n, kind, AE_REVOKE_IMPERATIVE);
	else if (r->stage == AE_REVOKE_IMPERATIVE)
		enter_stage(n, kind, AE_REVOKE_FORCE);
	else
		end(r); /* an emergency that was not heeded */
}

/* At each clock tick. */
void
revoke_tick(void)
{
	for (u32 n = 1; active && n < MAXENV; n++)
		for (u32 kind = 0; kind < AE_NRES; kind++)
			if (revokes[n][kind].stage)
				advance(n, kind);
}

/* Memory ran out: ask whoever holds most beyond what is guaranteed. */
void
revoke_for_alloc(void)
{
	u32 richest = 0, most = AE_MIN_PAGES;

	for (u32 n = 1; n < MAXENV; n++) {
		if (gates[n].state != AE_ENV_LIVE || gates[n].pages <= most)
			continue;
		richest = n;
		most = gates[n].pages;
	}
	if (richest && !revokes[richest][AE_RES_PAGE].stage)
		start(richest, AE_RES_PAGE, SHORT_WANT, SHORT_TICKS);
}

/*
 * Who may revoke: the environment's parent, who presents its capability, and
 * the first environment, whose policy is the system's.
 */
s32
sys_revoke(u32 name, u32 lo, u32 hi, u32 kind, u32 want, u32 patience)
{
	s32 n = env_with_right(name, lo, hi);

	if (n == AE_EPERM && gates[current()].name == info->boot_env)
		n = env_by_name(name);
	if (n < 0)
		return n;
	if (kind >= AE_NRES || patience > PATIENCE_MAX)
		return AE_EINVAL;
	end(&revokes[n][kind]);
	if (want)
		start(n, kind, want, patience);
	return 0;
}

#ifdef CHECKS

void
revoke_check(void)
{
	u32 count = 0;

	for (u32 n = 0; n < AE_NENV; n++)
		for (u32 kind = 0; kind < AE_NRES; kind++) {
			const struct ae_revoke *r = &revokes[n][kind];

			must(r->stage <= AE_REVOKE_EMERGENCY &&
				     !r->stage == !r->want &&
				     r->patience <= PATIENCE_MAX,
			     "revocation", n);
			must(!r->stage || (n && n < MAXENV &&
					   gates[n].state == AE_ENV_LIVE),
			     "revocation from the living", n);
			count += r->stage != AE_REVOKE_NONE;
		}
	must(active == count, "revocations counted", active);
}

#endif
