/* SPDX-License-Identifier: MIT */
/* link, unlink, rename, mkdir, rmdir, symlink, readlink and their errors. */
#include <limits.h>
#include <stdio.h>

#include "../include/posix.h"

/* A name and a link's text that have one character too many. */
static char long_name[NAME_MAX + 2], long_text[1025];

static void
make(const char *path, const char *text)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0666);

	write(fd, text, strlen(text));
	close(fd);
}

static int
holds(const char *path, const char *text)
{
	char got[32] = "";
	int fd = open(path, O_RDONLY);

	read(fd, got, sizeof got - 1);
	close(fd);
	return !strcmp(got, text);
}

static void
links(void)
{
	struct stat a, b;

	make("a", "one");
	gives(link("a", "b"), 0);
	good(!stat("a", &a) && !stat("b", &b) && a.st_ino == b.st_ino &&
		     a.st_nlink == 2,
	     "two names of one file");
	fails(link("a", "b"), EEXIST);
	fails(link("no", "c"), ENOENT);
	fails(link("a", "no/c"), ENOENT);
	fails(link("a", "c/"), ENOENT);
	fails(link("d", "c"), EPERM);
	fails(link("/bin/hello", "c"), EXDEV);
	fails(link("a", "/bin/c"), EROFS);
	fails(link("a/x", "c"), ENOTDIR);
	fails(link("a", "a/x"), ENOTDIR);
	fails(unlink("a/x"), ENOTDIR);
	fails(unlink("a/"), ENOTDIR);
	gives(rename("a", "b"), 0);
	good(!access("a", F_OK), "rename of one file's names does nothing");
	gives(unlink("a"), 0);
	good(holds("b", "one"), "the file is there under the other name");
	gives(unlink("b"), 0);
	fails(unlink("b"), ENOENT);
	fails(unlink("d"), EPERM);
	fails(unlink("d/"), EPERM);
	fails(unlink("/bin/hello"), EROFS);
}

static void
renames(void)
{
	make("a", "one");
	make("b", "two");
	gives(rename("a", "b"), 0);
	good(holds("b", "one"), "rename over a file");
	fails(rename("a", "c"), ENOENT);
	fails(rename("b", "d"), EISDIR);
	fails(rename("d", "b"), ENOTDIR);
	fails(rename("b", "c/"), ENOTDIR);
	fails(rename("b", "no/c"), ENOENT);
	fails(rename("b", "b/c"), ENOTDIR);
	fails(rename("b", long_name), ENAMETOOLONG);
	gives(rename("b", "d/b"), 0);
	gives(mkdir("e", 0777), 0);
	fails(rename("e", "d"), ENOTEMPTY);
	gives(rename("d", "e"), 0);
	good(holds("e/b", "one"), "rename over an empty directory");
	gives(mkdir("e/in", 0777), 0);
	fails(rename("e", "e/in/x"), EINVAL);
	fails(rename("e/in", "e/.."), EINVAL);
	fails(rename("/", "x"), EBUSY);
	fails(rename("/bin/hello", "x"), EROFS);
	fails(rename("e/b", "/bin/x"), EROFS);
	gives(rename("e", "d"), 0);
	gives(rmdir("d/in"), 0);
	gives(remove("d/b"), 0);
	fails(access("e", F_OK), ENOENT);
}

static void
directories(void)
{
	struct stat st;

	gives(mkdir("e", 0777), 0);
	gives(stat("e", &st), 0);
	good(S_ISDIR(st.st_mode) && st.st_nlink == 2 &&
		     (st.st_mode & 0777) == 0755,
	     "a new directory");
	fails(mkdir("e", 0777), EEXIST);
	fails(mkdir("no/e", 0777), ENOENT);
	fails(mkdir("/bin/e", 0777), EROFS);
	fails(mkdir(long_name, 0777), ENAMETOOLONG);
	fails(rmdir(long_name), ENAMETOOLONG);
	fails(rmdir("no"), ENOENT);
	fails(rmdir("/bin"), EROFS);
	fails(remove("/bin/hello"), EROFS);
	gives(mkdir("e/f/", 0777), 0);
	gives(stat("e", &st), 0);
	good(st.st_nlink == 3, "its subdirectory counts");
	fails(rmdir("e"), ENOTEMPTY);
	fails(remove("e"), ENOTEMPTY);
	fails(rmdir("e/f/."), EINVAL);
	fails(rmdir("e/f/.."), ENOTEMPTY);
	fails(rmdir("/"), EBUSY);
	gives(rmdir("e/f"), 0);
	make("e/g", "");
	fails(rmdir("e/g"), ENOTDIR);
	fails(mkdir("e/g/h", 0777), ENOTDIR);
	gives(remove("e/g"), 0);
	gives(remove("e"), 0);
	fails(remove("e"), ENOENT);
}

static void
symlinks(void)
{
	char text[64];
	struct stat st;

	make("a", "one");
	gives(symlink("a", "s"), 0);
	good(holds("s", "one"), "a symbolic link is followed");
	gives(lstat("s", &st), 0);
	good(S_ISLNK(st.st_mode) && st.st_size == 1, "or looked at itself");
	gives(readlink("s", text, sizeof text), 1);
	fails(readlink("a", text, sizeof text), EINVAL);
	fails(readlink("no", text, sizeof text), ENOENT);
	fails(open("s", O_RDONLY | O_NOFOLLOW), ELOOP);
	fails(symlink("a", "s"), EEXIST);
	fails(symlink("", "t"), ENOENT);
	fails(symlink("a", "no/t"), ENOENT);
	fails(symlink("a", "t/"), ENOENT);
	fails(symlink("a", "a/t"), ENOTDIR);
	fails(symlink("a", "/bin/t"), EROFS);
	fails(symlink(long_text, "t"), ENAMETOOLONG);
	fails(symlink("a", long_name), ENAMETOOLONG);
	fails(readlink("a/t", text, sizeof text), ENOTDIR);
	gives(symlink("t", "t"), 0);
	fails(access("t", F_OK), ELOOP);
	fails(open("t", O_CREAT | O_RDWR, 0666), ELOOP);
	fails(stat("t", &st), ELOOP);
	fails(chdir("t"), ELOOP);
	fails(truncate("t", 0), ELOOP);
	fails(mkdir("t/x", 0777), ELOOP);
	fails(unlink("t/x"), ELOOP);
	fails(readlink("t/x", text, sizeof text), ELOOP);
	good(!realpath("t", 0) && errno == ELOOP, "realpath: ELOOP");
	gives(symlink("nothing", "u"), 0);
	fails(access("u", F_OK), ENOENT);
	fails(open("u", O_CREAT | O_EXCL | O_WRONLY, 0666), EEXIST);
	make("u", "new");
	good(holds("nothing", "new"), "O_CREAT makes what a link names");
	gives(symlink("d/../a", "v"), 0);
	good(holds("v", "one"), "a link with more than a name");
	for (const char *s = "stuva"; *s; s++)
		unlink((char[]){ *s, 0 });
	gives(unlink("nothing"), 0);
}

/* The same calls, from a directory that is open. */
static void
from_directory(void)
{
	int at = open("d", O_RDONLY | O_DIRECTORY);
	char text[8];

	make("d/a", "one");
	gives(linkat(at, "a", at, "b", 0), 0);
	gives(symlinkat("a", at, "s"), 0);
	gives(readlinkat(at, "s", text, sizeof text), 1);
	gives(linkat(at, "s", at, "c", AT_SYMLINK_FOLLOW), 0);
	good(holds("d/c", "one"), "linkat to what a symbolic link names");
	gives(renameat(at, "b", AT_FDCWD, "b"), 0);
	gives(mkdirat(at, "e", 0777), 0);
	gives(unlinkat(at, "e", AT_REMOVEDIR), 0);
	fails(unlinkat(at, "a", AT_REMOVEDIR), ENOTDIR);
	fails(unlinkat(at, "a", 1), EINVAL);
	fails(mkdirat(1, "e", 0777), ENOTDIR);
	fails(mkdirat(77, "e", 0777), EBADF);
	fails(mkdirat(77, "/tmp", 0777), EEXIST);
	fails(linkat(77, "a", at, "b", 0), EBADF);
	fails(linkat(at, "a", 77, "b", 0), EBADF);
	fails(linkat(1, "a", at, "b", 0), ENOTDIR);
	fails(symlinkat("a", 77, "t"), EBADF);
	fails(symlinkat("a", 1, "t"), ENOTDIR);
	fails(readlinkat(77, "s", text, sizeof text), EBADF);
	fails(readlinkat(1, "s", text, sizeof text), ENOTDIR);
	fails(renameat(77, "a", at, "b"), EBADF);
	fails(renameat(at, "a", 1, "b"), ENOTDIR);
	fails(unlinkat(77, "a", 0), EBADF);
	fails(unlinkat(1, "a", 0), ENOTDIR);
	fails(unlinkat(at, "no", 0), ENOENT);
	fails(unlinkat(AT_FDCWD, "d", 0), EPERM);
	gives(unlinkat(at, "a", 0), 0);
	gives(unlinkat(at, "c", 0), 0);
	gives(unlinkat(at, "s", 0), 0);
	gives(unlinkat(77, "/tmp/t/b", 0), 0);
	gives(close(at), 0);
}

static void
test(void)
{
	memset(long_name, 'n', sizeof long_name - 1);
	memset(long_text, 't', sizeof long_text - 1);
	gives(mkdir("/tmp/t", 0777), 0);
	gives(chdir("/tmp/t"), 0);
	gives(mkdir("d", 0777), 0);
	links();
	renames();
	directories();
	symlinks();
	from_directory();
	gives(rmdir("d"), 0);
	gives(chdir("/"), 0);
	gives(rmdir("/tmp/t"), 0);
}

int
main(void)
{
	return posix_main(test);
}
