/* SPDX-License-Identifier: MIT */
/* stat, access, chmod, utime, umask and their errors. */
#include <sys/time.h>
#include <utime.h>

#include "../include/posix.h"

static void
stats(void)
{
	struct stat st, other;
	int fd;

	gives(stat("/bin/hello", &st), 0);
	good(S_ISREG(st.st_mode) && st.st_size > 1000 && st.st_mode & 0111,
	     "a program of the archive");
	gives(stat("/bin", &other), 0);
	good(S_ISDIR(other.st_mode) && other.st_dev == st.st_dev,
	     "and its directory");
	gives(stat("/tmp", &other), 0);
	good(other.st_dev != st.st_dev, "/tmp is on another device");
	gives(stat("/dev/null", &st), 0);
	gives(stat("/dev/zero", &other), 0);
	good(S_ISCHR(st.st_mode) && st.st_rdev != other.st_rdev, "devices");
	gives(fstatat(AT_FDCWD, "/dev/zero", &st, AT_SYMLINK_NOFOLLOW), 0);
	good(st.st_ino == other.st_ino, "fstatat");
	gives(faccessat(AT_FDCWD, "/dev/zero", W_OK, 0), 0);
	fails(faccessat(77, "zero", W_OK, 0), EBADF);
	fails(stat("/no", &st), ENOENT);
	fails(stat("/dev/null/x", &st), ENOTDIR);
	fails(fstat(77, &st), EBADF);
	fails(lstat("/no", &st), ENOENT);
	fails(fstatat(77, "zero", &st, 0), EBADF);
	fails(fstatat(1, "zero", &st, 0), ENOTDIR);
	fails(fstatat(AT_FDCWD, "/no", &st, 0), ENOENT);
	fails(faccessat(1, "zero", W_OK, 0), ENOTDIR);
	fails(faccessat(AT_FDCWD, "/dev/zero", 64, 0), EINVAL);
	fd = open("/tmp/f", O_CREAT | O_RDWR, 0640);
	gives(fstat(fd, &st), 0);
	gives(lstat("/tmp/f", &other), 0);
	good(st.st_ino == other.st_ino && st.st_dev == other.st_dev &&
		     st.st_mode == (S_IFREG | 0640) && st.st_uid == 0,
	     "one file by its descriptor and by its name");
	gives(close(fd), 0);
	gives(unlink("/tmp/f"), 0);
}

static void
modes(void)
{
	struct stat st;
	int fd = open("/tmp/f", O_CREAT | O_RDWR, 0666);

	gives(fchmodat(AT_FDCWD, "/tmp/f", 0600, 0), 0);
	fails(access("/tmp/f", X_OK), EACCES);
	gives(chmod("/tmp/f", 0700), 0);
	gives(access("/tmp/f", R_OK | W_OK | X_OK), 0);
	gives(fchmod(fd, 01604), 0);
	gives(fstat(fd, &st), 0);
	good((st.st_mode & 07777) == 01604, "all bits of a mode");
	fails(access("/tmp/f", X_OK), EACCES);
	gives(access("/tmp", X_OK), 0);
	fails(access("/tmp/no", F_OK), ENOENT);
	fails(access("/bin/hello", W_OK), EROFS);
	fails(access("/tmp/f", 64), EINVAL);
	fails(chmod("/tmp/no", 0), ENOENT);
	fails(chmod("/bin/hello", 0), EROFS);
	fails(fchmod(77, 0), EBADF);
	fails(chmod("/tmp/f/g", 0), ENOTDIR);
	fails(fchmodat(77, "f", 0, 0), EBADF);
	fails(fchmodat(fd, "f", 0, 0), ENOTDIR);
	fails(fchmodat(AT_FDCWD, "/tmp/no", 0, 0), ENOENT);
	fails(fchmodat(AT_FDCWD, "/bin/hello", 0, 0), EROFS);
	close(fd);
	fd = open("/bin/hello", O_RDONLY);
	fails(fchmod(fd, 0), EROFS);
	close(fd);
	gives(unlink("/tmp/f"), 0);
	gives(umask(077), 022);
	close(open("/tmp/f", O_CREAT | O_RDWR, 0666));
	gives(umask(022), 077);
	gives(stat("/tmp/f", &st), 0);
	good((st.st_mode & 07777) == 0600, "umask takes bits away");
	gives(unlink("/tmp/f"), 0);
}

static void
times(void)
{
	const struct utimbuf then = { .actime = 12345, .modtime = 67890 };
	const struct timeval tv[2] = { { .tv_sec = 5 }, { .tv_sec = 6 } };
	const struct timespec ts[] = { { .tv_sec = 7 },
				       { .tv_sec = 8 },
				       { .tv_sec = 9 } };
	const struct timespec omit[2] = { { 1, UTIME_OMIT }, { 2, UTIME_NOW } };
	const struct timespec bad[3] = { { 1, 0 },
					 { 2, 1000000000 },
					 { 3, -3 } };
	const struct timeval bad_tv[2] = { { 1, 0 }, { 2, 1000000 } };
	struct stat st;
	int fd;

	close(open("/tmp/f", O_CREAT | O_RDWR, 0666));
	gives(utime("/tmp/f", &then), 0);
	gives(stat("/tmp/f", &st), 0);
	good(st.st_atime == 12345 && st.st_mtime == 67890, "utime");
	gives(utimes("/tmp/f", tv), 0);
	gives(stat("/tmp/f", &st), 0);
	good(st.st_atime == 5 && st.st_mtime == 6, "utimes");
	gives(utime("/tmp/f", 0), 0);
	gives(stat("/tmp/f", &st), 0);
	good(st.st_mtime == st.st_ctime && st.st_mtime != 6, "now");
	gives(utimensat(AT_FDCWD, "/tmp/f", ts, 0), 0);
	gives(stat("/tmp/f", &st), 0);
	good(st.st_atime == 7 && st.st_mtime == 8, "utimensat");
	fd = open("/tmp/f", O_RDONLY);
	gives(futimens(fd, ts + 1), 0);
	gives(fstat(fd, &st), 0);
	good(st.st_atime == 8 && st.st_mtime == 9, "futimens");
	gives(futimens(fd, omit), 0);
	gives(fstat(fd, &st), 0);
	good(st.st_atime == 8 && st.st_mtime == st.st_ctime && st.st_mtime != 9,
	     "UTIME_OMIT and UTIME_NOW");
	fails(futimens(fd, bad), EINVAL);
	fails(utimensat(AT_FDCWD, "/tmp/f", bad + 1, 0), EINVAL);
	fails(utimes("/tmp/f", bad_tv), EINVAL);
	gives(fdatasync(fd), 0);
	gives(close(fd), 0);
	fails(futimens(fd, ts), EBADF);
	fails(utime("/tmp/no", &then), ENOENT);
	fails(utime("/bin/hello", &then), EROFS);
	fails(utimes("/tmp/no", tv), ENOENT);
	fails(utimes("/bin/hello", tv), EROFS);
	fails(utimensat(77, "f", ts, 0), EBADF);
	fails(utimensat(1, "f", ts, 0), ENOTDIR);
	fails(utimensat(AT_FDCWD, "/tmp/no", ts, 0), ENOENT);
	fails(utimensat(AT_FDCWD, "/bin/hello", ts, 0), EROFS);
	fd = open("/bin/hello", O_RDONLY);
	fails(futimens(fd, ts), EROFS);
	gives(close(fd), 0);
	gives(unlink("/tmp/f"), 0);
}

static void
test(void)
{
	stats();
	modes();
	times();
}

int
main(void)
{
	while (session_seconds() == 6 || session_seconds() == 0)
		pause_slice(); /* "now" must differ from what is set */
	return posix_main(test);
}
