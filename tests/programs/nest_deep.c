/* SPDX-License-Identifier: MIT */
/*
 * A program whose handlers nest until the exception stack is full ends, with
 * a message and a status; its parent and the machine go on.
 */
#include <stdio.h>
#include <string.h>

#include <exos/exos.h>

#define DIED 128 /* exit status of a program that ExOS ended */

static void
overflow(void)
{
	u32 sum;

	asm volatile("add %0, %1, %1"
		     : "=&r"(sum)
		     : "r"(0x7fffffff)
		     : "memory");
	(void)sum;
}

static int
deeper(struct exos_frame *f)
{
	overflow();
	f->epc += 4;
	return 0;
}

int
main(int argc, char **argv)
{
	char *child[] = { argv[0], "child" };
	s32 name, status;

	if (argc > 1 && !strcmp(argv[1], "child")) {
		exos_on_exception(AE_EXC_OV, deeper);
		overflow();
		return 0;
	}
	for (int i = 1; i <= 2; i++) {
		name = exos_spawn(2, child);
		status = name < 0 ? name : exos_wait(name);
		printf("%sok %d - exception stack full, status %ld\n",
		       status == DIED ? "" : "not ", i, (long)status);
		if (status != DIED)
			return 1;
	}
	printf("1..2\n");
	return 0;
}
