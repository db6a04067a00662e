/* SPDX-License-Identifier: MIT */
/* close, dup, fcntl, pipe. */
#define _GNU_SOURCE /* dup3, pipe2 */
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "private.h"

int
close(int fd)
{
	return result(fs_close(fd));
}

int
dup(int fd)
{
	return result(fs_dup(fd, 0, 0));
}

int
dup2(int fd, int to)
{
	return result(fs_dup2(fd, to, 0));
}

int
dup3(int fd, int to, int flags)
{
	if (fd == to || flags & ~O_CLOEXEC)
		return result(-EINVAL);
	return result(fs_dup2(fd, to, flags != 0));
}

int
fcntl(int fd, int cmd, ...)
{
	va_list ap;
	int r;

	va_start(ap, cmd);
	r = fs_fcntl(fd, cmd, va_arg(ap, int));
	va_end(ap);
	return result(r);
}

int
pipe(int fd[2])
{
	return result(fs_pipe(fd, 0));
}

int
pipe2(int fd[2], int flags)
{
	return result(fs_pipe(fd, flags));
}
