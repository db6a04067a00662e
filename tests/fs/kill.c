/* SPDX-License-Identifier: MIT */
/*
 * A process is killed after each of its instructions.  Another one takes the
 * lock over, and the segment must be consistent, and either as it was before
 * the call or as it is after it.
 *
 * The call runs single-stepped; whenever it has changed the segment, a copy
 * is looked at by a process of its own.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"
#include "scenes.h"

#define VICTIM	  1
#define SURVIVOR  2
#define WATCHED	  64 /* pages of blocks, and of content, compared */
#define STEPS_MAX 200000

/* Of the scene, or of what the call makes of it. */
static uint64_t
signature(const struct scene *s, int after)
{
	uint64_t sum = 0;
	int fd[2];

	if (pipe(fd))
		return 0;
	if (fork() == 0) {
		host_private();
		if (after)
			s->call();
		sum = host_signature();
		_exit(write(fd[1], &sum, sizeof sum) != sizeof sum);
	}
	wait(0);
	if (read(fd[0], &sum, sizeof sum) != sizeof sum)
		sum = 0;
	close(fd[0]);
	close(fd[1]);
	return sum;
}

/* In a process of its own: the survivor's view. */
static _Noreturn void
survive(const struct scene *s, uint64_t before, uint64_t after)
{
	const char *wrong;
	uint64_t now;

	host_private();
	host_end(VICTIM);
	host_be(SURVIVOR);
	session_lock();
	session_end(0);
	wrong = host_check();
	now = host_signature();
	if (!wrong && !s->steps && now != before && now != after)
		wrong = "neither before nor after";
	if (!wrong) {
		session_wait(); /* which buries the dead */
		wrong = host_check();
	}
	if (wrong)
		printf("# %s\n", wrong);
	fflush(stdout);
	_exit(wrong != 0);
}

static int
watch(const struct scene *s, uint64_t before, uint64_t after)
{
	int status;
	pid_t child = fork();

	if (child == 0)
		survive(s, before, after);
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Has the segment changed since it was asked last? */
static int
changed(void)
{
	static char copy[2 * WATCHED][SESSION_PAGE];
	int result = 0;

	for (u32 i = 0; i < 2 * WATCHED; i++) {
		u32 n = i < WATCHED ? i : SESSION_SMALL - WATCHED + i;
		const char *at = (const char *)SESSION_BASE + n * SESSION_PAGE;

		if (!host->present[n] || !memcmp(copy[i], at, SESSION_PAGE))
			continue;
		memcpy(copy[i], at, SESSION_PAGE);
		result = 1;
	}
	return result;
}

static void
play(const struct scene *s)
{
	uint64_t before, after;
	u32 steps = 0, looks = 0;
	int status, good = 1;
	pid_t victim;

	scene_begin(s);
	before = signature(s, 0);
	after = signature(s, 1);
	changed();
	victim = fork();
	if (victim == 0) {
		if (ptrace(PTRACE_TRACEME, 0, 0, 0))
			_exit(1);
		raise(SIGSTOP);
		host->running = 1;
		s->call();
		host->running = 2;
		_exit(0);
	}
	waitpid(victim, &status, 0);
	while (good && host->running < 2 && steps < STEPS_MAX) {
		if (ptrace(PTRACE_SINGLESTEP, victim, 0, 0) ||
		    waitpid(victim, &status, 0) != victim ||
		    !WIFSTOPPED(status))
			break;
		steps++;
		if (host->running == 1 && changed()) {
			looks++;
			good = watch(s, before, after);
		}
	}
	good = good && host->running == 2;
	kill(victim, SIGKILL);
	waitpid(victim, &status, 0);
	check(good && looks, "%s: killed after each of %u changes in %u steps",
	      s->name, looks, steps);
}

int
main(void)
{
	for (unsigned i = 0; i < nscenes; i++)
		play(&scenes[i]);
	return check_result();
}
