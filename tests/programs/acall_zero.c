/* SPDX-License-Identifier: MIT */
/* An Acall to name 0, which is nobody's: the kernel refuses it and lives. */
#include "../include/check.h"

int
main(void)
{
	check_is(ae_Acall(0), AE_EENV, "Acall to name 0: EENV");
	check_is(ae_Acall(1 << 30), AE_EENV, "Acall to name 1 << 30: EENV");
	return check_plan();
}
