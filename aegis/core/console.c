/* SPDX-License-Identifier: MIT */
/* The console: polled output and input, and the kernel's own messages. */
#include "kernel.h"
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

s32
sys_cons_write(u32 page, u32 off, u32 len, u32 lo, u32 hi)
{
	const char *s = (const char *)(KSEG0(page << AE_PAGE_SHIFT) + off);
	s32 e = buffer_check(page, off, len, lo, hi, 0);

	if (e)
		return e;
	for (u32 i = 0; i < len; i++)
		kputc(s[i]);
	return len;
}

s32
sys_cons_read(u32 page, u32 off, u32 len, u32 lo, u32 hi)
{
	char *s = (char *)(KSEG0(page << AE_PAGE_SHIFT) + off);
	s32 e = buffer_check(page, off, len, lo, hi, 1);
	u32 n;

	if (e)
		return e;
	for (n = 0; n < len; n++) {
		int c = machine->console->getc(machine->console_base);

		if (c < 0)
			break;
		s[n] = c;
	}
	return n;
}
