/* SPDX-License-Identifier: MIT */
/*
 * The first environment, made from a program of the boot archive.
 *
 * A program is an ELF file whose entry address names its struct ae_env_desc
 * in the pinned segment.  The kernel copies the pinned segments into pages,
 * makes them guaranteed mappings, and starts it; the rest of the program the
 * program loads itself, from the exposed archive (docs/design.md, "Start").
 */
#include "kernel.h"
#include <aegis/elf.h>

static const u8 *file;
static u32 file_size;

static const void *
file_at(u32 off, u32 len)
{
	if (off > file_size || len > file_size - off || off & 3)
		panic("first program: bad ELF file");
	return file + off;
}

/* Where the file holds the bytes of a pinned address. */
static const void *
file_of_va(const struct ae_elf *elf, u32 va, u32 len)
{
	const struct ae_elf_segment *ph =
		file_at(elf->phoff, elf->phnum * sizeof *ph);

	for (u32 i = 0; i < elf->phnum; i++, ph++) {
		u32 into = va - ph->vaddr;

		if (ph->type == AE_ELF_LOAD && va >= ph->vaddr &&
		    into < ph->filesz && len <= ph->filesz - into)
			return file_at(ph->offset + into, len);
	}
	panic("first program: no environment description");
}

/* Copy one page of a segment into a page of its own. */
static u32
load_page(const struct ae_elf_segment *ph, u32 at, const struct ae_cap *cap)
{
	s32 page = page_alloc(AE_PAGE_ANY, cap, cap, 0);
	u32 n = ph->filesz > at ? ph->filesz - at : 0;

	if (page < 0)
		panic("first program: no memory");
	if (n > AE_PAGE_SIZE)
		n = AE_PAGE_SIZE;
	if (n)
		memcpy((void *)KSEG0((u32)page << AE_PAGE_SHIFT),
		       file_at(ph->offset + at, n), n);
	icache_flush(KSEG0((u32)page << AE_PAGE_SHIFT), AE_PAGE_SIZE);
	return page;
}

static void
load_pinned(const struct ae_elf *elf, struct ae_env_desc *d,
	    const struct ae_cap *cap)
{
	const struct ae_elf_segment *ph =
		file_at(elf->phoff, elf->phnum * sizeof *ph);
	u32 used = 0;

	for (u32 i = 0; i < elf->phnum; i++, ph++) {
		if (ph->type != AE_ELF_LOAD || ph->vaddr < AE_PINNED_BASE ||
		    ph->vaddr & (AE_PAGE_SIZE - 1))
			continue;
		for (u32 at = 0; at < ph->memsz; at += AE_PAGE_SIZE) {
			if (used >= AE_NPIN)
				panic("first program: too many pinned pages");
			/* cppcheck-suppress arrayIndexOutOfBoundsCond */
			d->pin[used++] = (struct ae_pin){
				.va = ph->vaddr + at,
				.lo = load_page(ph, at, cap) << AE_PAGE_SHIFT |
				      AE_LO_D | AE_LO_V,
				.cap = *cap,
			};
		}
	}
}

void
first_env(const char *line)
{
	static struct ae_env_desc d;
	static const char bin[] = "bin/";
	char name[64];
	u32 len = sizeof bin - 1;
	const struct ae_elf *elf;
	struct ae_cap cap;
	s32 env;

	memcpy(name, bin, len);
	while (*line && *line != ' ' && len < sizeof name - 1)
		name[len++] = *line++;
	name[len] = 0;
	if (archive_find(name, len, &file, &file_size)) {
		kprintf("aegis: no program %s\n", name);
		panic("first program not in the boot archive");
	}
	elf = file_at(0, sizeof *elf);
	if (elf->magic != AE_ELF_MAGIC || elf->machine != AE_ELF_MIPS)
		panic("first program: bad ELF file");
	memcpy(&d, file_of_va(elf, elf->entry, sizeof d), sizeof d);
	random_words((u32 *)&cap, 2);
	load_pinned(elf, &d, &cap);
	d.cap = cap;
	env = env_make(&d, 0);
	if (env < 0)
		panic("first program: bad environment description");
	info->boot_env = info->console = env;
	envs[AE_NAME_NUMBER((u32)env)].cap = cap;
	slice_take(0, &cap, AE_NAME_NUMBER((u32)env));
}
