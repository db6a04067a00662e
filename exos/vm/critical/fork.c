/* SPDX-License-Identifier: MIT */
/*
 * The moment of a fork: private pages become copy-on-write, and an
 * environment is made that holds all there is then.
 *
 * Nothing else of this environment runs meanwhile, and it runs on a pinned
 * stack (vm/onestack.S).  What it writes is in pinned pages and in the scratch
 * page, none of which a fork makes copy-on-write.
 */
#include "../private.h"

#define NLIST  256 /* pages that the child is given in one go */
#define NEAGER 64  /* pages that both get at once */
#define NEAR   32  /* pages; a wider gap begins another range */

/* In the scratch page, which the child does not get. */
struct work {
	u32 list[NLIST];
	struct ae_env_desc desc;
	struct {
		u32 va, page;
	} eager[NEAGER];
};
#define work ((struct work *)EXOS_SCRATCH)
_Static_assert(sizeof *work <= AE_PAGE_SIZE, "fork");

extern const struct ae_env_desc exos_desc;
extern char exos_pinned_end[];

static u32 npins, nlist, neager, first, last, seen, stack;
static s32 child; /* its name, or an error */

/* Any call; the stubs lie outside the critical range. */
static __attribute__((noinline)) s32
kernel(u32 number, u32 a, u32 b, u32 c, u32 d, u32 e, u32 f, u32 g, u32 h)
{
	register u32 v0 asm("v0") = number;
	register u32 a0 asm("a0") = a;
	register u32 a1 asm("a1") = b;
	register u32 a2 asm("a2") = c;
	register u32 a3 asm("a3") = d;
	register u32 t0 asm("t0") = e;
	register u32 t1 asm("t1") = f;
	register u32 t2 asm("t2") = g;
	register u32 t3 asm("t3") = h;

	asm volatile("syscall"
		     : "+r"(v0), "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3),
		       "+r"(t0), "+r"(t1), "+r"(t2), "+r"(t3)
		     :
		     : "v1", "t4", "t5", "t6", "t7", "t8", "t9", "hi", "lo",
		       "memory");
	return v0;
}

static const struct ae_cap *
pinned_cap(void)
{
	return &exos_pin->caps[CAP_PINNED];
}

/* A copy of a page, or with none a page of zeros, for us or for the child. */
static s32
new_page(s32 from, const struct ae_cap *old, const struct ae_cap *new,
	 u32 owner)
{
	if (from < 0)
		return kernel(SYSV_Alloc, AE_PAGE_ANY, new->lo, new->hi,
			      new->lo, new->hi, owner, 0, 0);
	return kernel(SYSV_page_copy, from, old->lo, old->hi, new->lo, new->hi,
		      owner, 0, 0);
}

static s32
drop(u32 page, const struct ae_cap *c)
{
	return kernel(SYSV_Dealloc, page, c->lo, c->hi, 0, 0, 0, 0, 0);
}

/* ---- the child's pinned pages, and the environment of them ---- */

/* Pages of the archive are the kernel's: they need no holder. */
static int
is_of_archive(u32 page)
{
	return page - exos_archive.page < exos_archive.npages;
}

/* What is code is ours as well; what is written is copied. */
static s32
pin(u32 va, int zero)
{
	const struct ae_cap *c = pinned_cap();
	struct ae_pin *p = &work->desc.pin[npins];
	u32 ours = kernel(SYSV_pinned, va, 0, 0, 0, 0, 0, 0, 0) & ~AE_LO_D;
	int code = va > EXOS_PIN && va < PAGE_OF((u32)&exos_desc);

	if (!code) {
		s32 page = new_page(zero ? -1 : (s32)(ours >> AE_PAGE_SHIFT), c,
				    c, 0);

		if (page < 0)
			return page;
		ours = (u32)page << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D;
	} else if (is_of_archive(ours >> AE_PAGE_SHIFT)) {
		c = &exos_pin->caps[CAP_PUBLIC];
	} else {
		work->list[nlist++] = ours >> AE_PAGE_SHIFT;
	}
	p->va = va;
	p->lo = ours;
	p->cap.lo = c->lo;
	p->cap.hi = c->hi;
	npins++;
	return 0;
}

static s32
pin_all(const struct exos_fork *f)
{
	s32 e = 0;

	for (u32 va = EXOS_PIN; !e && va < (u32)exos_pinned_end;
	     va += AE_PAGE_SIZE)
		e = pin(va, 0);
	for (u32 i = 0; !e && i < EXOS_FORK_STACKS; i++)
		e = pin(f->stack[i], 1);
	return e;
}

static void
unpin_all(void)
{
	for (u32 i = 0; i < npins; i++)
		if (work->desc.pin[i].lo & AE_LO_D)
			drop(work->desc.pin[i].lo >> AE_PAGE_SHIFT,
			     pinned_cap());
}

static void
describe(const struct ae_cap *env)
{
	const u32 *from = (const u32 *)&exos_desc;
	volatile u32 *to = (volatile u32 *)&work->desc;

	for (u32 i = 0; i < offsetof(struct ae_env_desc, pin) / 4; i++)
		to[i] = from[i];
	for (u32 i = 0; i < AE_NPIN; i++)
		work->desc.pin[i].va = 0;
	work->desc.init = work->desc.prologue;
	work->desc.cap.lo = env->lo;
	work->desc.cap.hi = env->hi;
}

static s32
create(const struct exos_fork *f)
{
	const struct ae_cap *c = pinned_cap();
	s32 e;

	describe(&f->env);
	npins = nlist = neager = first = last = seen = 0;
	e = pin_all(f);
	if (!e)
		e = kernel(SYSV_env_create, exos_scratch,
			   (u32)&work->desc - EXOS_SCRATCH, sizeof work->desc,
			   c->lo, c->hi, 0, 0, 0);
	if (e < 0)
		unpin_all();
	return e;
}

/* ---- what it holds ---- */

/* The child comes to hold what is on the list, all by one capability. */
static s32
hold_list(const struct ae_cap *c)
{
	u32 at = 0;
	s32 done;

	while (at < nlist) {
		done = kernel(SYSV_page_refs, exos_scratch,
			      (u32)&work->list[at] - EXOS_SCRATCH,
			      4 * (nlist - at), pinned_cap()->lo,
			      pinned_cap()->hi, child, c->lo, c->hi);
		if (done < 0)
			return done;
		at += done;
	}
	nlist = 0;
	return 0;
}

static s32
hold(u32 lo)
{
	const struct ae_cap *c = &exos_pin->caps[PT_CAP_OF(lo)];
	u32 page = lo >> AE_PAGE_SHIFT;
	s32 e;

	if (PT_CAP_OF(lo) != CAP_OWN) {
		e = kernel(SYSV_page_ref, page, c->lo, c->hi, child, 0, 0, 0,
			   0);
		return e == AE_EINUSE ? 0 : e;
	}
	work->list[nlist++] = page;
	return nlist == NLIST ? hold_list(c) : 0;
}

static void
end_range(void)
{
	if (first)
		kernel(SYSV_TLBprotect, first,
		       ((last - first) >> AE_PAGE_SHIFT) + 1, 0, 0, 0, 0, 0, 0);
	first = 0;
}

/* A private page, of the program or of ours, becomes copy-on-write. */
static void
make_cow(u32 va)
{
	exos_pt_change(va, ~AE_LO_D, PT_COW);
	if (va - last > NEAR * AE_PAGE_SIZE)
		end_range();
	if (!first)
		first = va;
	last = va;
}

/*
 * Both sides will write at once to the stack's newest page, and to ExOS's own
 * where nothing may fault: the child gets ours, and we a copy.
 */
static int
is_eager(u32 va, u32 lo)
{
	if (PT_CAP_OF(lo) != CAP_OWN || lo & (PT_SHARED | PT_COW))
		return 0;
	return va == stack || (va >= EXOS_FRAMES && va < EXOS_FRAMES_END) ||
	       (va >= EXOS_REGIONS && va < EXOS_REGIONS_END);
}

static s32
copy_eagerly(u32 va, u32 lo)
{
	const struct ae_cap *own = &exos_pin->caps[CAP_OWN];
	s32 page = neager == NEAGER ?
			   AE_ENOMEM :
			   new_page(lo >> AE_PAGE_SHIFT, own, own, 0);

	if (page < 0)
		return page;
	work->eager[neager].va = va;
	work->eager[neager++].page = page;
	return 0;
}

static s32
share_page(u32 va, u32 lo)
{
	s32 e = hold(lo);

	if (e)
		return e;
	if (is_eager(va, lo))
		return copy_eagerly(va, lo);
	if (!(lo & (PT_SHARED | PT_COW)))
		make_cow(va);
	return 0;
}

static s32
share_all(void)
{
	static const u32 range[][2] = EXOS_RANGES;
	s32 e;

	work->list[nlist++] = exos_pin->none >> AE_PAGE_SHIFT;
	e = hold_list(pinned_cap());
	for (u32 i = 0; i < EXOS_NRANGES; i++) {
		u32 va = range[i][0], end = range[i][1], lo;

		for (; !e && (va = exos_pt_next(va, end)) < end;
		     va += lo ? AE_PAGE_SIZE : 0) {
			lo = exos_pt_get(va);
			if (lo & PT_OWNED && va != EXOS_SCRATCH)
				e = share_page(va, lo);
		}
	}
	end_range();
	return e ? e : hold_list(&exos_pin->caps[CAP_OWN]);
}

/* The child has the page; we have the copy. */
static void
keep_copies(void)
{
	const u32 keep = (AE_PAGE_SIZE - 1) & ~AE_LO_D;

	for (u32 i = 0; i < neager; i++) {
		u32 va = work->eager[i].va, old = exos_pt_get(va);
		u32 lo = exos_pt_change(va, keep,
					work->eager[i].page << AE_PAGE_SHIFT);

		if (exos_bind(va, lo))
			exos_unbind(va);
		drop(old >> AE_PAGE_SHIFT, &exos_pin->caps[CAP_OWN]);
	}
}

static void
drop_copies(void)
{
	for (u32 i = 0; i < neager; i++)
		drop(work->eager[i].page, &exos_pin->caps[CAP_OWN]);
}

/* ---- what its pinned pages and its table say ---- */

/* Where we see what is at an address in the child's pinned pages. */
static volatile u32 *
in_child(const volatile void *p)
{
	u32 page = PAGE_OF((u32)p), lo;

	if (page != seen) {
		lo = work->desc.pin[(page - EXOS_PIN) >> AE_PAGE_SHIFT].lo |
		     PT_CAP(CAP_PINNED) | PT_EXOS_D;
		exos_pt_change(EXOS_COPY, 0, lo);
		exos_bind(EXOS_COPY, lo);
		seen = page;
	}
	return (volatile u32 *)(EXOS_COPY + ((u32)p - page));
}

/*
 * A page of the two-level table is for one run of addresses.  Where nothing
 * of the program's can be, the child finds everything by its regions.
 */
static int
is_needed(u32 i)
{
	return exos_pin->pt_kind != PT_TWO_LEVEL ||
	       exos_may_own(i * EXOS_PT_RUN * AE_PAGE_SIZE);
}

static s32
copy_table_page(u32 i)
{
	const struct ae_cap *c = pinned_cap();
	u32 lo = exos_root[i];
	s32 page = 0;

	if (!lo)
		return 0;
	if (is_needed(i)) {
		page = new_page(lo >> AE_PAGE_SHIFT, c, c, child);
		if (page < 0)
			return page;
		page = page << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D;
	}
	*in_child(&exos_root[i]) = page;
	return 0;
}

/* Of the places in its first level most are empty. */
static s32
copy_table(void)
{
	const u32 *root = exos_root;
	s32 e = 0;

	for (u32 i = 0; !e && i < PT_PAGES; i += 4, root += 4)
		if (root[0] | root[1] | root[2] | root[3])
			for (u32 k = i; !e && k < i + 4; k++)
				e = copy_table_page(k);
	*in_child(&exos_self) = child;
	*in_child(&seen) = 0;
	return e;
}

static void
zero(const volatile void *p, u32 bytes)
{
	volatile u32 *to = in_child(p);

	for (; bytes; bytes -= 4)
		*to++ = 0;
}

/* Its newest context is ours; it has had no events yet. */
static void
begin(const u32 *context)
{
	volatile u32 *to = in_child(exos_pin->ctx);

	for (u32 i = 0; i < CTX_BYTES / 4; i++)
		to[i] = context[i];
	*in_child(&exos_pin->depth) = CTX_BYTES;
	*in_child(&exos_pin->noticed) = *in_child(&exos_pin->call) = 0;
	*in_child(&exos_pin->busy) = 0;
	*in_child(&exos_pin->intx[AE_SAVE_PENDING / 4]) = 0;
	zero(&exos_pin->iq, offsetof(struct ae_intq, mask));
	zero(&exos_pin->iq.overflow, sizeof exos_pin->iq.overflow);
	zero(&exos_pin->repo, sizeof exos_pin->repo);
	*in_child(&exos_pin->boot.magic) = EXOS_BOOT_MAGIC;
	*in_child(&exos_pin->boot.parent) = exos_self;
	*in_child(&exos_pin->boot.cap.lo) = pinned_cap()->lo;
	*in_child(&exos_pin->boot.cap.hi) = pinned_cap()->hi;
}

static s32
fill(const u32 *context)
{
	s32 e = share_all();

	if (!e)
		e = copy_table();
	if (e)
		return e;
	begin(context);
	keep_copies();
	return child;
}

s32
exos_fork_create(const struct exos_fork *f)
{
	u32 idle = exos_pt_get(EXOS_COPY);
	s32 e;

	child = create(f);
	if (child < 0)
		return child;
	stack = PAGE_OF((u32)f->context);
	e = fill(f->context);
	exos_pt_change(EXOS_COPY, 0, idle);
	exos_unbind(EXOS_COPY);
	if (e < 0) {
		drop_copies();
		kernel(SYSV_env_free, child, 0, 0, 0, 0, 0, 0, 0);
	}
	return e;
}
