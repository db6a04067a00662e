/* SPDX-License-Identifier: MIT */
/* Directory streams. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "private.h"

#define BYTES 1024 /* of entries read at once */

struct exos_dir {
	int fd;
	u32 at, end; /* in entries[] */
	off_t next;  /* of the entry that readdir returns next */
	char entries[BYTES] __attribute__((aligned(8)));
};

ssize_t
getdents(int fd, void *to, size_t n)
{
	return result(fs_getdents(fd, to, n));
}

DIR *
fdopendir(int fd)
{
	struct stat st;
	DIR *d;

	if (fstat(fd, &st))
		return 0;
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return 0;
	}
	d = malloc(sizeof *d);
	if (!d)
		return 0;
	d->fd = fd;
	d->at = d->end = 0;
	d->next = lseek(fd, 0, SEEK_CUR);
	return d;
}

DIR *
opendir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? 0 : fdopendir(fd);

	if (fd >= 0 && !d)
		close(fd);
	return d;
}

struct dirent *
readdir(DIR *d)
{
	struct dirent *e;

	if (d->at == d->end) {
		s32 n = fs_getdents(d->fd, d->entries, BYTES);

		d->at = 0;
		d->end = n < 0 ? 0 : n;
		if (result(n) <= 0)
			return 0;
	}
	e = (struct dirent *)(d->entries + d->at);
	d->at += e->d_reclen;
	d->next = e->d_off;
	return e;
}

int
closedir(DIR *d)
{
	int fd = d->fd;

	free(d);
	return close(fd);
}

int
dirfd(DIR *d)
{
	return d->fd;
}

long
telldir(DIR *d)
{
	return d->next;
}

void
seekdir(DIR *d, long at)
{
	d->at = d->end = 0;
	d->next = lseek(d->fd, at, SEEK_SET);
}

void
rewinddir(DIR *d)
{
	seekdir(d, 0);
}
