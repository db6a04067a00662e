/* SPDX-License-Identifier: MIT */
/* rm [-fr] FILE...: removes files; -r directories and what is in them too. */
#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>

#include "tool.h"

static int force;

static void remove_tree(const char *path);

/* What is in a directory, read from its start again while entries go. */
static void
empty(const char *path)
{
	char below[PATH_MAX];
	struct dirent *e;
	DIR *d = opendir(path);
	int before;

	if (!d) {
		complain("rm", path);
		return;
	}
	before = status;
	status = 0;
	while ((e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if ((size_t)snprintf(below, sizeof below, "%s/%s", path,
				     e->d_name) >= sizeof below) {
			errno = ENAMETOOLONG;
			complain("rm", path);
		} else {
			remove_tree(below);
			if (!status)
				rewinddir(d);
		}
	}
	status |= before;
	closedir(d);
}

static void
remove_tree(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		complain("rm", path);
	else if (!S_ISDIR(st.st_mode)) {
		if (unlink(path))
			complain("rm", path);
	} else {
		empty(path);
		if (rmdir(path))
			complain("rm", path);
	}
}

/* The last name of a path, a slash at its end or not. */
static int
is_dots(const char *path)
{
	size_t n = strlen(path);
	const char *name;

	while (n > 1 && path[n - 1] == '/')
		n--;
	name = path + n;
	while (name > path && name[-1] != '/')
		name--;
	n -= name - path;
	return (n == 1 && name[0] == '.') ||
	       (n == 2 && name[0] == '.' && name[1] == '.');
}

static void
rm(const char *path, int recursive)
{
	struct stat st;

	if (is_dots(path)) {
		errno = EINVAL;
		complain("rm", path);
	} else if (lstat(path, &st)) {
		if (!force || errno != ENOENT)
			complain("rm", path);
	} else if (S_ISDIR(st.st_mode) && !recursive) {
		errno = EISDIR;
		complain("rm", path);
	} else {
		remove_tree(path);
	}
}

int
main(int argc, char **argv)
{
	int c, recursive = 0;

	while ((c = getopt(argc, argv, "frR")) != -1)
		switch (c) {
		case 'f':
			force = 1;
			break;
		case 'r':
		case 'R':
			recursive = 1;
			break;
		default:
			usage("rm [-fr] file...");
		}
	if (optind == argc && !force)
		usage("rm [-fr] file...");
	while (optind < argc)
		rm(argv[optind++], recursive);
	return status;
}
