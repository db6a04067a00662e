/* SPDX-License-Identifier: MIT */
/* Physical pages: records, capabilities, allocation (SOSP'95 3.1, 5.2). */
#include "kernel.h"
#include <aegis/sysnum.h>

struct ae_page *page_records; /* exposed */
struct page_caps *page_caps;  /* private */
u32 page_count;

/*
 * The capability that nobody holds.  Free and kernel pages carry it, so that
 * TLBwr needs no test of the page's state.
 */
static struct ae_cap nobody;

static void
forget_caps(u32 page)
{
	page_caps[page] = (struct page_caps){ nobody, nobody };
}

void
page_init(u32 count, u32 first_free)
{
	page_count = count;
	random_words((u32 *)&nobody, 2);
	for (u32 i = 0; i < count; i++) {
		forget_caps(i);
		page_records[i].state =
			i < first_free ? AE_PG_KERNEL : AE_PG_FREE;
	}
	info->npages = count;
	info->free_pages = count - first_free;
}

/* Readable by everyone: the public capability is zero. */
void
page_expose(u32 page, u32 n)
{
	while (n--)
		page_caps[page++].read = (struct ae_cap){ 0, 0 };
}

/* May a holder of this capability read (or write) the page? */
s32
page_check(u32 page, u32 lo, u32 hi, int write)
{
	if (page >= page_count)
		return AE_EPAGE;
	if (cap_equal(&page_caps[page].write, lo, hi))
		return 0;
	if (!write && cap_equal(&page_caps[page].read, lo, hi))
		return 0;
	return AE_EACCES;
}

/* A buffer argument: page, offset, length, capability. */
s32
buffer_check(u32 page, u32 off, u32 len, u32 lo, u32 hi, int write)
{
	s32 e = page_check(page, lo, hi, write);

	if (e)
		return e;
	if (off > AE_PAGE_SIZE || len > AE_PAGE_SIZE - off)
		return AE_EBUF;
	return 0;
}

/* A free page, by number or any. */
static s32
find_free(u32 page)
{
	if (page == AE_PAGE_ANY) {
		s32 found = holder_free_page();

		if (found < 0 && env_reap_some())
			return AE_EAGAIN;
		if (found < 0) {
			revoke_for_alloc();
			return found;
		}
		page = found;
	}
	if (page >= page_count || page_records[page].state == AE_PG_KERNEL)
		return AE_EPAGE;
	if (page_records[page].state != AE_PG_FREE)
		return AE_EINUSE;
	return page;
}

s32
page_alloc(u32 page, const struct ae_cap *r, const struct ae_cap *w, u32 owner)
{
	s32 found = find_free(page);

	if (found < 0)
		return found;
	page = found;
	page_zero(KSEG0(page << AE_PAGE_SHIFT));
	page_caps[page].read = *r;
	page_caps[page].write = *w;
	holder_take(page, owner);
	return page;
}

/* Nobody holds it any more: breaks every binding and takes it back. */
void
page_release(u32 page)
{
	forget_caps(page);
	stlb_unbind(page);
	holder_release(page);
}

/*
 * A step of that, for a page that is about to lose its only holder: nobody
 * can bind it any more.  Is nothing of it bound?
 */
int
page_withdraw(u32 page)
{
	forget_caps(page);
	return stlb_unbind_some(page);
}

/* An allocated page whose write capability this is, else an error. */
static s32
page_mine(u32 page, u32 lo, u32 hi)
{
	s32 e = page_check(page, lo, hi, 1);

	if (e)
		return e;
	return page_records[page].state == AE_PG_OWNED ? 0 : AE_EPAGE;
}

s32
sys_Alloc(u32 page, u32 rlo, u32 rhi, u32 wlo, u32 whi, u32 owner, u32 elo,
	  u32 ehi)
{
	s32 n = env_with_right(owner, elo, ehi);

	if (n < 0)
		return n;
	return page_alloc(page, &(struct ae_cap){ rlo, rhi },
			  &(struct ae_cap){ wlo, whi }, n);
}

/* What scrubs the page is the copy. */
s32
sys_page_copy(u32 from, u32 lo, u32 hi, u32 new_lo, u32 new_hi, u32 owner,
	      u32 elo, u32 ehi)
{
	s32 page = page_check(from, lo, hi, 0), n;

	if (page)
		return page;
	n = env_with_right(owner, elo, ehi);
	if (n < 0)
		return n;
	page = find_free(AE_PAGE_ANY);
	if (page < 0)
		return page;
	page_copy(KSEG0(page << AE_PAGE_SHIFT), KSEG0(from << AE_PAGE_SHIFT));
	page_caps[page].read = page_caps[page].write =
		(struct ae_cap){ new_lo, new_hi };
	holder_take(page, n);
	return page;
}

static s32
add_holder(u32 page, u32 n)
{
	if (page_records[page].state != AE_PG_OWNED)
		return AE_EPAGE;
	return holder_add(page, n);
}

/* What is not to be had may be among what the dead still give back. */
static s32
or_again(s32 e)
{
	return e == AE_ENOMEM && env_reap_some() ? AE_EAGAIN : e;
}

s32
sys_page_ref(u32 page, u32 lo, u32 hi, u32 holder, u32 elo, u32 ehi)
{
	s32 e = page_check(page, lo, hi, 0), n;

	if (e)
		return e;
	n = env_with_right(holder, elo, ehi);
	if (n < 0)
		return n;
	return or_again(add_holder(page, n));
}

#define REFS_STEP 1024 /* bounds the work of a call: what a page costs is */
#define REFS_EACH 14   /* this, and one for each holder it has */

s32
sys_page_refs(u32 page, u32 off, u32 len, u32 lo, u32 hi, u32 holder, u32 plo,
	      u32 phi)
{
	const u32 *list = (u32 *)(KSEG0(page << AE_PAGE_SHIFT) + off);
	s32 e = buffer_check(page, off, len, lo, hi, 0), n;
	u32 done = 0, cost = 0;

	if (e)
		return e;
	if ((off | len) & 3)
		return AE_EINVAL;
	n = env_with_right(holder, 0, 0);
	if (n < 0)
		return n;
	for (; done < len / 4 && cost < REFS_STEP; done++) {
		u32 p = list[done];

		e = page_check(p, plo, phi, 0);
		if (!e)
			e = add_holder(p, n);
		if (e && e != AE_EINUSE)
			return done ? (s32)done : or_again(e);
		cost += REFS_EACH + page_records[p].holders;
	}
	return done;
}

s32
sys_pinned(u32 va)
{
	return pin_get(current(), va >> AE_PAGE_SHIFT);
}

/* Who is not a holder drops the owner's reference. */
s32
sys_Dealloc(u32 page, u32 lo, u32 hi)
{
	s32 e = page_mine(page, lo, hi);
	u32 n = current();

	if (e)
		return e;
	if (!holder_has(page, n))
		n = page_records[page].owner;
	if (page_records[page].save == n)
		return AE_EINUSE; /* only its end frees its save areas */
	if (!holder_drop(page, n))
		page_release(page);
	revoke_given(n, AE_RES_PAGE);
	return 0;
}

s32
sys_chcap(u32 page, u32 lo, u32 hi, u32 rlo, u32 rhi, u32 wlo, u32 whi)
{
	s32 e = page_mine(page, lo, hi);

	if (e)
		return e;
	if (page_records[page].owner != current())
		return AE_EPERM;
	if (page_records[page].save)
		return AE_EINUSE;
	page_caps[page].read = (struct ae_cap){ rlo, rhi };
	page_caps[page].write = (struct ae_cap){ wlo, whi };
	stlb_unbind(page);
	return 0;
}

/*
 * The two when the page has many bindings (trap/syscall.S): some are searched
 * for, and the call is made again, so that interrupts come in between.  Those
 * that others make meanwhile are found as well; a slice is long enough.
 */
static int
done_in_steps(struct frame *f, u32 call, int allowed)
{
	if (allowed && !stlb_unbind_some(f->reg[4])) {
		f->reg[2] = call;
		return 0;
	}
	f->epc += 4;
	return 1;
}

void
frame_Dealloc(struct frame *f)
{
	u32 *r = f->reg;
	const struct ae_page *p = &page_records[r[4]];

	if (done_in_steps(f, SYSV_Dealloc,
			  !page_mine(r[4], r[5], r[6]) && p->holders == 1 &&
				  !p->save))
		r[2] = sys_Dealloc(r[4], r[5], r[6]);
}

void
frame_chcap(struct frame *f)
{
	u32 *r = f->reg;
	const struct ae_page *p = &page_records[r[4]];

	if (done_in_steps(f, SYSV_chcap,
			  !page_mine(r[4], r[5], r[6]) &&
				  p->owner == current() && !p->save))
		r[2] = sys_chcap(r[4], r[5], r[6], r[7], r[8], r[9], r[10]);
}

s32
sys_cacheflush(u32 page, u32 lo, u32 hi)
{
	s32 e = page_check(page, lo, hi, 0);

	if (e)
		return e;
	icache_flush(KSEG0(page << AE_PAGE_SHIFT), AE_PAGE_SIZE);
	return 0;
}
