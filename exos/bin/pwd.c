/* SPDX-License-Identifier: MIT */
/* pwd: writes the path of the working directory. */
#include "tool.h"

int
main(void)
{
	char *path = getcwd(0, 0);

	if (path)
		puts(path);
	else
		complain("pwd", "working directory");
	return finish("pwd");
}
