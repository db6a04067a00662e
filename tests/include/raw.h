/* SPDX-License-Identifier: MIT */
/*
 * Environments without ExOS, for tests: one page that holds data, save areas
 * and code, seen by the test at an address of its own and by the child at
 * RAW_VA.  The code is position-independent and reaches the page through gp,
 * which it sets itself.
 */
#ifndef TESTS_RAW_H
#define TESTS_RAW_H

#define RAW_VA	    0x70000000 /* where the child has its page */
#define RAW_DATA    0x000      /* words that child and test share */
#define RAW_TLBX    0x400      /* save areas */
#define RAW_GENX    0x420
#define RAW_INTX    0x440
#define RAW_CODE    0x480
#define RAW_NOSLICE 0x100 /* in desc.flags: raw_create gives no slice */

#ifndef __ASSEMBLER__

#include "check.h"

struct raw {
	s32 name; /* or why it was not made */
	u32 page;
	volatile u32 *mem;
	u32 code; /* where the code lies in the test */
	struct ae_env_desc desc;
};

#define RAW_WINDOW EXOS_FREE /* the test's view of pages, by number */

/* Address in the child of a label of its code. */
static u32 UNUSED
raw_at(const struct raw *r, const char *label)
{
	return RAW_VA + RAW_CODE + ((u32)label - r->code);
}

/*
 * Where to see a page: at an address whose STLB slot nothing of ours has.
 * (Two pages that one instruction needs must not share a slot; the program
 * stlb_rivals tests that alone.)
 */
static UNUSED u32
raw_window(u32 page)
{
	u32 va = RAW_WINDOW + (page << AE_PAGE_SHIFT);

	for (; va < EXOS_FREE_END; va += 0x02000000) {
		u32 tag = exos_self >> 21 << 21 | va >> AE_PAGE_SHIFT << 2;
		u32 slot = AE_STLB_HASH(tag) >> 2;

		if (exos_stlb[AE_STLB_ENTRIES + slot] >> 21 != exos_self >> 21)
			break;
	}
	return va;
}

/* A page filled with code, and a description that enters it at its start. */
static void UNUSED
raw_prepare(struct raw *r, const char *code, const char *end)
{
	s32 page = ae_Alloc(AE_PAGE_ANY, own_cap.lo, own_cap.hi, own_cap.lo,
			    own_cap.hi, 0, 0, 0);

	*r = (struct raw){ .page = page, .code = (u32)code, .name = page };
	if (page < 0)
		return;
	r->mem = (volatile u32 *)raw_window(page);
	exos_map((u32)r->mem, LO(page, RW) | PT_CAP(CAP_OWN));
	memcpy((char *)r->mem + RAW_CODE, code, end - code);
	ae_cacheflush(page, own_cap.lo, own_cap.hi);
	r->desc.init = r->desc.prologue = raw_at(r, code);
	r->desc.epilogue = raw_at(r, code);
	r->desc.save_va = RAW_VA;
	r->desc.tlbx = RAW_TLBX;
	r->desc.genx = RAW_GENX;
	r->desc.intx = RAW_INTX;
	r->desc.pin[0] = (struct ae_pin){
		.va = RAW_VA,
		.lo = LO(page, RW),
		.cap = own_cap,
	};
}

/* Make the environment: its name, or an error. */
static s32 UNUSED
raw_create(struct raw *r)
{
	static struct ae_env_desc copy __attribute__((aligned(1024)));
	u32 page;

	copy = r->desc;
	copy.flags &= ~RAW_NOSLICE;
	page = page_under(&copy);
	r->name = ae_env_create(page, (u32)&copy & (AE_PAGE_SIZE - 1),
				sizeof copy, own_cap.lo, own_cap.hi);
	if (r->name > 0 && !(r->desc.flags & RAW_NOSLICE))
		ae_slice_alloc(AE_SLICE_ANY, own_cap.lo, own_cap.hi, r->name, 0,
			       0);
	return r->name;
}

/* End it and forget the page; exit status or error. */
static s32 UNUSED
raw_free(struct raw *r)
{
	s32 status = ae_env_free(r->name, 0);

	exos_unmap((u32)r->mem);
	return status;
}

static UNUSED const volatile struct ae_gate *
raw_gate(const struct raw *r)
{
	return &exos_gates[AE_NAME_NUMBER((u32)r->name)];
}

/* Let the child run until a word of its page changes or ticks pass. */
static int UNUSED
raw_wait(const struct raw *r, u32 word, u32 old, u32 ticks)
{
	u32 start = exos_info->ticks;

	while (r->mem[word] == old) {
		if (exos_info->ticks - start > ticks)
			return 0;
		pause_slice();
	}
	return 1;
}

#endif /* !__ASSEMBLER__ */
#endif
