/* SPDX-License-Identifier: MIT */
/*
 * Forks of a large process, one after the other: each child holds all of its
 * pages, and the dead ones still do for a while.  All together are more than
 * the kernel has references for, which are as many as pages.
 *
 * launch: --memory 16
 */
#include <sys/wait.h>
#include <unistd.h>

#include "../include/check.h"

#define LARGE 800 /* pages */
#define FORKS 24

static u8 space[LARGE * AE_PAGE_SIZE];

int
main(void)
{
	int forked = 0, right = 0, status, pid[FORKS];
	u32 free;

	check(LARGE * FORKS > 2 * exos_info->npages, "more than all pages");
	for (u32 i = 0; i < LARGE; i++)
		space[i * AE_PAGE_SIZE] = i;
	if (!fork()) /* the first time, what stays in our page table */
		_exit(0);
	wait(&status);
	free = free_pages();
	fflush(stdout);
	for (int i = 0; i < FORKS; i++) {
		pid[i] = fork();
		if (!pid[i])
			_exit(space[i * AE_PAGE_SIZE] == i ? i : 255);
		forked += pid[i] > 0;
		exos_yield(AE_NAME_SELF); /* it ends, and nobody waits */
	}
	check_is(forked, FORKS, "a large process forks time and again");
	for (int i = 0; i < FORKS; i++)
		right += waitpid(pid[i], &status, 0) == pid[i] &&
			 WIFEXITED(status) && WEXITSTATUS(status) == i;
	check_is(right, FORKS, "each child had its memory");
	check_free_pages(free, "no page was lost");
	return check_plan();
}
