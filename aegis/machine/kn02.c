/* SPDX-License-Identifier: MIT */
/* DECstation 5000/200 (KN02, "3max"): addresses and interrupt routing. */
#include "machines.h"

#define KN02_CSR    KSEG1(0x1ff00000)
#define KN02_DC7085 KSEG1(0x1fe00000)
#define KN02_RTC    KSEG1(0x1fe80000)

#define CSR_NRMMOD 0x01000000 /* normal mode */

#define IP_CLOCK 0x0800 /* IP3: clock, directly */

/* No device behind the CSR interrupts yet: the console is polled. */
static void
kn02_init(void)
{
	*(volatile u32 *)KN02_CSR = CSR_NRMMOD;
}

const struct machine kn02 = {
	.name = "DECstation 5000/200",
	.system = 2,
	.max_memory = 480 << 20,
	.console = &dc7085,
	.console_base = KN02_DC7085,
	.clock = &mc146818,
	.clock_base = KN02_RTC,
	.im = IP_CLOCK,
	.clock_ip = IP_CLOCK,
	.init = kn02_init,
};
