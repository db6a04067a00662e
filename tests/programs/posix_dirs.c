/* SPDX-License-Identifier: MIT */
/* Reading directories, the working directory, and their errors. */
#include <dirent.h>
#include <stdio.h>

#include "../include/posix.h"

#define MANY 100

static int
count(const char *path)
{
	DIR *d = opendir(path);
	int n = 0;

	while (d && readdir(d))
		n++;
	return d && closedir(d) == 0 ? n : -1;
}

static void
reading(void)
{
	struct dirent *e;
	char name[32];
	int n = 0, fd;
	long at = 0;
	DIR *d;

	gives(mkdir("/tmp/d", 0777), 0);
	gives(count("/tmp/d"), 2);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof name, "/tmp/d/file%d", i);
		close(open(name, O_CREAT | O_WRONLY, 0666));
	}
	gives(count("/tmp/d"), MANY + 2);
	d = opendir("/tmp/d");
	e = readdir(d);
	good(e && !strcmp(e->d_name, ".") && e->d_type == DT_DIR, "dot first");
	e = readdir(d);
	good(e && !strcmp(e->d_name, ".."), "then dot dot");
	/* Everything read is removed, which must not disturb the rest. */
	for (; (e = readdir(d)); n++) {
		snprintf(name, sizeof name, "/tmp/d/%s", e->d_name);
		good(unlink(name) == 0, "an entry is removed as it is read");
		if (n == MANY / 2)
			at = telldir(d);
	}
	good(n == MANY, "no entry is missed");
	close(open("/tmp/d/new", O_CREAT | O_WRONLY, 0666));
	seekdir(d, at);
	e = readdir(d);
	good(e && !strcmp(e->d_name, "new"), "seekdir, over what is gone");
	rewinddir(d);
	e = readdir(d);
	good(e && !strcmp(e->d_name, "."), "rewinddir");
	good(dirfd(d) >= 0, "dirfd");
	gives(closedir(d), 0);
	d = opendir("/tmp/d");
	gives(close(dirfd(d)), 0);
	good(!readdir(d) && errno == EBADF, "readdir: EBADF");
	fails(closedir(d), EBADF);
	gives(unlink("/tmp/d/new"), 0);
	gives(rmdir("/tmp/d"), 0);
	errno = 0;
	good(!opendir("/tmp/d") && errno == ENOENT, "opendir: ENOENT");
	good(!opendir("/dev/null") && errno == ENOTDIR, "opendir: ENOTDIR");
	good(!fdopendir(77) && errno == EBADF, "fdopendir: EBADF");
	fd = open("/dev/null", O_RDONLY);
	good(!fdopendir(fd) && errno == ENOTDIR, "fdopendir: ENOTDIR");
	fails(getdents(fd, name, sizeof name), ENOTDIR);
	fails(getdents(77, name, sizeof name), EBADF);
	close(fd);
	fd = open("/", O_RDONLY);
	fails(getdents(fd, name, 1), EINVAL);
	close(fd);
	good(count("/bin") > 20 && count("/dev") == 6, "/bin and /dev");
}

static void
working(void)
{
	char path[64], *own;
	int fd;

	gives(chdir("/"), 0);
	good(getcwd(path, sizeof path) && !strcmp(path, "/"), "at the root");
	gives(mkdir("/tmp/d", 0777), 0);
	gives(mkdir("/tmp/d/e", 0777), 0);
	gives(chdir("/tmp/d/e"), 0);
	good(getcwd(path, sizeof path) && !strcmp(path, "/tmp/d/e"), "below");
	gives(chdir(".."), 0);
	gives(rename("/tmp/d", "/tmp/f"), 0);
	own = getcwd(0, 0);
	good(own && !strcmp(own, "/tmp/f"), "renamed, in memory of its own");
	free(own);
	good(!getcwd(path, 6) && errno == ERANGE, "getcwd: ERANGE");
	good(!getcwd(path, 0) && errno == EINVAL, "getcwd: EINVAL");
	fd = open("e", O_RDONLY);
	gives(fchdir(fd), 0);
	good(getcwd(path, sizeof path) && !strcmp(path, "/tmp/f/e"), "fchdir");
	gives(close(fd), 0);
	fails(fchdir(fd), EBADF);
	fails(fchdir(1), ENOTDIR);
	fails(chdir("no"), ENOENT);
	fails(chdir("/dev/null"), ENOTDIR);
	gives(rmdir("/tmp/f/e"), 0);
	good(!getcwd(path, sizeof path) && errno == ENOENT,
	     "getcwd: ENOENT, it was removed");
	fails(open("new", O_CREAT | O_WRONLY, 0666), ENOENT);
	fails(mkdir("new", 0777), ENOENT);
	fails(chdir(".."), ENOENT);
	gives(chdir("/bin"), 0);
	gives(rmdir("/tmp/f"), 0);
	good(access("hello", X_OK) == 0, "a relative path");
}

static void
test(void)
{
	reading();
	working();
}

int
main(void)
{
	return posix_main(test);
}
