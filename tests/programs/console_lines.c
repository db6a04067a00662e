/* SPDX-License-Identifier: MIT */
/* What tests/console types at: lines with editing, then single bytes. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static void
lines(void)
{
	char line[64];

	printf("lines\n");
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = 0;
		printf("got <%s>\n", line);
	}
}

static int
bytes(void)
{
	struct pollfd p = { .fd = 0, .events = POLLIN };
	struct termios old, raw;
	char c = 0;

	tcgetattr(0, &old);
	raw = old;
	cfmakeraw(&raw);
	tcsetattr(0, TCSANOW, &raw);
	printf("bytes\n");
	while (c != 'q') {
		if (poll(&p, 1, -1) != 1 || read(0, &c, 1) != 1)
			return 1;
		printf("got %d\n", c);
	}
	return tcsetattr(0, TCSANOW, &old);
}

int
main(void)
{
	lines();
	return bytes();
}
