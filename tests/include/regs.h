/* SPDX-License-Identifier: MIT */
/* Calls with a known value in every register, and what came back (regs.inc). */
#ifndef TESTS_REGS_H
#define TESTS_REGS_H

#include "check.h"

#include <aegis/sysnum.h>

#define REG_HI 32
#define REG_LO 33
#define NREG   34

void regs_call(u32 v[2][NREG]);

static u32 regs[2][NREG];

/* Make a call; every register that is no argument holds a value of its own. */
static s32 UNUSED
regs_do(u32 v0, u32 n, const u32 *args)
{
	static const u8 at[8] = { 4, 5, 6, 7, 8, 9, 10, 11 };

	for (u32 i = 0; i < NREG; i++) {
		regs[0][i] = 0xa5000000 + i * 0x10101;
		regs[1][i] = ~regs[0][i];
	}
	for (u32 i = 0; i < n; i++)
		regs[0][at[i]] = args[i];
	regs[0][2] = v0;
	regs[0][28] = EXOS_PIN;
	regs_call(regs);
	return regs[1][2];
}

static int
regs_skipped(u32 i)
{
	return i == 0 || i == 2 || i == 26 || i == 27 || i == 30;
}

/* How many registers other than v0 changed. */
static u32 UNUSED
regs_changed(void)
{
	u32 n = 0;

	for (u32 i = 1; i < NREG; i++) {
		if (regs_skipped(i) || regs[0][i] == regs[1][i])
			continue;
		printf("# register %lu: %#lx became %#lx\n", (unsigned long)i,
		       (unsigned long)regs[0][i], (unsigned long)regs[1][i]);
		n++;
	}
	return n;
}

/* How many are neither as they were nor, where C may change them, zero. */
static u32 UNUSED
regs_left(void)
{
	u32 n = 0;

	for (u32 i = 1; i < NREG; i++) {
		int kept = (i >= 16 && i < 24) || i == 28 || i == 29 || i == 31;

		if (regs_skipped(i) || regs[1][i] == regs[0][i])
			continue;
		if (!kept && regs[1][i] == 0)
			continue;
		printf("# register %lu holds %#lx\n", (unsigned long)i,
		       (unsigned long)regs[1][i]);
		n++;
	}
	return n;
}

#define REGS_DO(v0, ...)                                \
	regs_do(v0, sizeof((u32[]){ __VA_ARGS__ }) / 4, \
		(const u32[]){ __VA_ARGS__ })

#endif
