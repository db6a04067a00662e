/* SPDX-License-Identifier: MIT */
/* Sets of signals. */
#include <errno.h>

#include "../proc/signal.h"
#include "private.h"

int
sigemptyset(sigset_t *set)
{
	*set = 0;
	return 0;
}

int
sigfillset(sigset_t *set)
{
	*set = ~1ul; /* there is no signal 0 */
	return 0;
}

int
sigaddset(sigset_t *set, int sig)
{
	if (is_no_signal(sig))
		return result(-EINVAL);
	*set |= BIT(sig);
	return 0;
}

int
sigdelset(sigset_t *set, int sig)
{
	if (is_no_signal(sig))
		return result(-EINVAL);
	*set &= ~BIT(sig);
	return 0;
}

int
sigismember(const sigset_t *set, int sig)
{
	if (is_no_signal(sig))
		return result(-EINVAL);
	return (*set & BIT(sig)) != 0;
}
