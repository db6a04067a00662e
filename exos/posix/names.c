/* SPDX-License-Identifier: MIT */
/* Calls on names of files. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "private.h"

int
unlink(const char *path)
{
	return result(fs_unlink(AT_FDCWD, path));
}

int
rmdir(const char *path)
{
	return result(fs_rmdir(AT_FDCWD, path));
}

int
unlinkat(int dirfd, const char *path, int flags)
{
	if (flags & ~AT_REMOVEDIR)
		return result(-EINVAL);
	return result(flags ? fs_rmdir(dirfd, path) : fs_unlink(dirfd, path));
}

int
rename(const char *old, const char *new)
{
	return result(fs_rename(AT_FDCWD, old, AT_FDCWD, new));
}

int
renameat(int olddir, const char *old, int newdir, const char *new)
{
	return result(fs_rename(olddir, old, newdir, new));
}

int
link(const char *old, const char *new)
{
	return result(fs_link(AT_FDCWD, old, AT_FDCWD, new, 0));
}

int
linkat(int olddir, const char *old, int newdir, const char *new, int flags)
{
	return result(fs_link(olddir, old, newdir, new, flags));
}

int
symlink(const char *text, const char *path)
{
	return result(fs_symlink(text, AT_FDCWD, path));
}

int
symlinkat(const char *text, int dirfd, const char *path)
{
	return result(fs_symlink(text, dirfd, path));
}

ssize_t
readlink(const char *restrict path, char *restrict to, size_t n)
{
	return result(fs_readlink(AT_FDCWD, path, to, n));
}

ssize_t
readlinkat(int dirfd, const char *restrict path, char *restrict to, size_t n)
{
	return result(fs_readlink(dirfd, path, to, n));
}

int
mkdir(const char *path, mode_t mode)
{
	return result(fs_mkdir(AT_FDCWD, path, mode));
}

int
mkdirat(int dirfd, const char *path, mode_t mode)
{
	return result(fs_mkdir(dirfd, path, mode));
}
