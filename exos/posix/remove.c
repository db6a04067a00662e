/* SPDX-License-Identifier: MIT */
/*
 * remove, for directories as well, which Newlib's own does not know.  A file
 * of its own with both functions of Newlib's, so that they replace that.
 */
#include <fcntl.h>
#include <reent.h>
#include <stdio.h>

#include "private.h"

int
_remove_r(struct _reent *reent, const char *path)
{
	int r = fs_unlink(AT_FDCWD, path);

	(void)reent;
	return result(r == -EPERM ? fs_rmdir(AT_FDCWD, path) : r);
}

int
remove(const char *path)
{
	return _remove_r(_REENT, path);
}
