/* SPDX-License-Identifier: MIT */
/* read, write and what belongs to them. */
#include <fcntl.h>
#include <unistd.h>

#include "private.h"

int
read(int fd, void *to, size_t n)
{
	return result(fs_read(fd, to, n));
}

int
write(int fd, const void *from, size_t n)
{
	return result(fs_write(fd, from, n));
}

ssize_t
pread(int fd, void *to, size_t n, off_t at)
{
	return result(fs_pread(fd, to, n, at));
}

ssize_t
pwrite(int fd, const void *from, size_t n, off_t at)
{
	return result(fs_pwrite(fd, from, n, at));
}

off_t
lseek(int fd, off_t offset, int whence)
{
	return result(fs_seek(fd, offset, whence));
}

int
ftruncate(int fd, off_t size)
{
	return result(fs_ftruncate(fd, size));
}

int
truncate(const char *path, off_t size)
{
	return result(fs_truncate(path, size));
}

/* Memory is as far as anything is written. */
int
fsync(int fd)
{
	return result(file_of(fd) ? 0 : -EBADF);
}

int
fdatasync(int fd)
{
	return fsync(fd);
}

void
sync(void)
{
}
