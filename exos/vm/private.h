/* SPDX-License-Identifier: MIT */
/* Between the files of ExOS that live in pinned pages. */
#ifndef EXOS_VM_PRIVATE_H
#define EXOS_VM_PRIVATE_H

#include <aegis/elf.h>
#include <exos/exos.h>

#define EXOS_SCRATCH	0x6fff8000	/* one page, for calls and messages */

extern u32 exos_scratch;		/* its page number */
extern u32 exos_heap_start;

EXOS_PINNED struct exos_region *exos_region_at(u32 start);
int exos_fault_exposed(struct exos_region *r, u32 va, int write);
void exos_fault(struct exos_frame *f);
void exos_estack_overflow(u32 epc);
void exos_ctx_overflow(u32 epc);
extern struct exos_pte exos_pt[PT_MAX];
EXOS_PINNED const struct ae_elf *exos_find_program(const char *program);
u32 exos_load(u32 info_page, u32 cap_lo, u32 cap_hi);
_Noreturn void exos_die(const char *why, u32 cause, u32 epc, u32 va);
EXOS_PINNED void exos_say(const char *s, u32 len);
void exos_start(void);			/* posix/main.c */

#endif
