/* SPDX-License-Identifier: MIT */
/*
 * What every test program shares: numbered checks on the console (TAP), and
 * children that play another part of the same program.
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <exos/exos.h>

#define UNUSED __attribute__((unused))

static unsigned check_count, check_failed;

/* One check: good or not, and what it is about, as printf. */
static void UNUSED __attribute__((format(printf, 2, 3)))
check(int good, const char *fmt, ...)
{
	va_list ap;

	check_count++;
	check_failed += !good;
	printf("%sok %u - ", good ? "" : "not ", check_count);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
}

/* A check that a value is what it should be. */
static void UNUSED
check_is(s32 got, s32 want, const char *what)
{
	if (got != want)
		printf("# got %ld (%#lx), not %ld (%#lx)\n", (long)got,
		       (unsigned long)got, (long)want, (unsigned long)want);
	check(got == want, "%s", what);
}

/* The plan; main returns the result. */
static int UNUSED
check_plan(void)
{
	printf("1..%u\n", check_count);
	return check_failed != 0;
}

#define check_self exos_pin->boot.args /* argv[0] */

/* Start this program again with arguments: a child that plays a part. */
static s32 UNUSED
check_spawn(const char *part, const char *arg)
{
	char *argv[] = { check_self, (char *)part, (char *)arg, 0 };

	fflush(stdout);
	return exos_spawn(arg ? 3 : 2, argv);
}

/* Is this program to play a part? */
static int UNUSED
check_part(int argc, char **argv, const char *part)
{
	return argc > 1 && !strcmp(argv[1], part);
}

/* Capabilities of the process for its ordinary pages. */
#define own_cap	   (exos_pin->caps[CAP_OWN])
#define pinned_cap (exos_pin->caps[CAP_PINNED])

/* Free pages, when none lies idle in our page table. */
static u32 UNUSED
free_pages(void)
{
	exos_trim();
	return exos_info->free_pages;
}

/* Slices that somebody owns. */
static u32 UNUSED
slices_owned(void)
{
	u32 n = 0;

	for (u32 s = 0; s < AE_NSLICE; s++)
		n += exos_slices[s].owner != 0;
	return n;
}

/* Physical page under an address, which is touched first. */
static u32 UNUSED
page_under(const volatile void *va)
{
	(void)*(const volatile char *)va;
	return exos_lookup((u32)va) >> AE_PAGE_SHIFT;
}

/* ---- accesses that may fault ---- */

static volatile u32 probe_cause, probe_address;

/* Skips the instruction: probes are never in a delay slot. */
static int UNUSED
probe_handler(struct exos_frame *f)
{
	probe_cause = (f->cause & AE_CAUSE_MASK) >> 2;
	probe_address = f->badvaddr;
	f->epc += 4;
	return 0;
}

static void
probe_begin(void)
{
	probe_cause = 0;
	for (u32 c = AE_EXC_MOD; c <= AE_EXC_DBE; c++)
		exos_on_exception(c, probe_handler);
}

static u32
probe_end(void)
{
	for (u32 c = AE_EXC_MOD; c <= AE_EXC_DBE; c++)
		exos_on_exception(c, 0);
	return probe_cause;
}

/* Load a word: 0, or the exception it caused. */
static u32 UNUSED
probe_load(u32 va, u32 *value)
{
	u32 got;

	probe_begin();
	asm volatile(".set push; .set noreorder\n"
		     "lw %0, 0(%1); nop; nop\n"
		     ".set pop"
		     : "=&r"(got)
		     : "r"(va)
		     : "memory");
	if (value)
		*value = got;
	return probe_end();
}

/* Store a word: 0, or the exception it caused. */
static u32 UNUSED
probe_store(u32 va, u32 value)
{
	probe_begin();
	asm volatile(".set push; .set noreorder\n"
		     "sw %0, 0(%1); nop; nop\n"
		     ".set pop"
		     :
		     : "r"(value), "r"(va)
		     : "memory");
	return probe_end();
}

/* EntryLo of a page. */
#define LO(page, flags) ((u32)(page) << AE_PAGE_SHIFT | (flags))
#define RW		(AE_LO_V | AE_LO_D)

/*
 * Yield, with some work of one's own: the emulator delivers interrupts only
 * every 8192 instructions, and when all do nothing but yield, nearly all of
 * them are the kernel's, where interrupts are off, and the clock stands.
 */
static void UNUSED
pause_slice(void)
{
	for (volatile u32 i = 0; i < 4000; i++)
		;
	exos_yield(AE_NAME_SELF);
}

/* Neither region nor page is left in a range of n pages. */
static void UNUSED
unmap_all(u32 va, u32 n)
{
	exos_region_cut(va, va + n * AE_PAGE_SIZE);
	for (u32 i = 0; i < n; i++)
		exos_unmap(va + i * AE_PAGE_SIZE);
}

/* Let others run for some clock ticks. */
static void UNUSED
wait_ticks(u32 n)
{
	u32 start = exos_info->ticks;

	while (exos_info->ticks - start < n)
		pause_slice();
}

/* Wait until the kernel has taken back all that the dead had. */
static void UNUSED
wait_for_the_dead(void)
{
	u32 left = 1;

	for (u32 ticks = 0; left && ticks < 4000; ticks++) {
		wait_ticks(1);
		left = 0;
		for (u32 n = 1; n < AE_NENV; n++)
			if (exos_gates[n].state == AE_ENV_ZOMBIE)
				left += exos_gates[n].pages;
	}
}

/*
 * A check that as many pages are free as before.  The kernel takes back what
 * the dead held in pieces, one a tick.
 */
static void UNUSED
check_free_pages(u32 want, const char *what)
{
	u32 start = exos_info->ticks;

	while (exos_info->free_pages < want && exos_info->ticks - start < 200)
		pause_slice();
	check_is(exos_info->free_pages, want, what);
}

#endif
