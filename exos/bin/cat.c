/* SPDX-License-Identifier: MIT */
/* cat [-u] [FILE...]: writes files one after the other. */
#include <fcntl.h>

#include "tool.h"

static int
write_all(const char *data, ssize_t n)
{
	while (n > 0) {
		ssize_t done = write(1, data, n);

		if (done < 0)
			return -1;
		data += done;
		n -= done;
	}
	return 0;
}

static void
cat(const char *name)
{
	static char data[8192];
	int fd = strcmp(name, "-") ? open(name, O_RDONLY) : 0;
	ssize_t n = 0;

	if (fd < 0) {
		complain("cat", name);
		return;
	}
	while ((n = read(fd, data, sizeof data)) > 0)
		if (write_all(data, n) < 0) {
			complain("cat", "standard output");
			exit(status);
		}
	if (n < 0)
		complain("cat", name);
	if (fd)
		close(fd);
}

int
main(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "u")) != -1)
		if (c != 'u')
			usage("cat [-u] [file...]");
	if (optind == argc)
		cat("-");
	while (optind < argc)
		cat(argv[optind++]);
	return status;
}
