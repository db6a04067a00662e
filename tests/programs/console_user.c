/* SPDX-License-Identifier: MIT */
/*
 * What tests/console types at: `idle` sleeps without a slice until a key
 * comes; `hold` passes the console to a child and gets it back.
 */
#include "../include/check.h"

static volatile u32 notices;

static void
on_input(const struct ae_int *i)
{
	notices += i->arg[0];
}

/* One byte from the console, or an error. */
static s32
read_byte(void)
{
	static char buffer[16] __attribute__((aligned(16)));
	s32 n = ae_cons_read(page_under(buffer),
			     (u32)buffer & (AE_PAGE_SIZE - 1), 1, own_cap.lo,
			     own_cap.hi);

	return n == 1 ? buffer[0] : n ? n : AE_EAGAIN;
}

static s32
wait_byte(void)
{
	s32 c;

	while ((c = read_byte()) == AE_EAGAIN || c == AE_EPERM)
		pause_slice();
	return c;
}

static int
idle(void)
{
	exos_on_interrupt(AE_INT_CONSOLE, on_input);
	printf("ready\n");
	fflush(stdout);
	if (ae_slice_free(0, pinned_cap.lo, pinned_cap.hi))
		return 1;
	while (!notices)
		exos_yield(AE_NAME_SELF);
	printf("woken: %lu byte, %c\n", (unsigned long)notices,
	       (int)read_byte());
	return ae_slice_alloc(0, pinned_cap.lo, pinned_cap.hi, 0, 0, 0) != 0;
}

static int
hold(void)
{
	s32 child = check_spawn("reader", 0);

	check_is(exos_info->console, exos_self, "the first program holds it");
	check_is(ae_cons_give(1), AE_EENV, "given to nobody: EENV");
	check_is(ae_cons_give(child), 0, "given to a child");
	check_is(exos_info->console, child, "the child holds it");
	check_is(read_byte(), AE_EPERM, "we cannot read: EPERM");
	printf("child\n");
	fflush(stdout);
	check_is(exos_wait(child), 'c', "the child read what was typed");
	check_is(exos_info->console, exos_self, "when it ended it is ours");
	printf("parent\n");
	fflush(stdout);
	check_is(wait_byte(), 'p', "we read what was typed then");
	child = check_spawn("reader", 0);
	ae_cons_give(child);
	check_is(ae_cons_give(AE_NAME_SELF), 0, "a parent takes it back");
	ae_env_free(child, 0);
	check_is(exos_info->console, exos_self, "it is ours");
	return check_failed != 0;
}

int
main(int argc, char **argv)
{
	if (check_part(argc, argv, "reader"))
		return wait_byte();
	return check_part(argc, argv, "idle") ? idle() : hold();
}
