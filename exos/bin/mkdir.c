/* SPDX-License-Identifier: MIT */
/* mkdir [-p] DIRECTORY...: makes directories; -p those above them too. */
#include <sys/stat.h>

#include "tool.h"

/* Every directory on the way that is not there yet. */
static int
make_path(char *path)
{
	struct stat st;

	for (char *p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = 0;
		if (mkdir(path, 0777) && errno != EEXIST)
			return -1;
		*p = '/';
	}
	if (!mkdir(path, 0777))
		return 0;
	return errno == EEXIST && !stat(path, &st) && S_ISDIR(st.st_mode) ? 0 :
									    -1;
}

int
main(int argc, char **argv)
{
	int c, parents = 0;

	while ((c = getopt(argc, argv, "p")) != -1) {
		if (c != 'p')
			usage("mkdir [-p] directory...");
		parents = 1;
	}
	if (optind == argc)
		usage("mkdir [-p] directory...");
	for (; optind < argc; optind++) {
		char *path = argv[optind];

		if (parents ? make_path(path) : mkdir(path, 0777))
			complain("mkdir", path);
	}
	return status;
}
