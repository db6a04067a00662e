/* SPDX-License-Identifier: MIT */
/*
 * The capabilities that page-table entries name by index: each is kept as
 * long as somebody holds it or a page is mapped with it.
 */
#include "../private.h"

static u32 held[PIN_NCAPS]; /* exos_cap_add less exos_cap_drop */
static u32 used[PIN_NCAPS]; /* entries */

s32
exos_caps_add(const struct ae_cap *c)
{
	volatile struct ae_cap *caps = exos_pin->caps;
	u32 free = 0;

	if (!(c->lo | c->hi))
		return CAP_PUBLIC;
	for (u32 i = PIN_NCAPS - 1; i > CAP_PUBLIC; i--) {
		if (caps[i].lo == c->lo && caps[i].hi == c->hi) {
			held[i]++;
			return i;
		}
		if (i > CAP_OWN && !(caps[i].lo | caps[i].hi))
			free = i;
	}
	if (!free)
		return AE_ENOMEM;
	caps[free].lo = c->lo;
	caps[free].hi = c->hi;
	held[free]++;
	return free;
}

static void
forget_unused(u32 i)
{
	if (i > CAP_OWN && !held[i] && !used[i])
		exos_pin->caps[i] = (struct ae_cap){ 0, 0 };
}

s32
exos_caps_drop(u32 i)
{
	if (i >= PIN_NCAPS || !held[i])
		return AE_EINVAL;
	held[i]--;
	forget_unused(i);
	return 0;
}

s32
exos_caps_use(u32 i, int delta)
{
	used[i] += delta;
	forget_unused(i);
	return 0;
}
