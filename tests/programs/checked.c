/* SPDX-License-Identifier: MIT */
/*
 * The kernel checks its own invariants, in the build that can: debug_check
 * finds nothing in a system at work.  tests/invariants breaks each of them
 * under this program's feet.
 */
#include "../include/check.h"
#include "../include/raw.h"

int
main(int argc, char **argv)
{
	int checks = (exos_info->build & AE_BUILD_CHECKS) != 0;
	s32 want = checks ? 0 : AE_ENOSYS, child;

	if (check_part(argc, argv, "wait")) {
		wait_ticks(2);
		return 0;
	}
	check_is(ae_debug_check(), want,
		 checks ? "every invariant holds at the start" :
			  "a kernel without checks says so: ENOSYS");
	child = check_spawn("wait", 0);
	check(child > 0, "a child");
	pause_slice();
	check_is(ae_page_ref(page_under(&check_count), own_cap.lo, own_cap.hi,
			     child, 0, 0),
		 0, "a page with two holders");
	check_is(ae_revoke(child, 0, 0, AE_RES_PAGE, 1, 1 << 10), 0,
		 "a revocation under way");
	check_is(ae_env_ref(child, 0, 0), 0, "a reference to the child");
	check_is(ae_debug_check(), want, "with all that they still hold");
	check_is(exos_wait(child), 0, "the child ended");
	check_is(ae_debug_check(), want, "with a dead one they hold");
	check_is(ae_env_unref(child), 0, "the reference is dropped");
	check_is(ae_debug_check(), want, "at the end they hold");
	return check_plan();
}
