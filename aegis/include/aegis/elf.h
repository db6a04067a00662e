/* SPDX-License-Identifier: MIT */
/*
 * The part of ELF32 (little-endian) that a program file uses.  The entry
 * address names the program's struct ae_env_desc, which lies in a segment of
 * the pinned part of the address space.
 */
#ifndef AEGIS_ELF_H
#define AEGIS_ELF_H

#include <aegis/types.h>

#define AE_ELF_MAGIC	0x464c457f
#define AE_ELF_MIPS	8
#define AE_ELF_LOAD	1

#ifndef __ASSEMBLER__

struct ae_elf {
	u32 magic;
	u8 ident[12];
	u16 type, machine;
	u32 version, entry, phoff, shoff, flags;
	u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct ae_elf_segment {
	u32 type, offset, vaddr, paddr, filesz, memsz, flags, align;
};

#endif /* !__ASSEMBLER__ */
#endif
