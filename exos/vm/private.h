/* SPDX-License-Identifier: MIT */
/* Between the files of ExOS that live in pinned pages. */
#ifndef EXOS_VM_PRIVATE_H
#define EXOS_VM_PRIVATE_H

#include <aegis/elf.h>
#include <aegis/sysnum.h>
#include <exos/exos.h>

#include "table.h"

#define PAGE_OF(va) ((va) & ~(AE_PAGE_SIZE - 1))

/* ExOS's own pages, above the stack: nobody may unmap them. */
#define EXOS_OWN	 0x6fff0000
#define EXOS_SCRATCH	 0x6fff8000 /* one page, for calls and messages */
#define EXOS_COPY	 0x6fff9000 /* one page: of a forked child */
#define EXOS_REGIONS	 0x6fffa000 /* struct exos_region[] */
#define EXOS_REGIONS_END 0x6fffe000
#define EXOS_NREGIONS \
	((EXOS_REGIONS_END - EXOS_REGIONS) / sizeof(struct exos_region))

/* Where a program's own pages are, all that a fork looks through; its parts
 * begin and end with runs of the table. */
#define EXOS_NRANGES 3
#define EXOS_RANGES                                                 \
	{                                                           \
		{ 0, EXOS_MMAP_END }, { EXOS_FREE, EXOS_FREE_END }, \
		{                                                   \
			EXOS_FRAMES, AE_PINNED_BASE                 \
		}                                                   \
	}

static inline int
exos_may_own(u32 va)
{
	return va < EXOS_MMAP_END || (va >= EXOS_FREE && va < EXOS_FREE_END) ||
	       va >= EXOS_FRAMES;
}

extern u32 exos_scratch; /* its page number */
extern u32 exos_heap_start;

/*
 * A tick that comes in the critical range is only recorded; the slice is
 * ended afterwards.  The stack is touched before, so that it cannot fault in
 * there.
 */
EXOS_PINNED void exos_slice_end(void);
#define STACK_READY() asm volatile("sw $zero, -256($sp)")
#define CRITICAL(call)                                   \
	({                                               \
		STACK_READY();                           \
		__typeof__(call) r_ = (call);            \
		if (exos_pin->intx[AE_SAVE_PENDING / 4]) \
			exos_slice_end();                \
		r_;                                      \
	})

/* ---- exos/vm/critical: all in the critical range, as the page table ---- */

/* A page for the table's window: 0, or AE_EINUSE when it has one there. */
s32 exos_root_set(u32 index, u32 lo);
u32 exos_root_trim(u32 index);
extern u32 exos_root[PT_PAGES];

s32 exos_caps_add(const struct ae_cap *c);
s32 exos_caps_drop(u32 index);
/* A page is mapped with the capability (1), or unmapped (-1). */
s32 exos_caps_use(u32 index, int delta);

/*
 * How often we have mapped a page of ours beyond the first time.  Counts
 * lie in pages at EXOS_FRAMES that are there once they are not all zero.
 */
s32 exos_frames_add(u32 page);	/* AE_ENOMEM: too often */
s32 exos_frames_drop(u32 page); /* 1: that was the last */
s32 exos_frames_shared(u32 page);

/* Our copy takes the place of a page, if its entry is lo still: 1. */
s32 exos_copy_in(u32 va, u32 lo, u32 page);

/* If the entry of a page is still lo, it becomes the mark PT_TAKEN: 1. */
s32 exos_mark_taken(u32 va, u32 lo);

s32 exos_queue_take(struct ae_int *i); /* 0: there is none */

/* A child that is what we are now: its name, or an error. */
#define EXOS_FORK_STACKS (2 + ESTACK_BYTES / AE_PAGE_SIZE)
struct exos_fork {
	struct ae_cap env;  /* the child's capability */
	const u32 *context; /* where it goes on; on the newest stack page */
	u32 stack[EXOS_FORK_STACKS]; /* pinned pages that begin as zeros */
};
s32 exos_fork_create(const struct exos_fork *f);

s32 exos_regions_find(u32 va, struct exos_region *r);
s32 exos_regions_add(const struct exos_region *r);
s32 exos_regions_cut(u32 start, u32 end);
s32 exos_regions_flags(u32 start, u32 end, u32 clear, u32 set);
s32 exos_regions_resize(u32 start, u32 end);
s32 exos_regions_covers(u32 start, u32 end);
u32 exos_regions_gap(u32 start, u32 end, u32 len);
s32 exos_regions_get(u32 i, struct exos_region *r);
s32 exos_regions_at(u32 start);
extern u32 exos_nregions;

/* ---- the rest of exos/vm ---- */

/* A zeroed page with a capability for reading and writing. */
EXOS_PINNED s32 exos_alloc_with(const struct ae_cap *c);
/* Map unless something is mapped there: AE_EINUSE. */
s32 exos_map_new(u32 va, u32 lo);
/* A zeroed page of ours; 0, too, when there is one already. */
EXOS_PINNED s32 exos_map_zero(u32 va, u32 flags);
/* Before our entry of a page of ours is forgotten. */
s32 exos_frame_drop(u32 lo);
s32 exos_frame_hold(u32 page);
/* A store to a copy-on-write page. */
s32 exos_cow_break(u32 va, u32 lo);

/*
 * The mark of a page that the kernel took, with all it held: not valid, no
 * number.  It stays until the address is unmapped.
 */
#define PT_TAKEN     PT_SHARED
#define IS_TAKEN(lo) ((lo) && !((lo) >> AE_PAGE_SHIFT))

/* ---- fork: vm/fork.c, for proc/fork.c ---- */

s32 exos_on_estack(s32 (*f)(const void *), const void *arg);
/* The moment of a fork: the child's name, or an error. */
EXOS_PINNED s32 exos_fork(const struct exos_fork *f);
/* First of all in the child: its scratch page. */
EXOS_PINNED s32 exos_fork_scratch(void);

/* What miss.inc leaves to C. */
s32 exos_protect_range(u32 va, u32 n, int writable);
s32 exos_changed_otherwise(u32 va, u32 lo, s32 bound);

int exos_fault_exposed(struct exos_region *r, u32 va, int write);
void exos_fault(struct exos_frame *f);
void exos_interrupts(void);
/* Look at the repossession vector before its notice comes, if that is ExOS's
 * business; and at the page at va, unless that is 0, which may have been taken
 * before it was mapped. */
void exos_repossess(u32 va);
void exos_look_at(u32 va);
void exos_estack_overflow(u32 epc);
void exos_ctx_overflow(u32 epc);
/* Results of a region's handler: the stack overflowed; a bus error. */
#define EXOS_FAULT_STACK 1
#define EXOS_FAULT_BUS	 2

/*
 * The cause of an exception at an instruction; the breaks by which compiled
 * code says that it divided by zero or overflowed count as overflow.
 */
#define EXOS_BREAK_OVERFLOW 6
#define EXOS_BREAK_DIVISION 7
static inline u32
exos_break_code(u32 epc)
{
	return *(const u32 *)epc >> 16 & 0x3ff;
}
static inline u32
exos_cause_at(u32 cause, u32 epc)
{
	if (cause == AE_EXC_BP &&
	    (exos_break_code(epc) | 1) == EXOS_BREAK_DIVISION)
		return AE_EXC_OV;
	return cause;
}

/*
 * A program's file, in the archive: by the name in bin/, or by where it is,
 * with its name.  It begins on a page.  0: there is none.
 */
EXOS_PINNED const struct ae_elf *exos_find_program(const char *program);
EXOS_PINNED const struct ae_elf *exos_program_at(u32 offset, const char **name);
extern struct ae_extent exos_archive; /* its pages; all may read them */
/* The archive's page that is mapped at an address, as an entry of the table
 * of a page that nobody may write. */
EXOS_PINNED u32 exos_archive_entry(const void *at);
/* page_ref, when the dead have given back what it needs. */
EXOS_PINNED s32 exos_page_ref(u32 page, const struct ae_cap *c, u32 holder,
			      const struct ae_cap *env);
/* A copy of an entry's page: its number, or an error. */
EXOS_PINNED s32 exos_page_copy(u32 lo, const struct ae_cap *new);
u32 exos_load(u32 info_page, u32 cap_lo, u32 cap_hi);
#define EXOS_DIED 128 /* exit status: 128 + cause, much as shells have it */
/* Told the exit status of a program that an exception ends, or 0. */
extern void (*exos_on_end)(u32 status);
_Noreturn void exos_die(const char *why, u32 cause, u32 epc, u32 va);
EXOS_PINNED void exos_say(const char *s, u32 len);
void exos_start(void); /* posix/main.c */

/* TLBwr of an entry, and TLBvadelete, also for the critical range: the
 * stubs of calls lie outside it. */
static inline s32
exos_bind(u32 va, u32 entry)
{
	const struct ae_cap *c = &exos_pin->caps[PT_CAP_OF(entry)];
	register u32 v0 asm("v0") = SYSV_TLBwr;
	register u32 a0 asm("a0") = va;
	register u32 a1 asm("a1") = entry & ~PT_SOFT;
	register u32 a2 asm("a2") = c->lo;
	register u32 a3 asm("a3") = c->hi;

	asm volatile("syscall"
		     : "+r"(v0)
		     : "r"(a0), "r"(a1), "r"(a2), "r"(a3)
		     : "memory");
	return v0;
}

static inline void
exos_unbind(u32 va)
{
	register u32 v0 asm("v0") = SYSV_TLBvadelete;
	register u32 a0 asm("a0") = va;

	asm volatile("syscall" : "+r"(v0) : "r"(a0) : "memory");
}

#endif
