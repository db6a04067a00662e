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
void exos_interrupts(void);
void exos_estack_overflow(u32 epc);
void exos_ctx_overflow(u32 epc);
/* The page table itself: table.c, which is in the critical range. */
extern struct exos_pte exos_pt[PT_MAX];
extern volatile u32 exos_pt_version;	/* changes with every change */
s32 exos_pt_insert(u32 va, u32 lo);
u32 exos_pt_remove(u32 va);
u32 exos_pt_change(u32 va, u32 clear, u32 bits);

/* Index of the last entry at or below va; entry 0 is a sentinel at 0. */
static inline __attribute__((always_inline)) u32
exos_pt_find(u32 va)
{
	u32 low = 0, n = exos_pin->pt_count;

	while (n > 1) {
		u32 half = n / 2;

		if (exos_pt[low + half].va <= va)
			low += half;
		n -= half;
	}
	return low;
}

EXOS_PINNED const struct ae_elf *exos_find_program(const char *program);
u32 exos_load(u32 info_page, u32 cap_lo, u32 cap_hi);
_Noreturn void exos_die(const char *why, u32 cause, u32 epc, u32 va);
EXOS_PINNED void exos_say(const char *s, u32 len);
void exos_start(void);			/* posix/main.c */

#endif
