/* SPDX-License-Identifier: MIT */
/* open and its relatives. */
#include <fcntl.h>
#include <stdarg.h>

#include "private.h"

/* The mode, which is there only if a file may be made. */
#define MODE(flags, ap) ((flags)&O_CREAT ? va_arg(ap, mode_t) : 0)

int
open(const char *path, int flags, ...)
{
	va_list ap;
	int fd;

	va_start(ap, flags);
	fd = fs_open(AT_FDCWD, path, flags, MODE(flags, ap));
	va_end(ap);
	return result(fd);
}

int
openat(int dirfd, const char *path, int flags, ...)
{
	va_list ap;
	int fd;

	va_start(ap, flags);
	fd = fs_open(dirfd, path, flags, MODE(flags, ap));
	va_end(ap);
	return result(fd);
}

int
creat(const char *path, mode_t mode)
{
	return result(
		fs_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode));
}
