/* SPDX-License-Identifier: MIT */
/* Stride scheduling: least pass first, and of equal ones the last. */
#include <exos/lock.h>
#include <exos/stride.h>

s32
exos_stride_join(struct exos_stride *c, u32 name, u32 share)
{
	if (share == 0 || share > EXOS_STRIDE_1)
		return AE_EINVAL;
	c->name = name;
	c->stride = c->pass = EXOS_STRIDE_1 / share;
	return 0;
}

/* Passes wrap around, so it is their difference that counts. */
static struct exos_stride *
least(struct exos_stride *c, u32 n)
{
	struct exos_stride *best = 0;

	for (; n; n--, c++) {
		if (c->name && !exos_alive(c->name))
			c->name = 0;
		if (c->name && (!best || (s32)(c->pass - best->pass) <= 0))
			best = c;
	}
	return best;
}

s32
exos_stride_run(struct exos_stride *c, u32 n)
{
	struct exos_stride *next = least(c, n);

	if (!next)
		return AE_EENV;
	next->pass += next->stride;
	exos_yield(next->name);
	return next - c;
}
