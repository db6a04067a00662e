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
#define NOTICES	     16	       /* that a tick sends at most */
#define TAKE_STEP    4	       /* resources taken a tick, from one */
#define LOOK_STEP    64	       /* pages looked at for one to take */
#define MANY	     64	       /* holders: such a page counts as more */
#define SHORT_WANT   16	       /* pages asked for when memory runs out */
#define SHORT_TICKS  16	       /* and how long a stage then lasts */

struct ae_revoke revokes[AE_NENV][AE_NRES]
	__attribute__((aligned(AE_PAGE_SIZE)));
static u32 active; /* revocations under way */

/* A page whose bindings are being searched for, a step a tick; 0: none. */
static struct {
	u32 page, n;
	u32 steps; /* left, if others hold the page too and can bind it */
} taking;

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
	envs[n].passed = 0;
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

	envs[n].passed = 0;
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
	if (taking.n == n)
		taking.page = 0;
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
	page_copy(KSEG0(save << AE_PAGE_SHIFT), KSEG0(page << AE_PAGE_SHIFT));
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

/*
 * A page of n that can be taken, the one it got last; or 0.  Those that
 * cannot become its oldest, so that nobody looks at them again.
 */
static u32
victim(u32 n)
{
	struct env *e = &envs[n];

	for (u32 i = 0; i < LOOK_STEP && e->passed < gates[n].pages; i++) {
		u32 page = holder_newest(n);

		if (!page_records[page].pins && !page_records[page].save)
			return page;
		holder_rotate(n);
		e->passed++;
	}
	return 0;
}

/* Its bindings are gone. */
static void
lose_page(u32 n, u32 page)
{
	record(n, AE_RES_PAGE, page);
	if (!holder_drop(page, n))
		page_release(page);
}

/* What was taken, as a part of TAKE_STEP; 0: nothing, now. */
static u32
take_page(u32 n)
{
	u32 page = gates[n].pages > AE_MIN_PAGES ? victim(n) : 0, cost;

	if (!page)
		return 0;
	if (!stlb_unbinds_soon(page)) {
		if (taking.page)
			return 0;
		taking.page = page;
		taking.n = n;
		taking.steps = AE_STLB_ENTRIES / STLB_STEP;
		return 0;
	}
	cost = 1 + page_records[page].holders / MANY;
	stlb_unbind(page);
	lose_page(n, page);
	return cost;
}

static u32
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

/*
 * A step for the page whose bindings are searched for.  Who alone holds it
 * cannot bind it again; when others can, one search is enough.
 */
static void
take_searched(void)
{
	u32 page = taking.page, n = taking.n;
	const struct ae_page *p = &page_records[page];

	if (!holder_has(page, n) || p->pins || p->save) {
		taking.page = 0;
		return;
	}
	if (p->holders == 1 ? !page_withdraw(page) :
			      !stlb_unbind_some(page) && --taking.steps)
		return;
	taking.page = 0;
	lose_page(n, page);
	intr_post(n, AE_INT_REPO, AE_RES_PAGE, 1, 0);
	revoke_given(n, AE_RES_PAGE);
}

static int
nothing_left(u32 n, u32 kind)
{
	if (kind == AE_RES_SLICE)
		return gates[n].nslices <= AE_MIN_SLICES;
	return gates[n].pages <= AE_MIN_PAGES ||
	       envs[n].passed >= gates[n].pages;
}

/* Take some; what is left is taken at the next ticks. */
static void
force(u32 n, u32 kind, u32 step)
{
	struct ae_revoke *r = &revokes[n][kind];
	u32 taken = 0, cost = 0, c;

	while (cost < step && r->want) {
		c = kind == AE_RES_PAGE ? take_page(n) : take_slice(n);
		if (!c)
			break;
		cost += c;
		taken++;
		r->want--;
	}
	if (taken)
		intr_post(n, AE_INT_REPO, kind, taken, 0);
	if (!r->want)
		end(r);
	else if (nothing_left(n, kind))
		enter_stage(n, kind, AE_REVOKE_EMERGENCY);
}

/* The next stage, if it is time.  Was there a notice? */
static int
advance(u32 n, u32 kind)
{
	struct ae_revoke *r = &revokes[n][kind];

	if ((s32)(info->ticks - r->deadline) < 0)
		return 0;
	if (r->stage == AE_REVOKE_REQUEST)
		enter_stage(n, kind, AE_REVOKE_IMPERATIVE);
	else if (r->stage == AE_REVOKE_IMPERATIVE)
		enter_stage(n, kind, AE_REVOKE_FORCE);
	else
		end(r); /* an emergency that was not heeded */
	return 1;
}

/*
 * At each clock tick: some notices, and from one environment something is
 * taken, if that may be.  Another is the first each time.  Result: was
 * anything taken by force?
 */
int
revoke_tick(int may_take)
{
	u32 n = info->ticks % (MAXENV - 1), notices = 0, step = 0, took = 0;

	if (may_take) {
		step = taking.page ? TAKE_STEP / 2 : TAKE_STEP;
		took = taking.page != 0;
	}
	if (took)
		take_searched();
	for (u32 i = 1; active && i < MAXENV; i++) {
		n = n + 1 < MAXENV ? n + 1 : 1;
		for (u32 kind = 0; kind < AE_NRES; kind++) {
			u32 stage = revokes[n][kind].stage;

			if (stage == AE_REVOKE_FORCE && step) {
				force(n, kind, step);
				step = 0;
				took = 1;
			} else if (stage && stage != AE_REVOKE_FORCE &&
				   notices < NOTICES) {
				notices += advance(n, kind);
			}
		}
	}
	return took;
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
	must(!taking.page || (taking.page < page_count &&
			      gates[taking.n].state == AE_ENV_LIVE),
	     "page that is searched for", taking.page);
}

#endif
