/* SPDX-License-Identifier: MIT */
/*
 * Stride scheduling of processes by a process (Waldspurger and Weihl 1995;
 * SOSP'95 7.3).  The scheduler has a slice, its clients have none: at each
 * of its slices it gives the processor to the client whose pass is least.
 */
#ifndef EXOS_STRIDE_H
#define EXOS_STRIDE_H

#include <exos/exos.h>

#define EXOS_STRIDE_1 (1 << 20) /* stride of one share */

struct exos_stride {
	u32 name;   /* environment; 0: it has ended */
	u32 stride; /* EXOS_STRIDE_1 / share */
	u32 pass;
};

/* A client joins with its first pass one stride ahead.  EINVAL: share. */
s32 exos_stride_join(struct exos_stride *c, u32 name, u32 share);
/*
 * Run one of n clients for the rest of this slice.  Result: its index, when
 * the scheduler has the processor again; EENV when no client lives.
 */
s32 exos_stride_run(struct exos_stride *c, u32 n);

#endif
