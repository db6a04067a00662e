/* SPDX-License-Identifier: MIT */
/* open, read, write, lseek, truncate and their errors. */
#include "../include/posix.h"

static char buffer[9000];

static void
opens(void)
{
	int fd;

	fails(open("/tmp/f", O_RDONLY), ENOENT);
	fails(open("/tmp/no/f", O_CREAT | O_RDWR, 0666), ENOENT);
	fails(open("", O_RDONLY), ENOENT);
	fd = open("/tmp/f", O_CREAT | O_EXCL | O_RDWR, 0666);
	good(fd == 3, "the lowest descriptor");
	fails(open("/tmp/f", O_CREAT | O_EXCL | O_RDWR, 0666), EEXIST);
	fails(open("/tmp/f/g", O_RDONLY), ENOTDIR);
	fails(open("/tmp/f/", O_RDONLY), ENOTDIR);
	fails(open("/tmp/f", O_RDONLY | O_DIRECTORY), ENOTDIR);
	fails(open("/tmp", O_WRONLY), EISDIR);
	fails(open("/tmp", O_RDONLY | O_CREAT, 0666), EISDIR);
	fails(open("/tmp", O_RDONLY | O_TRUNC), EISDIR);
	fails(creat("/tmp", 0666), EISDIR);
	fails(open("/bin/hello", O_WRONLY), EROFS);
	fails(open("/bin/hello", O_RDONLY | O_TRUNC), EROFS);
	fails(open("/bin/new", O_CREAT | O_RDWR, 0666), EROFS);
	fails(open("/tmp/new/", O_CREAT | O_RDWR, 0666), EISDIR);
	fails(open("/tmp/f", O_RDWR | O_WRONLY), EINVAL);
	memset(buffer, 'n', 300);
	memcpy(buffer, "/tmp/", 5);
	buffer[5 + 256] = 0;
	fails(open(buffer, O_CREAT | O_RDWR, 0666), ENAMETOOLONG);
	memset(buffer, '/', 1024);
	buffer[1024] = 0;
	fails(open(buffer, O_RDONLY), ENAMETOOLONG);
	gives(close(fd), 0);
	fails(close(fd), EBADF);
	fails(close(-1), EBADF);
	fails(close(64), EBADF);
	fd = creat("/tmp/f", 0600);
	fails(read(fd, buffer, 1), EBADF);
	fails(pread(fd, buffer, 1, 0), EBADF);
	gives(write(fd, "x", 1), 1);
	gives(close(fd), 0);
	fd = open("/tmp/f", O_RDONLY);
	fails(write(fd, "x", 1), EBADF);
	fails(pwrite(fd, "x", 1, 0), EBADF);
	fails(ftruncate(fd, 0), EINVAL);
	gives(read(fd, buffer, 9), 1);
	gives(read(fd, buffer, 9), 0);
	gives(close(fd), 0);
	gives(unlink("/tmp/f"), 0);
}

static void
directories(void)
{
	int fd = open("/tmp", O_RDONLY);

	good(fd >= 0, "a directory opens for reading");
	fails(read(fd, buffer, 1), EISDIR);
	fails(pread(fd, buffer, 1, 0), EISDIR);
	fails(write(fd, buffer, 1), EBADF);
	fails(ftruncate(fd, 0), EINVAL);
	good(openat(fd, "f", O_CREAT | O_WRONLY, 0666) == fd + 1,
	     "openat makes a file in it");
	gives(close(fd + 1), 0);
	gives(unlinkat(fd, "f", 0), 0);
	fails(openat(9, "f", O_RDONLY), EBADF);
	fails(openat(1, "f", O_RDONLY), ENOTDIR);
	gives(close(fd), 0);
}

static void
offsets(void)
{
	int fd = open("/tmp/f", O_CREAT | O_RDWR, 0666);
	int ends = open("/tmp/f", O_WRONLY | O_APPEND);

	gives(write(fd, "abcdef", 6), 6);
	gives(lseek(fd, 2, SEEK_SET), 2);
	gives(lseek(fd, 1, SEEK_CUR), 3);
	gives(read(fd, buffer, 2), 2);
	good(!memcmp(buffer, "de", 2), "what is at the offset");
	gives(lseek(fd, -1, SEEK_END), 5);
	fails(lseek(fd, -7, SEEK_END), EINVAL);
	fails(lseek(fd, 0, 9), EINVAL);
	fails(lseek(fd, 0x7fffffff, SEEK_CUR), EOVERFLOW);
	gives(lseek(fd, 0, SEEK_CUR), 5);
	gives(write(ends, "gh", 2), 2);
	gives(pread(fd, buffer, 9, 4), 4);
	good(!memcmp(buffer, "efgh", 4), "O_APPEND wrote at the end");
	gives(pwrite(fd, "X", 1, 0), 1);
	fails(pread(fd, buffer, 1, -1), EINVAL);
	fails(pwrite(fd, buffer, 1, -1), EINVAL);
	gives(lseek(fd, 0, SEEK_CUR), 5);
	gives(close(ends), 0);
	gives(close(fd), 0);
	gives(unlink("/tmp/f"), 0);
}

static int
all_zero(const char *s, u32 n)
{
	while (n && !*s)
		s++, n--;
	return n == 0;
}

static void
sparse(void)
{
	int fd = open("/tmp/f", O_CREAT | O_RDWR, 0666);
	struct stat st;

	gives(pwrite(fd, "end", 3, 5000000), 3);
	gives(fstat(fd, &st), 0);
	good(st.st_size == 5000003 && st.st_blocks == 3 * 8,
	     "a hole takes no pages, but for tables");
	gives(pread(fd, buffer, 9000, 4990000), 9000);
	good(all_zero(buffer, 9000), "a hole reads as zeros");
	memset(buffer, 'x', 9000);
	gives(pwrite(fd, buffer, 9000, 0), 9000);
	gives(ftruncate(fd, 10), 0);
	gives(ftruncate(fd, 9000), 0);
	gives(read(fd, buffer, 9000), 9000);
	good(all_zero(buffer + 10, 8990), "what was cut off is gone");
	gives(fstat(fd, &st), 0);
	good(st.st_blocks == 8, "and its pages are free");
	fails(ftruncate(fd, -1), EINVAL);
	fails(pwrite(fd, "x", 1, 0x7fffffff), EFBIG);
	gives(pwrite(fd, "xy", 2, 0x7ffffffe), 1);
	gives(truncate("/tmp/f", 0), 0);
	fails(truncate("/tmp", 0), EISDIR);
	fails(truncate("/tmp/g", 0), ENOENT);
	fails(truncate("/tmp/f", -1), EINVAL);
	fails(truncate("/tmp/f/g", 0), ENOTDIR);
	fails(truncate("/bin/hello", 0), EROFS);
	fails(truncate("/dev/null", 0), EINVAL);
	gives(close(fd), 0);
	gives(unlink("/tmp/f"), 0);
}

static void
unlinked(void)
{
	int fd = open("/tmp/f", O_CREAT | O_RDWR, 0666);
	struct stat st;

	gives(unlink("/tmp/f"), 0);
	fails(access("/tmp/f", F_OK), ENOENT);
	gives(write(fd, "still", 5), 5);
	gives(pread(fd, buffer, 9, 0), 5);
	gives(fstat(fd, &st), 0);
	good(st.st_nlink == 0 && st.st_size == 5, "a file without a name");
	gives(close(fd), 0);
}

static void
devices(void)
{
	int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDWR);

	gives(write(null, buffer, 9000), 9000);
	gives(read(null, buffer, 9000), 0);
	memset(buffer, 'x', 9000);
	gives(read(zero, buffer, 9000), 9000);
	good(all_zero(buffer, 9000), "/dev/zero reads as zeros");
	gives(write(zero, buffer, 5), 5);
	fails(ftruncate(null, 0), EINVAL);
	fails(fsync(null), EINVAL);
	fails(fdatasync(zero), EINVAL);
	gives(close(null), 0);
	gives(close(zero), 0);
	fails(fsync(zero), EBADF);
	fails(write(77, "x", 1), EBADF);
	fails(read(77, buffer, 1), EBADF);
	fails(pread(77, buffer, 1, 0), EBADF);
	fails(pwrite(77, "x", 1, 0), EBADF);
	fails(lseek(77, 0, SEEK_SET), EBADF);
	fails(ftruncate(77, 0), EBADF);
	fails(fdatasync(77), EBADF);
}

static void
test(void)
{
	opens();
	directories();
	offsets();
	sparse();
	unlinked();
	devices();
}

int
main(void)
{
	return posix_main(test);
}
