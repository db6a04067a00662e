/* SPDX-License-Identifier: MIT */
/*
 * DECstation 3100 and 2100 (KN01, "pmax"): addresses and interrupt routing.
 * The two differ in their clock only, and have one system id.
 */
#include "machines.h"

#define KN01_DC7085 KSEG1(0x1c000000)
#define KN01_RTC    KSEG1(0x1d000000)

#define IP_DC	 0x1000 /* IP4 */
#define IP_CLOCK 0x2000 /* IP5 */

static u32
kn01_pending(u32 cause)
{
	return (cause & IP_CLOCK ? INTR_CLOCK : 0) |
	       (cause & IP_DC ? INTR_CONSOLE : 0);
}

/* Devices have lines of their own, without a gate between. */
static void
kn01_route(u32 sources)
{
	(void)sources;
}

const struct machine kn01 = {
	.name = "DECstation 2100/3100",
	.system = 1,
	.max_memory = 24 << 20,
	.console = &dc7085,
	.console_base = KN01_DC7085,
	.clock = &mc146818,
	.clock_base = KN01_RTC,
	.im = IP_DC | IP_CLOCK,
	.pending = kn01_pending,
	.route = kn01_route,
};
