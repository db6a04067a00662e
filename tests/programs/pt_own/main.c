/* SPDX-License-Identifier: MIT */
/* A program that brings its own page table (pt-own.c) lives by it. */
#include "../../include/check.h"

#define AT EXOS_FREE
#define N  300

static u32
page(u32 i)
{
	return AT + i * 7 % N * AE_PAGE_SIZE;
}

int
main(int argc, char **argv)
{
	u32 bad = 0, free;

	if (check_part(argc, argv, "child"))
		return exos_pin->pt_kind;
	check(exos_pin->pt_kind == 0, "the table is our own");
	exos_region_add(&(struct exos_region){
		.start = AT,
		.end = AT + N * AE_PAGE_SIZE,
		.fault = exos_fault_zero,
	});
	free = free_pages();
	for (u32 i = 0; i < N; i++)
		*(volatile u32 *)page(i) = i;
	for (u32 i = 0; i < N; i++)
		bad += *(volatile u32 *)page(i) != i;
	check(!bad, "300 pages");
	check_is(exos_protect(AT, N, 0), 0, "protected");
	check_is(probe_store(page(9), 1), AE_EXC_MOD, "all of them");
	check_is(exos_protect(AT, N, 1), 0, "and writable");
	check_is(exos_clean(AT, N), N, "cleaned");
	*(volatile u32 *)page(9) = 9;
	check(exos_dirty(page(9)) && !exos_dirty(page(8)), "one is dirty");
	for (u32 i = 0; i < N; i += 2)
		exos_unmap(page(i));
	for (u32 i = 1; i < N; i += 2)
		bad += *(volatile u32 *)page(i) != i;
	check(!bad, "half of them go, the others stay");
	for (u32 i = 1; i < N; i += 2)
		exos_unmap(page(i));
	check_is(free_pages(), free, "no page was lost");
	check_is(exos_wait(check_spawn("child", 0)), 0, "a child has one, too");
	return check_plan();
}
