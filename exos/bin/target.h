/* SPDX-License-Identifier: MIT */
/* What cp and mv share: files to a name, or into a directory. */
#ifndef EXOS_BIN_TARGET_H
#define EXOS_BIN_TARGET_H

#include <limits.h>
#include <sys/stat.h>

#include "tool.h"

/* path, of PATH_MAX bytes, becomes dir/name; -1: too long, complained. */
static inline int
join(const char *tool, char *path, const char *dir, const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", dir, name) < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	complain(tool, name);
	return -1;
}

/* The last name of a path, which loses the slashes at its end. */
static inline const char *
last_name(char *path)
{
	size_t n = strlen(path);
	char *name;

	while (n > 1 && path[n - 1] == '/')
		path[--n] = 0;
	name = strrchr(path, '/');
	return name && name[1] ? name + 1 : path;
}

/* Each of n files goes to target, or into it if it is a directory. */
static inline int
each_to_target(const char *tool, int n, char **files, const char *target,
	       void (*one)(const char *from, const char *to))
{
	char path[PATH_MAX];
	struct stat st;
	int into = !stat(target, &st) && S_ISDIR(st.st_mode);

	if (!into && n > 1) {
		errno = ENOTDIR;
		complain(tool, target);
		return status;
	}
	for (; n; n--, files++)
		if (!into)
			one(*files, target);
		else if (!join(tool, path, target, last_name(*files)))
			one(*files, path);
	return status;
}

#endif
