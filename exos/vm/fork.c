/* SPDX-License-Identifier: MIT */
/* What fork asks of the address space, on both sides (proc/fork.c). */
#include "private.h"

static s32
create(const void *f)
{
	return exos_fork_create(f);
}

/* CRITICAL's part: a tick that came meanwhile ends the slice now. */
s32
exos_fork(const struct exos_fork *f)
{
	s32 name = exos_on_estack(create, f);

	if (exos_pin->intx[AE_SAVE_PENDING / 4])
		exos_slice_end();
	return name;
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
