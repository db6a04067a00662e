/* SPDX-License-Identifier: MIT */
/*
 * The monitor that runs when the boot line names no program: runs programs of
 * the boot archive and shows what the kernel exposes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <exos/exos.h>

#define MAXWORDS 16

static void
cmd_help(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	printf("NAME [ARGS]  run a program and wait for it (NAME & does not "
	       "wait)\n"
	       "ls           programs in the boot archive\n"
	       "ps -e        environments (a program)\n"
	       "kill NUMBER  end a child\n"
	       "pages        physical pages by owner\n"
	       "tlb          TLB and STLB use\n"
	       "info         the machine\n"
	       "halt [N]     stop the machine with status N\n");
}

static void
cmd_ls(int argc, char **argv)
{
	const char *name;
	const void *data;
	u32 at = 0;
	s32 size;

	(void)argc;
	(void)argv;
	while ((size = exos_archive_next(&at, &name, &data)) >= 0)
		if (!strncmp(name, "bin/", 4))
			printf("%-16s %7ld bytes\n", name + 4, (long)size);
}

static void
cmd_kill(int argc, char **argv)
{
	u32 n = argc > 1 ? strtoul(argv[1], 0, 0) : 0;
	s32 r = n < AE_NENV ? ae_env_free(exos_gates[n].name, 0) : AE_EENV;

	if (n == 0 || r < 0)
		printf("not a child: %s\n", argc > 1 ? argv[1] : "");
	else
		printf("status %ld\n", (long)r);
}

static void
cmd_pages(int argc, char **argv)
{
	unsigned long owned[AE_NENV] = { 0 }, kernel = 0, bound = 0, pins = 0;

	(void)argc;
	(void)argv;
	for (u32 i = 0; i < exos_info->npages; i++) {
		const volatile struct ae_page *p = &exos_pages[i];

		if (p->state == AE_PG_KERNEL)
			kernel++;
		if (p->state == AE_PG_OWNED)
			owned[p->owner]++;
		bound += p->bindings;
		pins += p->pins;
	}
	printf("%lu pages of %u bytes: %lu kernel, %lu free\n",
	       (unsigned long)exos_info->npages, AE_PAGE_SIZE, kernel,
	       (unsigned long)exos_info->free_pages);
	for (u32 n = 1; n < AE_NENV; n++)
		if (owned[n])
			printf("%6lu environment %lu\n", owned[n],
			       (unsigned long)n);
	printf("%lu STLB bindings, %lu guaranteed mappings\n", bound, pins);
}

static void
cmd_tlb(int argc, char **argv)
{
	static struct ae_tlb_entry tlb[AE_TLB_ENTRIES]
		__attribute__((aligned(AE_TLB_ENTRIES * 8)));
	unsigned valid = 0, mine = 0, used = 0, own = 0;
	struct ae_cap *c;
	u32 lo;

	(void)argc;
	(void)argv;
	memset(tlb, 0, sizeof tlb);
	lo = exos_lookup((u32)tlb);
	c = &exos_pin->caps[PT_CAP_OF(lo)];
	ae_tlbread(lo >> AE_PAGE_SHIFT, (u32)tlb & (AE_PAGE_SIZE - 1),
		   sizeof tlb, c->lo, c->hi);
	for (u32 i = 0; i < AE_TLB_ENTRIES; i++) {
		if (!(tlb[i].lo & AE_LO_V))
			continue;
		valid++;
		mine += !(tlb[i].lo & AE_LO_G) &&
			AE_HI_ASID(tlb[i].hi) == AE_HI_ASID(exos_self);
	}
	for (u32 i = 0; i < AE_STLB_ENTRIES; i++) {
		u32 tag = exos_stlb[AE_STLB_ENTRIES + i];

		used += tag != 0;
		own += tag >> 21 == exos_self >> 21;
	}
	printf("TLB  %4u of %u entries valid (8 wired), %u this program's\n",
	       valid, AE_TLB_ENTRIES, mine);
	printf("STLB %4u of %u entries used, %u this program's\n", used,
	       AE_STLB_ENTRIES, own);
}

static void
cmd_info(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	printf("%s, %lu MB, %lu ticks of 1/%lu s since boot\n",
	       (const char *)exos_info->machine,
	       (unsigned long)exos_info->npages >> (20 - AE_PAGE_SHIFT),
	       (unsigned long)exos_info->ticks,
	       (unsigned long)exos_info->tick_hz);
}

static void
cmd_halt(int argc, char **argv)
{
	u32 status = argc > 1 ? strtoul(argv[1], 0, 0) : 0;

	fflush(stdout);
	if (ae_halt(status) < 0)
		exit(status); /* not the first environment */
}

static const struct {
	const char *name;
	void (*run)(int argc, char **argv);
} commands[] = {
	{ "help", cmd_help },	{ "ls", cmd_ls },   { "kill", cmd_kill },
	{ "pages", cmd_pages }, { "tlb", cmd_tlb }, { "info", cmd_info },
	{ "halt", cmd_halt },
};

static void
run_program(int argc, char **argv)
{
	int background = argc > 1 && !strcmp(argv[argc - 1], "&");
	s32 child, status;

	fflush(stdout);
	child = exos_spawn(argc - background, argv);
	if (child == AE_EINVAL) {
		printf("%s: no such program; try help\n", argv[0]);
		return;
	}
	if (child < 0) {
		printf("%s: not started, error %ld\n", argv[0], (long)child);
		return;
	}
	if (background) {
		printf("environment %lu\n",
		       (unsigned long)AE_NAME_NUMBER((u32)child));
		return;
	}
	ae_cons_give(child);
	status = exos_wait(child);
	if (status)
		printf("%s: status %ld\n", argv[0], (long)status);
}

static void
run_line(char *line)
{
	char *argv[MAXWORDS];
	int argc = 0;

	for (char *w = strtok(line, " \t\n"); w && argc < MAXWORDS;
	     w = strtok(0, " \t\n"))
		argv[argc++] = w;
	if (argc == 0)
		return;
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		if (!strcmp(argv[0], commands[i].name)) {
			commands[i].run(argc, argv);
			return;
		}
	}
	run_program(argc, argv);
}

int
main(void)
{
	char line[128];

	printf("ExOS on Aegis.  `help` lists the commands.\n");
	for (;;) {
		printf("%% ");
		fflush(stdout);
		if (!fgets(line, sizeof line, stdin))
			return 0;
		run_line(line);
	}
}
