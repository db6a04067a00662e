/* SPDX-License-Identifier: MIT */
/* MC146818 real-time clock: the periodic interrupt, one register a word. */
#include "kernel.h"

#define REG_A 0x28 /* byte offsets */
#define REG_B 0x2c
#define REG_C 0x30

#define A_TIMEBASE 0x20
#define A_64HZ	   0x0a
#define B_PIE	   0x40
#define B_BINARY   0x04
#define B_24H	   0x02

static volatile u8 *
reg(u32 base, u32 offset)
{
	return (volatile u8 *)(base + offset);
}

/* The rate code for 64 Hz: the only one the kernel asks for. */
static void
clock_init(u32 base, u32 hz)
{
	if (hz != 64)
		panic("mc146818: rate");
	*reg(base, REG_A) = A_TIMEBASE | A_64HZ;
	*reg(base, REG_B) = B_PIE | B_BINARY | B_24H;
	(void)*reg(base, REG_C);
}

static void
clock_ack(u32 base)
{
	(void)*reg(base, REG_C);
}

const struct clock_ops mc146818 = {
	.init = clock_init,
	.ack = clock_ack,
};
