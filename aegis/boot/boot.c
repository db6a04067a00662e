/* SPDX-License-Identifier: MIT */
/* From the PROM to the first environment. */
#include "check.h"

extern u32 utlb_vector[], utlb_vector_end[];
extern u32 general_vector[], general_vector_end[];
extern u32 sys_table[FAST_NCALL];

const struct machine *machine;

#define PROBE_STEP (1 << 20) /* memory comes in whole megabytes */

/*
 * Bytes of memory: the first megabyte that does not hold what was written.
 * Where there is none, GXemul ignores writes and reads zero.
 */
static u32
memory_size(void)
{
	u32 first = ((u32)kernel_end - KSEG0(0)) / PROBE_STEP + 1;
	u32 size;

	for (size = first * PROBE_STEP; size < machine->max_memory;
	     size += PROBE_STEP) {
		volatile u32 *p = (u32 *)KSEG1(size);

		p[0] = ~size;
		p[1] = size;
		if (p[0] != ~size || p[1] != size)
			break;
	}
	return size;
}

static void
install_vectors(void)
{
	memcpy((void *)KSEG0(0), utlb_vector,
	       (u32)utlb_vector_end - (u32)utlb_vector);
	memcpy((void *)KSEG0(0x80), general_vector,
	       (u32)general_vector_end - (u32)general_vector);
	icache_flush(KSEG0(0), 0x100);
}

/* Page records (exposed, so on whole pages), capabilities and references,
 * after the kernel; what follows is free. */
static u32
whole_pages(u32 bytes)
{
	return (bytes + AE_PAGE_SIZE - 1) & ~(AE_PAGE_SIZE - 1);
}

static void
memory_init(void)
{
	u32 pages = memory_size() >> AE_PAGE_SHIFT;
	u32 caps = (u32)kernel_end + whole_pages(pages * sizeof *page_records);
	u32 holders = caps + whole_pages(pages * sizeof *page_caps);
	u32 end = holders + whole_pages(holder_bytes(pages));

	page_records = (struct ae_page *)kernel_end;
	page_caps = (struct page_caps *)caps;
	memset(page_records, 0, end - (u32)page_records);
	page_init(pages, (end - KSEG0(0)) >> AE_PAGE_SHIFT);
	holder_init((void *)holders);
}

/* The boot word key=value, or null. */
static const char *
boot_word(const char *key)
{
	const char *s = prom_args();
	u32 len = 0;

	while (key[len])
		len++;
	while (*s) {
		if (!memcmp(s, key, len))
			return s + len;
		while (*s && *s != ' ')
			s++;
		while (*s == ' ')
			s++;
	}
	return 0;
}

/* All the seed there is: the boot arguments.  See docs/limits.md. */
static void
seed_random(void)
{
	u32 seed[8] = { 0 };
	const char *s = prom_args();

	for (u32 i = 0; s[i]; i++)
		seed[i % 8] = seed[i % 8] * 31 + (u8)s[i];
	random_seed(seed);
}

noreturn void boot(int argc, char **argv, u32 magic, u32 callbacks);
noreturn void
boot(int argc, char **argv, u32 magic, u32 callbacks)
{
	const char *line;

	(void)magic;
	prom_init(argc, argv, callbacks);
	machine = machine_find(prom_system_id());
	if (!machine)
		prom_halt();
	machine->console->init(machine->console_base);
	install_vectors();
	env_init();
	stlb_init();
	memcpy(call_table, sys_table, sizeof sys_table);
	current_p = FAST_BASE;
	seed_random();
	memory_init();
	info_init(machine->name, prom_args());
	kprintf("aegis: %s, %u MB, %u pages free\n", machine->name,
		page_count >> (20 - AE_PAGE_SHIFT), info->free_pages);
	machine_interrupts(INTR_CLOCK | INTR_CONSOLE);
	line = boot_word("init=");
	first_env(line ? line : "monitor");
#ifdef CHECKS
	check_init();
#endif
	machine->clock->init(machine->clock_base, AE_TICK_HZ);
	processor_next();
}
