/* SPDX-License-Identifier: MIT */
/* stat, access, modes, times and owners of files. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

#include "private.h"

int
stat(const char *restrict path, struct stat *restrict st)
{
	return result(fs_stat(AT_FDCWD, path, st, 0));
}

int
lstat(const char *restrict path, struct stat *restrict st)
{
	return result(fs_stat(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW));
}

int
fstat(int fd, struct stat *st)
{
	return result(fs_fstat(fd, st));
}

int
fstatat(int dirfd, const char *restrict path, struct stat *restrict st,
	int flags)
{
	return result(fs_stat(dirfd, path, st, flags));
}

int
access(const char *path, int mode)
{
	return result(fs_access(AT_FDCWD, path, mode));
}

int
faccessat(int dirfd, const char *path, int mode, int flags)
{
	(void)flags; /* real and effective user are the same */
	return result(fs_access(dirfd, path, mode));
}

int
chmod(const char *path, mode_t mode)
{
	return result(fs_chmod(AT_FDCWD, path, mode));
}

int
fchmodat(int dirfd, const char *path, mode_t mode, int flags)
{
	(void)flags;
	return result(fs_chmod(dirfd, path, mode));
}

int
fchmod(int fd, mode_t mode)
{
	return result(fs_fchmod(fd, mode));
}

mode_t
umask(mode_t mask)
{
	return fs_umask(mask);
}

int
utime(const char *path, const struct utimbuf *t)
{
	u32 now = session_seconds();

	return result(fs_utime(AT_FDCWD, path, t ? t->actime : now,
			       t ? t->modtime : now, 0));
}

int
utimes(const char *path, const struct timeval *t)
{
	u32 now = session_seconds();

	return result(fs_utime(AT_FDCWD, path, t ? t[0].tv_sec : now,
			       t ? t[1].tv_sec : now, 0));
}

int
utimensat(int dirfd, const char *path, const struct timespec *t, int flags)
{
	u32 now = session_seconds();

	return result(fs_utime(dirfd, path, t ? t[0].tv_sec : now,
			       t ? t[1].tv_sec : now, flags));
}

int
futimens(int fd, const struct timespec *t)
{
	u32 now = session_seconds();

	return result(
		fs_futime(fd, t ? t[0].tv_sec : now, t ? t[1].tv_sec : now));
}
