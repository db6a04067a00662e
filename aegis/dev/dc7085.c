/* SPDX-License-Identifier: MIT */
/*
 * DC7085 serial line controller (DECstation 2100, 3100, 5000/200): output is
 * polled, a received character can interrupt until getc has taken them all.
 */
#include "kernel.h"

#define CSR  0x00
#define RBUF 0x08 /* read */
#define LPR  0x08 /* write: line parameters */
#define TCR  0x10
#define TDR  0x18 /* write */

#define CSR_TRDY       0x8000
#define CSR_TLINE(csr) ((csr) >> 8 & 3)
#define CSR_RDONE      0x0080
#define CSR_RIE	       0x0040 /* interrupt while characters are there */
#define CSR_MSE	       0x0020 /* scan the lines */
#define RBUF_VALID     0x8000
#define RBUF_LINE(r)   ((r) >> 8 & 3)
#define LPR_9600_8N1   (0x1000 | 0x0e00 | 0x0018)

#define CONSOLE_LINE 3 /* the printer port: the PROM's console */

static volatile u16 *
reg(u32 base, u32 offset)
{
	return (volatile u16 *)(base + offset);
}

static void
dc_init(u32 base)
{
	*reg(base, CSR) = CSR_MSE;
	*reg(base, LPR) = LPR_9600_8N1 | CONSOLE_LINE;
	*reg(base, TCR) = 1 << CONSOLE_LINE;
}

static void
dc_putc(u32 base, char c)
{
	u16 csr;

	do
		csr = *reg(base, CSR);
	while (!(csr & CSR_TRDY) || CSR_TLINE(csr) != CONSOLE_LINE);
	*reg(base, TDR) = (u8)c;
}

static int
dc_getc(u32 base)
{
	while (*reg(base, CSR) & CSR_RDONE) {
		u16 r = *reg(base, RBUF);

		if (!(r & RBUF_VALID))
			break;
		if (RBUF_LINE(r) == CONSOLE_LINE)
			return r & 0xff;
	}
	return -1;
}

/*
 * Without RIE the chip drops its line at once, GXemul at the next write of
 * TCR or read of RBUF; the first takes nothing.
 */
static void
dc_interrupts(u32 base, int on)
{
	*reg(base, CSR) = on ? CSR_MSE | CSR_RIE : CSR_MSE;
	*reg(base, TCR) = 1 << CONSOLE_LINE;
}

const struct console_ops dc7085 = {
	.init = dc_init,
	.putc = dc_putc,
	.getc = dc_getc,
	.interrupts = dc_interrupts,
};
