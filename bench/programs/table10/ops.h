/* SPDX-License-Identifier: MIT */
/* The measured operations: C calls them, ops.S marks where each begins. */
#ifndef BENCH_OPS_H
#define BENCH_OPS_H

#include "../../window.h"

#define OPS_PAGES  100
#define OPS_RANGES (BENCH_WARM + 8) /* repetitions on all pages at once */

#ifndef __ASSEMBLER__

extern u32 ops_order[];		/* pages, in no order */

void ops_touch_all(void);
void ops_each(u32 va, u32 n, int writable);
void ops_dirty(const u32 *order, u32 rounds);
void ops_prot1(const u32 *order, u32 rounds);
void ops_prot100(u32 base, u32 rounds);
void ops_prot100_each(u32 base, u32 rounds);
void ops_trap(const u32 *order, u32 rounds);
void ops_appel1(const u32 *order, u32 rounds);
void ops_appel2(u32 base, u32 rounds);

#endif
#endif
