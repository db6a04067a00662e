/* SPDX-License-Identifier: MIT */
/*
 * Random calls, each made here and of the host's own file system, which is
 * the model: results, errors and contents must be the same.  It begins in an
 * empty directory.
 *
 * usage: random SEED CALLS
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

#define FDS	      24
#define IO_MAX	      9000    /* bytes read or written at once */
#define FAR	      2200000 /* beyond the first table of pages */
#define SIZE_MAX_TEST (FAR + 4 * IO_MAX)

static int ours[FDS], theirs[FDS]; /* descriptors, or -1 */
static uint64_t state;
static char what[1200];

static u32
rnd(u32 n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (state >> 33) % n;
}

/* Up to four names; .. only after a name, so that it stays inside. */
static void
random_path(char *to)
{
	u32 n = 1 + rnd(3);
	int depth = 0;

	*to = 0;
	for (u32 i = 0; i < n; i++) {
		static const char *const names[] = { "a", "b", "c", "d", "e" };

		if (i)
			strcat(to, rnd(12) ? "/" : "//");
		if (rnd(12) == 0) {
			strcat(to, ".");
		} else if (depth && rnd(8) == 0) {
			strcat(to, "..");
			depth--;
		} else if (rnd(60) == 0) {
			u32 len = strlen(to), more = 254 + rnd(3);

			memset(to + len, 'x', more);
			to[len + more] = 0;
		} else {
			strcat(to, names[rnd(5)]);
			depth++;
		}
	}
	if (rnd(15) == 0)
		strcat(to, "/");
	if (rnd(200) == 0)
		*to = 0;
}

static int
is_path_error(int e)
{
	return e == ENOENT || e == ENOTDIR || e == ELOOP || e == ENAMETOOLONG;
}

/*
 * Where POSIX leaves the error open, or Linux has one of its own.  With two
 * paths, either may be found bad first.
 */
static int
same_error(const char *call, int our, int their)
{
	if (our == their)
		return 1;
	if ((!strcmp(call, "rename") || !strcmp(call, "link")) &&
	    is_path_error(our) && is_path_error(their))
		return 1;
	if (!strcmp(call, "unlink") && our == EPERM && their == EISDIR)
		return 1;
	if (!strcmp(call, "rename") && their == EBUSY)
		return our == EINVAL || is_path_error(our);
	if (!strcmp(call, "rename") && their == ENOTEMPTY && our == EISDIR)
		return 1; /* a file to a directory that holds it */
	/* Linux makes no file under a name with a slash, whatever is there;
	 * the slash may be in a symbolic link. */
	return !strcmp(call, "open") && their == EISDIR &&
	       (our == EEXIST || is_path_error(our));
}

/* Compare two results, each negative errno or a number. */
static int
compare(const char *call, s32 our, s32 their)
{
	if (our == their ||
	    (our < 0 && their < 0 && same_error(call, -our, -their)))
		return 1;
	check(0, "%s(%s): here %d, there %d (%s)", call, what, our, their,
	      their < 0 ? strerror(-their) : "");
	return 0;
}

#define THEIRS(call) ((call) < 0 ? -errno : 0)

static int
do_open(void)
{
	static const int extra[] = {
		0,	     O_CREAT,		O_CREAT | O_EXCL,
		O_TRUNC,     O_CREAT | O_TRUNC, O_APPEND | O_CREAT,
		O_DIRECTORY, O_NOFOLLOW
	};
	char path[1100];
	int flags = rnd(3) | extra[rnd(8)], k = rnd(FDS), a, b;

	if (ours[k] >= 0)
		return 1;
	random_path(path);
	snprintf(what, sizeof what, "%s, %#o", path, flags);
	a = fs_open(AT_FDCWD, path, flags, 0666);
	b = open(path, flags, 0666);
	if (b < 0)
		return compare("open", a, -errno);
	if (a < 0)
		return compare("open", a, b);
	ours[k] = a;
	theirs[k] = b;
	return 1;
}

static int
do_close(void)
{
	int k = rnd(FDS), a, b;

	a = fs_close(ours[k]);
	b = THEIRS(close(theirs[k]));
	snprintf(what, sizeof what, "%d", ours[k]);
	ours[k] = theirs[k] = -1;
	return compare("close", a, b);
}

static int
do_dup(void)
{
	int k = rnd(FDS), m = rnd(FDS), a, b;

	if (ours[m] >= 0 && ours[k] >= 0) {
		a = fs_dup2(ours[k], ours[m], 0) < 0;
		b = dup2(theirs[k], theirs[m]) < 0;
		return compare("dup2", a, b);
	}
	if (ours[k] < 0 || ours[m] >= 0)
		return 1;
	ours[m] = fs_dup(ours[k], 0, 0);
	theirs[m] = dup(theirs[k]);
	return compare("dup", ours[m] < 0, theirs[m] < 0);
}

static u32
random_offset(void)
{
	switch (rnd(10)) {
	case 0:
		return FAR + rnd(IO_MAX);
	case 1:
	case 2:
	case 3:
		return rnd(2 * IO_MAX);
	}
	return rnd(300);
}

/* A descriptor, which is open more often than not. */
static int
pick(void)
{
	int k = rnd(FDS);

	for (int i = 0; i < 4 && ours[k] < 0; i++)
		k = rnd(FDS);
	return k;
}

static int
do_read(void)
{
	static char a[IO_MAX], b[IO_MAX];
	int k = pick(), at = rnd(2);
	u32 n = rnd(3) ? rnd(100) : rnd(IO_MAX), where = random_offset();
	s32 r, q;

	r = at ? fs_pread(ours[k], a, n, where) : fs_read(ours[k], a, n);
	q = at ? pread(theirs[k], b, n, where) : read(theirs[k], b, n);
	snprintf(what, sizeof what, "%d, %u, %u", k, n, where);
	if (!compare("read", r, q < 0 ? -errno : q))
		return 0;
	if (r <= 0 || !memcmp(a, b, r))
		return 1;
	check(0, "read(%s): other bytes", what);
	return 0;
}

static int
do_write(void)
{
	static char a[IO_MAX];
	int k = pick(), at = rnd(2);
	u32 n = rnd(3) ? rnd(100) : rnd(IO_MAX), where = random_offset();
	s32 r, q;

	if (at && ours[k] >= 0 && fs_fcntl(ours[k], F_GETFL, 0) & O_APPEND)
		return 1; /* Linux appends, POSIX does not */
	for (u32 i = 0; i < n; i++)
		a[i] = rnd(256);
	r = at ? fs_pwrite(ours[k], a, n, where) : fs_write(ours[k], a, n);
	q = at ? pwrite(theirs[k], a, n, where) : write(theirs[k], a, n);
	snprintf(what, sizeof what, "%d, %u, %u", k, n, where);
	return compare("write", r, q < 0 ? -errno : q);
}

static int
do_seek(void)
{
	int k = pick(), whence = rnd(3);
	s32 to = (s32)random_offset() - (rnd(4) ? 0 : IO_MAX), r, q;
	struct stat st;

	if (ours[k] < 0 || fs_fstat(ours[k], &st) || !S_ISREG(st.st_mode))
		return 1;
	if (st.st_size > SIZE_MAX_TEST ||
	    fs_seek(ours[k], 0, SEEK_CUR) > SIZE_MAX_TEST)
		whence = SEEK_SET;
	r = fs_seek(ours[k], to, whence);
	q = lseek(theirs[k], to, whence);
	snprintf(what, sizeof what, "%d, %d, %d", k, to, whence);
	return compare("lseek", r, q < 0 ? -errno : q);
}

static int
do_truncate(void)
{
	char path[1100];
	int k = pick(), a, b;
	u32 n = random_offset();

	if (rnd(2)) {
		snprintf(what, sizeof what, "%d, %u", k, n);
		a = fs_ftruncate(ours[k], n);
		b = THEIRS(ftruncate(theirs[k], n));
		return compare("ftruncate", a, b);
	}
	random_path(path);
	snprintf(what, sizeof what, "%s, %u", path, n);
	a = fs_truncate(path, n);
	b = THEIRS(truncate(path, n));
	return compare("truncate", a, b);
}

static int
do_one_path(void)
{
	char path[1100];
	int a, b;

	random_path(path);
	snprintf(what, sizeof what, "%s", path);
	switch (rnd(6)) {
	case 0:
	case 1:
		a = fs_mkdir(AT_FDCWD, path, 0777);
		b = THEIRS(mkdir(path, 0777));
		return compare("mkdir", a, b);
	case 2:
		a = fs_rmdir(AT_FDCWD, path);
		b = THEIRS(rmdir(path));
		return compare("rmdir", a, b);
	case 3:
		a = fs_unlink(AT_FDCWD, path);
		b = THEIRS(unlink(path));
		return compare("unlink", a, b);
	case 4:
		a = fs_access(AT_FDCWD, path, X_OK);
		b = THEIRS(access(path, X_OK));
		return compare("access", a, b);
	}
	a = fs_chmod(AT_FDCWD, path, 0755);
	b = THEIRS(chmod(path, 0755));
	return compare("chmod", a, b);
}

static int
do_two_paths(void)
{
	char from[1100], to[1100];
	int a, b;

	random_path(from);
	random_path(to);
	snprintf(what, sizeof what, "%.500s, %.500s", from, to);
	switch (rnd(4)) {
	case 0:
		a = fs_link(AT_FDCWD, from, AT_FDCWD, to, 0);
		b = THEIRS(link(from, to));
		return compare("link", a, b);
	case 1:
		if (strchr(from, '.'))
			return 1; /* it could lead outside */
		a = fs_symlink(from, AT_FDCWD, to);
		b = THEIRS(symlink(from, to));
		return compare("symlink", a, b);
	}
	a = fs_rename(AT_FDCWD, from, AT_FDCWD, to);
	b = THEIRS(rename(from, to));
	return compare("rename", a, b);
}

static int
same_stat(const struct stat *a, const struct stat *b)
{
	if (a->st_mode != b->st_mode)
		return 0;
	return S_ISDIR(a->st_mode) ||
	       (a->st_size == b->st_size && a->st_nlink == b->st_nlink);
}

static int
do_stat(void)
{
	char path[1100], a[300], b[300];
	struct stat s, t;
	int flags = rnd(2) ? AT_SYMLINK_NOFOLLOW : 0;
	s32 r, q;

	random_path(path);
	snprintf(what, sizeof what, "%s, %d", path, flags);
	r = fs_stat(AT_FDCWD, path, &s, flags);
	q = THEIRS(fstatat(AT_FDCWD, path, &t, flags));
	if (!compare("stat", r, q))
		return 0;
	if (!r && !same_stat(&s, &t)) {
		check(0, "stat(%s): another inode", what);
		return 0;
	}
	r = fs_readlink(AT_FDCWD, path, a, sizeof a);
	q = readlink(path, b, sizeof b);
	if (!compare("readlink", r, q < 0 ? -errno : q))
		return 0;
	if (r > 0 && memcmp(a, b, r)) {
		check(0, "readlink(%s): another text", what);
		return 0;
	}
	return 1;
}

/* Names in a directory: how many, and a sum that has no order. */
static s32
list_ours(const char *path, u32 *sum)
{
	char buffer[400];
	int fd = fs_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);
	s32 n, count = 0;

	if (fd < 0)
		return fd;
	while ((n = fs_getdents(fd, buffer, sizeof buffer)) > 0)
		for (s32 at = 0; at < n; count++) {
			const struct dirent *d = (void *)(buffer + at);

			for (const char *c = d->d_name; *c; c++)
				*sum += (c - d->d_name + 1) * *c;
			*sum += d->d_type * 1000;
			at += d->d_reclen;
		}
	fs_close(fd);
	return n < 0 ? n : count;
}

static s32
list_theirs(const char *path, u32 *sum)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY);
	DIR *dir = fd < 0 ? 0 : fdopendir(fd);
	const struct dirent *d;
	s32 count = 0;

	if (!dir)
		return -errno;
	for (; (d = readdir(dir)); count++) {
		for (const char *c = d->d_name; *c; c++)
			*sum += (c - d->d_name + 1) * *c;
		*sum += d->d_type * 1000;
	}
	closedir(dir);
	return count;
}

static int
do_list(void)
{
	char path[1100];
	u32 a = 0, b = 0;

	random_path(path);
	snprintf(what, sizeof what, "%s", path);
	if (!compare("list", list_ours(path, &a), list_theirs(path, &b)))
		return 0;
	if (a != b)
		check(0, "list(%s): other names", path);
	return a == b;
}

static int (*const calls[])(void) = {
	do_open, do_open,      do_close,    do_close,	 do_dup,
	do_read, do_read,      do_write,    do_write,	 do_seek,
	do_stat, do_truncate,  do_one_path, do_one_path, do_two_paths,
	do_list, do_two_paths,
};

static int
begin(void)
{
	host_begin();
	umask(022);
	fs_umask(022);
	for (int k = 0; k < FDS; k++)
		ours[k] = theirs[k] = -1;
	return chmod(".", 0755) || fs_mkdir(AT_FDCWD, "/tmp/x", 0755) ||
	       fs_chdir("/tmp/x");
}

int
main(int argc, char **argv)
{
	u32 n = argc > 2 ? strtoul(argv[2], 0, 0) : 10000, i;
	const char *wrong = 0;

	state = argc > 1 ? strtoul(argv[1], 0, 0) : 1;
	if (begin()) {
		check(0, "a place to test in");
		return 1;
	}
	for (i = 0; i < n && !wrong; i++) {
		if (!calls[rnd(sizeof calls / sizeof *calls)]())
			break;
		if (i % 50 == 0)
			wrong = host_check();
	}
	if (wrong)
		check(0, "the segment is consistent: %s", wrong);
	for (int k = 0; k < FDS; k++)
		fs_close(ours[k]);
	process_end(1);
	wrong = host_check();
	check(i == n && !wrong, "%u random calls do what the host's do%s%s", i,
	      wrong ? ": " : "", wrong ? wrong : "");
	return check_result();
}
