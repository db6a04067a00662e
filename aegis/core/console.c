/* SPDX-License-Identifier: MIT */
/*
 * The console: polled output, input for the environment that holds it, and
 * the kernel's own messages.
 */
#include "check.h"
#include <stdarg.h>

static int column; /* 0: at the start of a line */

static void
kputc(char c)
{
	if (c == '\n')
		machine->console->putc(machine->console_base, '\r');
	machine->console->putc(machine->console_base, c);
	column = c != '\n';
}

void
kputs(const char *s)
{
	while (*s)
		kputc(*s++);
}

static void
knumber(u32 v, u32 base, u32 width, char pad)
{
	char digit[12];
	u32 n = 0;

	do
		digit[n++] = "0123456789abcdef"[v % base];
	while ((v /= base));
	while (n < width && n < sizeof digit)
		digit[n++] = pad;
	while (n)
		kputc(digit[--n]);
}

/* %s %u %x %08x; every kernel message begins a line of its own. */
void
kprintf(const char *fmt, ...)
{
	va_list ap;

	if (column)
		kputc('\n');
	va_start(ap, fmt);
	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			kputc(*fmt);
			continue;
		}
		fmt++;
		if (*fmt == 's')
			kputs(va_arg(ap, const char *));
		else if (*fmt == 'u')
			knumber(va_arg(ap, u32), 10, 0, ' ');
		else if (*fmt == 'x')
			knumber(va_arg(ap, u32), 16, 0, ' ');
		else if (*fmt == '0' && fmt[1] == '8' && fmt[2] == 'x')
			fmt += 2, knumber(va_arg(ap, u32), 16, 8, '0');
		else
			kputc(*fmt);
	}
	va_end(ap);
}

/* ---- what applications see ---- */

#define PIECE 256 /* bytes a call: the line is slow, interrupts are off */

s32
sys_cons_write(u32 page, u32 off, u32 len, u32 lo, u32 hi)
{
	const char *s = (const char *)(KSEG0(page << AE_PAGE_SHIFT) + off);
	s32 e = buffer_check(page, off, len, lo, hi, 0);

	if (e)
		return e;
	if (len > PIECE)
		len = PIECE;
	for (u32 i = 0; i < len; i++)
		kputc(s[i]);
	return len;
}

/* Input that waits for its holder: head - tail bytes. */
static u8 input[256];
static u32 head, tail;

static void
give_to(u32 n)
{
	info->console = gates[n].name;
}

/*
 * Take what has arrived and tell the holder; f as intr_post has it.  What
 * does not fit waits in the device, which is silent until there is room.
 */
void
console_interrupt(struct frame *f)
{
	u32 before = head;
	s32 n;
	int c;

	while (head - tail < sizeof input &&
	       (c = machine->console->getc(machine->console_base)) >= 0)
		input[head++ % sizeof input] = c;
	if (head - tail == sizeof input)
		machine_interrupts(INTR_CLOCK);
	if (head == before)
		return;
	n = env_by_name(info->console);
	if (n > 0)
		intr_post(n, AE_INT_CONSOLE, head - tail, 0, f);
}

s32
sys_cons_read(u32 page, u32 off, u32 len, u32 lo, u32 hi)
{
	char *s = (char *)(KSEG0(page << AE_PAGE_SHIFT) + off);
	s32 e = buffer_check(page, off, len, lo, hi, 1);
	u32 n;

	if (e)
		return e;
	if (gates[current()].name != info->console)
		return AE_EPERM;
	console_interrupt(0);
	for (n = 0; n < len && tail != head; n++)
		s[n] = input[tail++ % sizeof input];
	machine_interrupts(INTR_CLOCK | INTR_CONSOLE);
	return n;
}

/* The holder ended: its parent is next, else the first environment. */
void
console_ended(u32 n)
{
	s32 next;

	if (gates[n].name != info->console)
		return;
	next = env_by_name(gates[n].parent);
	give_to(AE_NAME_NUMBER(next > 0 ? gates[n].parent : info->boot_env));
}

/* The holder gives the console away; the holder's parent takes it back. */
s32
sys_cons_give(u32 name)
{
	u32 self = current(), holder = AE_NAME_NUMBER(info->console);
	s32 n = name == AE_NAME_SELF ? (s32)self : env_by_name(name);

	if (n < 0)
		return n;
	if (holder != self && gates[holder].parent != gates[self].name)
		return AE_EPERM;
	give_to(n);
	return 0;
}

#ifdef CHECKS

void
console_check(void)
{
	must(head - tail <= sizeof input, "console input", head - tail);
	must(env_by_name(info->console) > 0, "holder of the console lives", 0);
}

#endif
