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
	const struct file *f = file_of(fd);

	if (!f)
		return result(-EBADF);
	switch (f->inode->type) {
	case INODE_DIR:
	case INODE_FILE:
	case INODE_ARCHIVE:
		return 0; /* there is nothing behind memory */
	default:
		return result(-EINVAL);
	}
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
