/* SPDX-License-Identifier: MIT */
/*
 * exec with hardly any memory left: either the program runs, or the error is
 * ENOMEM and the process goes on.
 */
#include <signal.h>
#include <sys/wait.h>

#include "../include/posix.h"

#define MANY 400 /* pages that a process finds at first */
#define MOST 160 /* and fewer than these when it calls exec, */
#define STEP 4	 /* 4, 8, ... */

enum { RAN = 17, REFUSED = 18, OTHERWISE = 19 };

/* Take all of the machine's memory but so many pages. */
static void
leave(u32 pages)
{
	while (exos_info->free_pages > pages)
		*(volatile char *)sbrk(AE_PAGE_SIZE) = 1;
}

static pid_t
hog(void)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	leave(MANY);
	for (;;)
		pause();
}

static int
status_with(u32 pages)
{
	static char *argv[] = { "exec_memory", "ran", 0 };
	int status;

	if (!fork()) {
		leave(pages);
		execv("/bin/exec_memory", argv);
		if (errno != ENOMEM)
			printf("# %lu pages: %s\n", (unsigned long)pages,
			       strerror(errno));
		_exit(errno == ENOMEM ? REFUSED : OTHERWISE);
	}
	wait(&status);
	return status;
}

static void
round_of_all(int *ran, int *refused)
{
	pid_t pid = hog();

	while (exos_info->free_pages > MANY)
		exos_yield(AE_NAME_SELF);
	*ran = *refused = 0;
	for (u32 pages = STEP; pages < MOST; pages += STEP) {
		int status = status_with(pages);

		*ran += status == RAN << 8;
		*refused += status == REFUSED << 8;
	}
	kill(pid, SIGKILL);
	waitpid(pid, 0, 0);
	wait_for_the_dead();
}

int
main(int argc, char **argv)
{
	int ran, refused;
	u32 free;

	if (check_part(argc, argv, "ran"))
		return RAN;
	round_of_all(&ran, &refused);
	check(ran > 0, "it runs with enough memory, %d times", ran);
	check(refused > 0, "and without it is ENOMEM, %d times", refused);
	free = free_pages(); /* not counting what stays from the first time */
	round_of_all(&ran, &refused);
	check_is(ran + refused, MOST / STEP - 1, "nothing else happened");
	check_free_pages(free, "no page was lost");
	return check_plan();
}
