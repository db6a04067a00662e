/* SPDX-License-Identifier: MIT */
/* The working directory. */
#include <stdlib.h>
#include <unistd.h>

#include "private.h"

int
chdir(const char *path)
{
	return result(fs_chdir(path));
}

int
fchdir(int fd)
{
	return result(fs_fchdir(fd));
}

/* Without a buffer, one is allocated for the caller to free. */
char *
getcwd(char *to, size_t n)
{
	char *own = to ? 0 : malloc(n ? n : (n = FS_PATH_MAX));

	if (!to && !own)
		return 0;
	if (result(fs_getcwd(to ? to : own, n)) == 0)
		return to ? to : own;
	free(own);
	return 0;
}

/* Without a buffer of PATH_MAX bytes, one is allocated for the caller. */
char *
realpath(const char *restrict path, char *restrict to)
{
	char *own;

	if (!path) {
		errno = EINVAL;
		return 0;
	}
	own = to ? 0 : malloc(FS_PATH_MAX);
	if (!to && !own)
		return 0;
	if (result(fs_realpath(path, to ? to : own, FS_PATH_MAX)) == 0)
		return to ? to : own;
	free(own);
	return 0;
}
