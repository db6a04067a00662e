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

/* What there is, when all that the dead had is back. */
struct there {
	u32 free_pages, slices, pages, blocks; /* the last two: session's */
};

static void UNUSED
look(struct there *t)
{
	getpid(); /* from now on there is a session */
	wait_for_the_dead();
	*t = (struct there){ .free_pages = free_pages(),
			     .slices = slices_owned() };
	session_usage(&t->pages, &t->blocks);
}

/* A check that it is what it was. */
static void UNUSED
check_there(const struct there *before, const char *after_what)
{
	struct there now;

	look(&now);
	check(!memcmp(before, &now, sizeof now),
	      "after %s: %ld free pages more, %ld slices, %ld pages and %ld "
	      "blocks of the session",
	      after_what, (long)(now.free_pages - before->free_pages),
	      (long)(now.slices - before->slices),
	      (long)(now.pages - before->pages),
	      (long)(now.blocks - before->blocks));
}

/*
 * Run a test twice: first it may use what it will keep (buffers, the tree of
 * names), the second time nothing may be lost, in the session or in the
 * kernel.
 */
static int UNUSED
posix_main(void (*test)(void))
{
	struct there before;

	posix_quiet = 1;
	printf("# the first round is not counted\n");
	test();
	posix_quiet = 0;
	look(&before);
	test();
	check_there(&before, "all of it");
	return check_plan();
}

#endif
