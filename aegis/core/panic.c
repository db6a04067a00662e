/* SPDX-License-Identifier: MIT */
/*
 * The machine's two ends.  The last line carries the launcher's nonce, which
 * no application knows, so its status cannot be forged.
 */
#include "kernel.h"

noreturn void
machine_halt(u32 status)
{
	kprintf("aegis: halt %s %u\n", halt_nonce, status);
	prom_halt();
}

noreturn void
panic(const char *why)
{
	kprintf("aegis: panic: %s\n", why);
	kprintf("aegis: halt %s panic\n", halt_nonce);
	prom_halt();
}

/* An exception in the kernel: a bug. */
void
panic_exception(struct frame *f)
{
	kprintf("aegis: cause %08x epc %08x address %08x ra %08x\n", f->cause,
		f->epc, f->badvaddr, f->reg[31]);
	panic("exception in the kernel");
}

s32
sys_halt(u32 status)
{
	if (gates[current()].name != info->boot_env)
		return AE_EPERM;
	machine_halt(status & 0xff);
}
