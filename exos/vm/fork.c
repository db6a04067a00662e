/* SPDX-License-Identifier: MIT */
/* What fork asks of the address space, on both sides (proc/fork.c). */
#include "private.h"

static s32
snapshot(const void *copies)
{
	return exos_fork_snapshot(copies);
}

/* CRITICAL's part: a tick that came meanwhile ends the slice now. */
u32
exos_fork_moment(const struct exos_fork_copy *copies)
{
	u32 n = exos_on_estack(snapshot, copies);

	if (exos_pin->intx[AE_SAVE_PENDING / 4])
		exos_slice_end();
	return n;
}

/* ExOS's own pages are written where nothing may fault: no waiting. */
static s32
own_range(u32 va, u32 end)
{
	s32 e = 0;

	while (!e && (va = exos_next(va, end)) < end) {
		u32 lo = exos_lookup(va);

		if (lo & PT_COW)
			e = exos_cow_break(va, lo);
		va += AE_PAGE_SIZE;
	}
	return e;
}

s32
exos_fork_own(void)
{
	s32 e = own_range(EXOS_FRAMES, EXOS_FRAMES_END);

	return e ? e : own_range(EXOS_REGIONS, EXOS_REGIONS_END);
}

/* A scratch page of its own for the child, which has its parent's mapped. */
s32
exos_fork_scratch(void)
{
	s32 page = exos_alloc_with(&exos_pin->caps[CAP_PINNED]);
	u32 lo;

	if (page < 0)
		return page;
	lo = (u32)page << AE_PAGE_SHIFT | AE_LO_V | PT_CAP(CAP_PINNED);
	CRITICAL(exos_pt_change(EXOS_COPY, 0, lo));
	lo = CRITICAL(
		exos_pt_change(EXOS_SCRATCH, 0, lo | PT_EXOS_D | PT_OWNED));
	exos_unbind(EXOS_COPY);
	exos_scratch = page;
	return exos_bind(EXOS_SCRATCH, lo);
}
