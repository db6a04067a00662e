/* SPDX-License-Identifier: MIT */
/* fork: the child is a copy, both go on apart, and nothing is left. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../include/check.h"

static char data[3 * 4096] = { 1 };

static int
child_of(pid_t parent, char *heap, char *stack)
{
	int bad = 0;

	bad |= getppid() != parent;
	bad |= (data[0] != 1) << 1;
	bad |= (strcmp(heap, "heap") != 0) << 2;
	bad |= (strcmp(stack, "stack") != 0) << 3;
	data[0] = 2;
	strcpy(heap, "child");
	strcpy(stack, "child");
	return bad;
}

static void
one(void)
{
	char *heap = malloc(100), stack[20];
	pid_t parent = getpid(), pid;
	int status = -1;

	data[0] = 1;
	strcpy(heap, "heap");
	strcpy(stack, "stack");
	pid = fork();
	if (pid == 0)
		_exit(child_of(parent, heap, stack));
	check(pid > 0, "fork: %d", (int)pid);
	data[0] = 3;
	check(waitpid(pid, &status, 0) == pid, "the child is waited for");
	check(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	      "it saw what was there, status %#x", status);
	check(data[0] == 3 && !strcmp(heap, "heap") && !strcmp(stack, "stack"),
	      "and its parent's memory is its own");
	free(heap);
}

/*
 * Copy-on-write: that many private pages cost a fork next to nothing, and one
 * of them costs one page when it is written.
 */
#define PRIVATE	 200
#define OF_CHILD 50 /* pages that a child has of its own from the first */

static char pages[PRIVATE * AE_PAGE_SIZE];

static void
copy_on_write(void)
{
	u32 before, child, written;
	int status = -1;
	pid_t pid;

	for (u32 i = 0; i < PRIVATE; i++)
		pages[i * AE_PAGE_SIZE] = i;
	wait_for_the_dead();
	before = exos_info->free_pages;
	pid = fork();
	if (pid == 0) {
		child = exos_info->free_pages;
		pages[0] = 1;
		written = exos_info->free_pages;
		printf("# %lu pages\n", (unsigned long)(before - child));
		_exit(before - child > OF_CHILD || child - written != 1);
	}
	waitpid(pid, &status, 0);
	check(status == 0, "fork copies no page but those that are written");
	memset(pages, 0, sizeof pages);
}

/* ---- exec ---- */

static int
run(char *const argv[], char *const env[])
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		execve("/bin/processes", argv, env);
		printf("# errno %d\n", errno), _exit(99);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return status;
}

static int
refused(const char *path, char *const argv[], int error)
{
	char *const env[] = { "A=b", 0 };

	return execve(path, argv, env) == -1 && errno == error;
}

static void
exec_errors(void)
{
	static char text[5000];
	char *const few[] = { "processes", 0 }, *const big[] = { text, 0 };
	int fd = open("/tmp/file", O_CREAT | O_WRONLY, 0644);

	write(fd, "#!", 2);
	close(fd);
	check(refused("/tmp/file", few, EACCES), "a file of no program");
	chmod("/tmp/file", 0755);
	check(refused("/tmp/file", few, ENOEXEC), "not in the archive");
	unlink("/tmp/file");
	memset(text, 'x', sizeof text - 1);
	check(refused("/bin/processes", big, E2BIG), "words too long: E2BIG");
	check(execve("/bin/processes", few, big) == -1 && errno == E2BIG,
	      "an environment too long: E2BIG");
	check(refused(text, few, ENAMETOOLONG), "a path too long");
	check(refused("/bin/processes/x", few, ENOTDIR), "a program's name");
	check(refused("", few, ENOENT), "no name: ENOENT");
	symlink("loop", "/tmp/loop");
	check(refused("/tmp/loop", few, ELOOP), "a link to itself: ELOOP");
	unlink("/tmp/loop");
	check(execvp("nosuch", few) == -1 && errno == ENOENT,
	      "execvp of what is not in the path: ENOENT");
}

/* Exits with 0 if the first number is an open descriptor, the second none. */
static int
has_descriptors(char **argv)
{
	int kept = atoi(argv[2]), closed = atoi(argv[3]);

	if (fcntl(kept, F_GETFD) != 0 || write(kept, "x", 1) != 1)
		return 1;
	return fcntl(closed, F_GETFD) == -1 && errno == EBADF ? 0 : 2;
}

static void
exec_descriptors(char *const env[])
{
	int kept = open("/tmp/kept", O_CREAT | O_RDWR, 0644);
	int closed = open("/tmp/kept", O_RDWR | O_CLOEXEC);
	char a[12], b[12];
	char *const argv[] = { "processes", "fd", a, b, 0 };

	sprintf(a, "%d", kept);
	sprintf(b, "%d", closed);
	check(run(argv, env) == 0,
	      "descriptors stay open but those that are to be closed");
	check(lseek(kept, 0, SEEK_CUR) == 1 && fcntl(closed, F_GETFD) != -1,
	      "and it is this one's file that it writes");
	close(kept);
	close(closed);
	unlink("/tmp/kept");
}

static void
exec(void)
{
	char *const argv[] = { "processes", "told", "with words", "", 0 };
	char *const env[] = { "A=b", "C=", 0 };
	char *const many[] = { "processes", "told", 0 };
	int status = run(argv, env);

	check(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	      "exec: arguments and environment arrive, status %#x", status);
	check(execve("/bin/nosuch", many, env) == -1 && errno == ENOENT,
	      "a program that is not there: ENOENT");
	check(execve("/bin", many, env) == -1 && errno == EACCES,
	      "a directory: EACCES");
	exec_errors();
	exec_descriptors(env);
}

static int
told(int argc, char **argv)
{
	if (argc != 4 || strcmp(argv[2], "with words") || *argv[3])
		return 1;
	if (strcmp(getenv("A"), "b") || *getenv("C") || getenv("PATH"))
		return 2;
	return 0;
}

/* ---- pipes between processes ---- */

static void
pipes(void)
{
	char got[20] = "";
	int fd[2], status;

	check(pipe(fd) == 0, "a pipe");
	if (fork() == 0) {
		close(fd[0]);
		write(fd[1], "through", 8);
		_exit(0);
	}
	close(fd[1]);
	check(read(fd[0], got, sizeof got) == 8 && !strcmp(got, "through"),
	      "what a child wrote is read");
	check(read(fd[0], got, sizeof got) == 0, "then its end, as it ended");
	close(fd[0]);
	wait(&status);
}

/* ---- signals ---- */

static volatile int count, last;

static void
handler(int sig)
{
	count++;
	last = sig;
}

static void
signals(void)
{
	struct sigaction a = { .sa_handler = handler };
	int status = -1;
	pid_t pid;

	sigaction(SIGUSR1, &a, 0);
	raise(SIGUSR1);
	check(count == 1 && last == SIGUSR1, "raise calls the handler");
	pid = fork();
	if (pid == 0)
		for (;;)
			;
	kill(pid, SIGTERM);
	check(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
		      WTERMSIG(status) == SIGTERM,
	      "a loop is ended by SIGTERM, status %#x", status);
	pid = fork();
	if (pid == 0)
		for (;;)
			;
	kill(pid, SIGKILL);
	check(waitpid(pid, &status, 0) == pid && WTERMSIG(status) == SIGKILL,
	      "and by SIGKILL, status %#x", status);
	pid = fork();
	if (pid == 0)
		*(volatile int *)EXOS_FREE = 1;
	check(waitpid(pid, &status, 0) == pid && WTERMSIG(status) == SIGSEGV,
	      "a bad store: SIGSEGV, status %#x", status);
	pid = fork();
	if (pid == 0) {
		count = 0;
		kill(getppid(), SIGUSR1);
		_exit(5);
	}
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	check(count == 2 && WEXITSTATUS(status) == 5,
	      "a child's signal interrupts wait: %d", count);
	sigaction(SIGALRM, &a, 0);
	alarm(1);
	check(pause() == -1 && errno == EINTR && last == SIGALRM,
	      "an alarm ends pause");
	check(waitpid(-1, &status, 0) == -1 && errno == ECHILD,
	      "no child: ECHILD");
	check(kill(12345, 0) == -1 && errno == ESRCH, "no process: ESRCH");
	check(kill(getpid(), 99) == -1 && errno == EINVAL, "no signal: EINVAL");
}

pid_t wait3(int *status, int flags, struct rusage *usage);

/* Other names of the same. */
static void
others(void)
{
	int status = -1;
	pid_t pid = vfork();

	if (!pid)
		_exit(6);
	check(wait3(&status, 0, 0) == pid && WEXITSTATUS(status) == 6,
	      "vfork and wait3, status %#x", status);
	check(wait3(&status, WNOHANG, 0) == -1 && errno == ECHILD,
	      "wait3 without children: ECHILD");
	sync();
}

int
main(int argc, char **argv)
{
	u32 before, slices = 0;

	if (argc > 1)
		return strcmp(argv[1], "told") ? has_descriptors(argv) :
						 told(argc, argv);
	for (int round = 0; round < 2; round++) {
		wait_for_the_dead();
		before = exos_info->free_pages;
		slices = slices_owned();
		one();
		copy_on_write();
		exec();
		pipes();
		signals();
		others();
		count = 0;
	}
	check_free_pages(before, "after the second round");
	check_is(slices_owned(), slices, "and as many slices are owned");
	return check_plan();
}
