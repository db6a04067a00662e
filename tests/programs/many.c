/* SPDX-License-Identifier: MIT */
/*
 * Many environments: a thousand one after the other, and two hundred alive
 * at once, which share 64 address-space identifiers without noticing.
 *
 * launch: --time-limit 300
 */
#include "../include/check.h"
#include "../include/raw.h"

#define ALIVE	200
#define IN_TURN 1000

/*
 * A child that counts in word 1 as long as word 0, its number, is what it
 * was at the start; word 2 counts the times that it was not.
 */
extern const char many_counter[], many_parked[], many_end[];
asm(".text; .set push; .set noreorder; .set noat\n"
    "many_counter: lui $gp, 0x7000; lw $s0, 0($gp); nop\n"
    "1: lw $t0, 0($gp); lw $t1, 4($gp); bne $t0, $s0, 2f; addiu $t1, $t1, 1\n"
    "b 1b; sw $t1, 4($gp)\n"
    "2: lw $t1, 8($gp); nop; addiu $t1, $t1, 1; b 1b; sw $t1, 8($gp)\n"
    "many_parked: move $a0, $zero; li $v0, 40; syscall\n"
    "b many_parked; nop\n"
    "many_end: .set pop");

_Static_assert(RAW_VA == 0x70000000, "many_counter has it");

static struct raw child[ALIVE];

static void
make(struct raw *r, u32 id)
{
	raw_prepare(r, many_counter, many_end);
	r->desc.epilogue = raw_at(r, many_parked);
	r->mem[0] = id;
	raw_create(r);
}

static u32
owned_slices(void)
{
	u32 n = 0;

	for (u32 s = 0; s < AE_NSLICE; s++)
		n += exos_slices[s].owner != 0;
	return n;
}

static void
in_turn(void)
{
	static struct raw r;
	u32 bad = 0, idle = 0, free, slices = owned_slices();

	make(&r, 1);
	check_is(raw_free(&r), AE_EXIT_KILLED, "one, made and ended");
	free = free_pages();
	for (u32 i = 0; i < IN_TURN; i++) {
		make(&r, i);
		if (i % 16 == 0) {
			raw_wait(&r, 1, 0, 10);
			idle += !r.mem[1];
		}
		bad += r.name < 0 || raw_free(&r) != AE_EXIT_KILLED;
	}
	check(!bad, "1000 environments, made and ended in turn");
	check(!idle, "those that were given time ran");
	check_is(free_pages(), free, "no page was lost");
	check_is(owned_slices(), slices, "no slice was lost");
}

static void
alive(void)
{
	u32 free, made = 0, ran = 0, wrong = 0, bad = 0, ticks;

	memset(child, 0, sizeof child);
	free = free_pages();
	for (u32 i = 0; i < ALIVE; i++) {
		make(&child[i], 0x1000 + i);
		made += child[i].name > 0;
	}
	check_is(made, ALIVE, "200 environments are alive");
	ticks = exos_info->ticks;
	while (exos_info->ticks - ticks < 3 * ALIVE)
		pause_slice();
	for (u32 i = 0; i < ALIVE; i++) {
		ran += child[i].mem[1] != 0;
		wrong += child[i].mem[2] != 0 || child[i].mem[0] != 0x1000 + i;
	}
	check_is(ran, ALIVE, "each of them ran");
	check_is(wrong, 0, "none saw another's memory");
	for (u32 i = 0; i < ALIVE; i++)
		bad += raw_free(&child[i]) != AE_EXIT_KILLED;
	check(!bad, "all are ended");
	check_is(free_pages(), free, "no page was lost");
}

int
main(void)
{
	in_turn();
	alive();
	return check_plan();
}
