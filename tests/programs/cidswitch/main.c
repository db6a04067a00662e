/* SPDX-License-Identifier: MIT */
/*
 * CIDswitch into a child: pinned code that both have at the same address
 * reads the child's memory, and comes back.
 */
#include <string.h>

#include "../../include/check.h"
#include "../../include/raw.h"

/* switch.S: the word at va as the named environment sees it. */
EXOS_PINNED u32 word_of(u32 name, const void *va, s32 errors[2]);

static s32 errors[2];

static u32
parent_of(u32 name)
{
	return word_of(name, &exos_pin->boot.parent, errors);
}

/*
 * A child whose number is ours modulo 64 would need the ASID that we run
 * with: both address spaces would be in the TLB under one number.
 */
static void
same_asid(void)
{
	static struct raw r[130];
	u32 n = 0, own = AE_NAME_NUMBER(exos_self);

	do {
		raw_prepare(&r[n], "", "");
		r[n].desc.flags |= RAW_NOSLICE;
		raw_create(&r[n]);
	} while ((AE_NAME_NUMBER((u32)r[n].name) - own) % 64 && ++n < 130);
	check(n < 130 && r[n].name > 0, "a child with our ASID");
	check_is(ae_CIDswitch(r[n].name), AE_EINUSE,
		 "cannot be switched to: EINUSE");
	for (u32 i = 0; i <= n; i++)
		raw_free(&r[i]);
}

int
main(int argc, char **argv)
{
	char *child[] = { argv[0], "child" };
	s32 name, grandchild;

	if (argc > 1)
		for (;;)
			exos_yield(AE_NAME_SELF);
	name = exos_spawn(2, child);
	grandchild = exos_spawn(2, child);
	check(name > 0 && grandchild > 0, "two children");
	exos_pin->boot.parent = 0x1234;
	check_is(parent_of(AE_NAME_SELF), 0x1234, "our own word, by name 0");
	check_is(parent_of(exos_self), 0x1234, "and by our name");
	check_is(parent_of(name), exos_self, "the child's word");
	check(errors[0] == 0 && errors[1] == 0, "both switches succeed");
	check_is(exos_pin->boot.parent, 0x1234, "ours is as it was");
	check_is(parent_of(grandchild), exos_self, "the other child's");
	check_is(parent_of((u32)name ^ 1 << 15), 0x1234,
		 "a stale name changes nothing");
	check_is(errors[0], AE_EENV, "and is refused: EENV");
	ae_env_free(name, 0);
	check_is(parent_of(name), 0x1234, "nor does a dead child's");
	check_is(errors[0], AE_EENV, "which is refused: EENV");
	ae_env_free(grandchild, 0);
	same_asid();
	return check_plan();
}
