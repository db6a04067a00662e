/* SPDX-License-Identifier: MIT */
/* cp [-rR] FILE... TARGET: copies files; -r directories too. */
#include <dirent.h>
#include <fcntl.h>

#include "target.h"

#define TEXT "cp [-rR] file... target"

static int recursive;

static void
copy_data(int from, const char *from_name, int to, const char *to_name)
{
	static char data[8192];
	ssize_t n, done;

	while ((n = read(from, data, sizeof data)) > 0)
		for (ssize_t at = 0; at < n; at += done) {
			done = write(to, data + at, n - at);
			if (done < 0) {
				complain("cp", to_name);
				return;
			}
		}
	if (n < 0)
		complain("cp", from_name);
}

static void
copy_file(const char *from, const struct stat *st, const char *to)
{
	struct stat there;
	int in, out;

	if (!stat(to, &there) && there.st_dev == st->st_dev &&
	    there.st_ino == st->st_ino) {
		fprintf(stderr, "cp: %s and %s are the same file\n", from, to);
		status = 1;
		return;
	}
	in = open(from, O_RDONLY);
	if (in < 0) {
		complain("cp", from);
		return;
	}
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC, st->st_mode & 0777);
	if (out < 0) {
		complain("cp", to);
	} else {
		copy_data(in, from, out, to);
		if (close(out))
			complain("cp", to);
	}
	close(in);
}

static int
is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

static void copy(const char *from, const char *to);

/* Is the directory st in or above the path?  Then copying has no end. */
static int
holds(const struct stat *st, const char *path)
{
	char up[PATH_MAX];
	struct stat dir, last = { 0 };

	if (snprintf(up, sizeof up, "%s", path) >= PATH_MAX)
		return 0;
	while (!stat(up, &dir)) {
		if (dir.st_ino == st->st_ino && dir.st_dev == st->st_dev)
			return 1;
		if (dir.st_ino == last.st_ino && dir.st_dev == last.st_dev)
			return 0; /* the root */
		last = dir;
		if (strlen(up) + 4 > sizeof up)
			return 0;
		strcat(up, "/..");
	}
	return 0;
}

static void
copy_dir(const char *from, const struct stat *st, const char *to)
{
	char below[PATH_MAX], target[PATH_MAX];
	struct dirent *e;
	struct stat there;
	DIR *d;

	if (mkdir(to, (st->st_mode & 0777) | 0700) &&
	    (errno != EEXIST || stat(to, &there) || !S_ISDIR(there.st_mode))) {
		complain("cp", to);
		return;
	}
	if (holds(st, to)) {
		fprintf(stderr, "cp: %s: cannot copy into itself\n", from);
		status = 1;
		return;
	}
	d = opendir(from);
	if (!d) {
		complain("cp", from);
		return;
	}
	while ((e = readdir(d)))
		if (!is_dots(e->d_name) &&
		    !join("cp", below, from, e->d_name) &&
		    !join("cp", target, to, e->d_name))
			copy(below, target);
	closedir(d);
}

static void
copy(const char *from, const char *to)
{
	struct stat st;

	if (stat(from, &st)) {
		complain("cp", from);
	} else if (!S_ISDIR(st.st_mode)) {
		copy_file(from, &st, to);
	} else if (recursive) {
		copy_dir(from, &st, to);
	} else {
		errno = EISDIR;
		complain("cp", from);
	}
}

int
main(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "rR")) != -1) {
		if (c != 'r' && c != 'R')
			usage(TEXT);
		recursive = 1;
	}
	if (argc - optind < 2)
		usage(TEXT);
	return each_to_target("cp", argc - optind - 1, argv + optind,
			      argv[argc - 1], copy);
}
