/* SPDX-License-Identifier: MIT */
/* mv [-f] FILE... TARGET: renames files.  There is one file system. */
#include <limits.h>
#include <sys/stat.h>

#include "tool.h"

#define TEXT "mv [-f] file... target"

static void
move(const char *from, const char *to)
{
	if (rename(from, to))
		complain("mv", from);
}

static void
move_into(char *from, const char *dir)
{
	char target[PATH_MAX];
	size_t n = strlen(from);
	char *name;

	while (n > 1 && from[n - 1] == '/')
		from[--n] = 0;
	name = strrchr(from, '/');
	name = name && name[1] ? name + 1 : from;
	if (snprintf(target, PATH_MAX, "%s/%s", dir, name) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		complain("mv", from);
		return;
	}
	move(from, target);
}

int
main(int argc, char **argv)
{
	const char *target;
	struct stat st;
	int c, into;

	while ((c = getopt(argc, argv, "f")) != -1)
		if (c != 'f')
			usage(TEXT);
	if (argc - optind < 2)
		usage(TEXT);
	target = argv[--argc];
	into = !stat(target, &st) && S_ISDIR(st.st_mode);
	if (!into && argc - optind > 1) {
		errno = ENOTDIR;
		complain("mv", target);
		return status;
	}
	for (; optind < argc; optind++)
		if (into)
			move_into(argv[optind], target);
		else
			move(argv[optind], target);
	return status;
}
