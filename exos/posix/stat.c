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

struct times {
	u32 access, change; /* seconds */
};

static int
is_bad(long part, long whole)
{
	return part < 0 || part >= whole;
}

static int
set_times(int dirfd, const char *path, struct times t, int flags)
{
	return result(fs_utime(dirfd, path, t.access, t.change, flags));
}

int
utime(const char *path, const struct utimbuf *t)
{
	u32 now = session_seconds();
	struct times to = { t ? t->actime : now, t ? t->modtime : now };

	return set_times(AT_FDCWD, path, to, 0);
}

int
utimes(const char *path, const struct timeval *t)
{
	u32 now = session_seconds();
	struct times to = { t ? t[0].tv_sec : now, t ? t[1].tv_sec : now };

	for (int i = 0; t && i < 2; i++)
		if (is_bad(t[i].tv_usec, 1000000))
			return result(-EINVAL);
	return set_times(AT_FDCWD, path, to, 0);
}

/* UTIME_NOW and UTIME_OMIT stand for a time: 0, or -EINVAL. */
static int
seconds_of(const struct timespec *t, u32 *seconds)
{
	if (!t || t->tv_nsec == UTIME_NOW)
		*seconds = session_seconds();
	else if (t->tv_nsec == UTIME_OMIT)
		*seconds = FS_KEEP;
	else if (is_bad(t->tv_nsec, 1000000000))
		return -EINVAL;
	else
		*seconds = t->tv_sec;
	return 0;
}

static int
both_of(const struct timespec *t, struct times *to)
{
	int e = seconds_of(t, &to->access);

	return e ? e : seconds_of(t ? t + 1 : 0, &to->change);
}

int
utimensat(int dirfd, const char *path, const struct timespec *t, int flags)
{
	struct times to;
	int e = both_of(t, &to);

	return e ? result(e) : set_times(dirfd, path, to, flags);
}

int
futimens(int fd, const struct timespec *t)
{
	struct times to;
	int e = both_of(t, &to);

	return result(e ? e : fs_futime(fd, to.access, to.change));
}
