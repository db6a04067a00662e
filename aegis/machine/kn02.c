/* SPDX-License-Identifier: MIT */
/* DECstation 5000/200 (KN02, "3max"): addresses and interrupt routing. */
#include "machines.h"

#define KN02_CSR    KSEG1(0x1ff00000)
#define KN02_DC7085 KSEG1(0x1fe00000)
#define KN02_RTC    KSEG1(0x1fe80000)

#define CSR_DC	   0x80	      /* slot 7 asks for service */
#define CSR_ENABLE 16	      /* its enable bit is so far to the left */
#define CSR_NRMMOD 0x01000000 /* normal mode */

#define IP_SLOTS 0x0400 /* IP2: a slot that asks and is enabled */
#define IP_CLOCK 0x0800 /* IP3: clock, directly */

static volatile u32 *const csr = (volatile u32 *)KN02_CSR;

static u32
kn02_pending(u32 cause)
{
	u32 slots = *csr;

	slots &= slots >> CSR_ENABLE;
	return (cause & IP_CLOCK ? INTR_CLOCK : 0) |
	       (slots & CSR_DC ? INTR_CONSOLE : 0);
}

/* The clock has no gate here: it is on when its device is. */
static void
kn02_route(u32 sources)
{
	u32 slots = sources & INTR_CONSOLE ? CSR_DC : 0;

	*csr = CSR_NRMMOD | slots << CSR_ENABLE;
}

const struct machine kn02 = {
	.name = "DECstation 5000/200",
	.system = 2,
	.max_memory = 480 << 20,
	.console = &dc7085,
	.console_base = KN02_DC7085,
	.clock = &mc146818,
	.clock_base = KN02_RTC,
	.im = IP_SLOTS | IP_CLOCK,
	.pending = kn02_pending,
	.route = kn02_route,
};
