/* SPDX-License-Identifier: MIT */
/* A program that runs others by the shell: system and popen. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

int
main(void)
{
	char word[32];
	FILE *in = popen("echo one two | wc -w", "r"), *out;
	int status;

	if (!in || fscanf(in, "%31s", word) != 1)
		return 1;
	printf("said %s, ended %d\n", word, WEXITSTATUS(pclose(in)));
	fflush(stdout);
	out = popen("sort", "w");
	if (!out)
		return 1;
	fputs("pear\napple\n", out);
	printf("ended %d\n", WEXITSTATUS(pclose(out)));
	status = system("exit 3");
	printf("ended %d\n", WEXITSTATUS(status));
	printf("shell %d\n", system(0));
	status = system("kill -TERM $$");
	printf("signal %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	return 0;
}
