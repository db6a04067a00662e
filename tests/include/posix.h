/* SPDX-License-Identifier: MIT */
/* What the tests of POSIX calls share. */
#ifndef TESTS_POSIX_H
#define TESTS_POSIX_H

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../exos/fs/session.h"
#include "check.h"

static int posix_quiet; /* in the round that warms up */

/* A check that is counted in one round only. */
static void UNUSED
good(int value, const char *what)
{
	if (!posix_quiet || !value)
		check(value, "%s", what);
}

/* A call that must fail, with this error. */
#define fails(call, error)                                                    \
	do {                                                                  \
		long posix_r, posix_e;                                        \
		errno = 0;                                                    \
		posix_r = (long)(call);                                       \
		posix_e = errno;                                              \
		if (posix_e != (error) || posix_r != -1)                      \
			printf("# result %ld, %s\n", posix_r,                 \
			       strerror(posix_e));                            \
		good(posix_r == -1 && posix_e == (error), #call ": " #error); \
	} while (0)

/* A call that must give this result. */
#define gives(call, want)                                           \
	do {                                                        \
		long posix_r = (long)(call);                        \
		if (posix_r != (want))                              \
			printf("# result %ld, %s\n", posix_r,       \
			       posix_r < 0 ? strerror(errno) : ""); \
		good(posix_r == (want), #call);                     \
	} while (0)

/*
 * Run a test twice: first it may use what it will keep (buffers, the tree of
 * names), the second time nothing may be lost, in the session or in the
 * kernel.
 */
static int UNUSED
posix_main(void (*test)(void))
{
	u32 pages, blocks, pages2, blocks2, free_pages;

	posix_quiet = 1;
	printf("# the first round is not counted\n");
	test();
	posix_quiet = 0;
	wait_for_the_dead();
	session_usage(&pages, &blocks);
	free_pages = exos_info->free_pages;
	test();
	session_usage(&pages2, &blocks2);
	check_is(pages2, pages, "pages of the session in use, as before");
	check_is(blocks2, blocks, "blocks of the session in use, as before");
	wait_for_the_dead();
	check_is(exos_info->free_pages, free_pages, "free pages, as before");
	return check_plan();
}

#endif
