/* SPDX-License-Identifier: MIT */
/*
 * An instruction whose own page and whose data's page fall in one slot of the
 * STLB gets executed all the same.
 *
 * launch: --time-limit 4
 */
#include "../include/check.h"

static u32
slot_of(u32 va)
{
	return AE_STLB_HASH(exos_self >> 21 << 21 | va >> 12 << 2);
}

static __attribute__((noinline)) u32
load(const volatile u32 *p)
{
	return *p;
}

int
main(void)
{
	u32 code = (u32)load, va = 0x30000000;
	s32 page = exos_alloc();

	while (slot_of(va) != slot_of(code))
		va += AE_PAGE_SIZE;
	check(page >= 0, "%#lx and %#lx share a slot", (unsigned long)code,
	      (unsigned long)va);
	check_is(exos_map(va, LO(page, RW) | PT_CAP(CAP_OWN)), 0,
		 "a page is mapped there");
	fflush(stdout);
	check_is(load((u32 *)va), 0, "code of the one loads from the other");
	return check_plan();
}
