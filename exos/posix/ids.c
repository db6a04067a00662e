/* SPDX-License-Identifier: MIT */
/* Who a process is.  There is one user, who may do everything: number 0. */
#include <unistd.h>

uid_t
getuid(void)
{
	return 0;
}

uid_t
geteuid(void)
{
	return 0;
}

gid_t
getgid(void)
{
	return 0;
}

gid_t
getegid(void)
{
	return 0;
}

int
getgroups(int n, gid_t list[])
{
	(void)n, (void)list;
	return 0;
}

char *
getlogin(void)
{
	static char name[] = "root";

	return name;
}

int
issetugid(void)
{
	return 0;
}
