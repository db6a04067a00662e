/* SPDX-License-Identifier: MIT */
/* Ending: a process says how before its environment ends. */
#include <unistd.h>

#include <exos/exos.h>

#include "../fs/fs.h"

void
_exit(int status)
{
	if (process_cached)
		process_exit((status & 0xff) << 8);
	exos_exit(status & 0xff);
}
