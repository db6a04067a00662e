/* SPDX-License-Identifier: MIT */
/*
 * Faults that nothing can be done about end the program, with a message and
 * a status; never do they hang it or the machine.  Each part is a child.
 */
#include <setjmp.h>
#include <sys/mman.h>

#include "../../include/check.h"

#define PAGE	    AE_PAGE_SIZE
#define AT	    EXOS_FREE
#define DIED(cause) (128 + (cause))
#define STORE(va)   (*(volatile u32 *)(va) = 1)

extern char suicide[], suicide_end[];

static void
add_region(int (*fault)(struct exos_region *, u32, int), u32 n)
{
	exos_region_add(&(struct exos_region){
		.start = AT, .end = AT + n * PAGE, .fault = fault });
}

/* ---- parts ---- */

static int
faulting(struct exos_region *r, u32 va, int write)
{
	(void)va;
	(void)write;
	STORE(r->start + PAGE); /* again, and again */
	return 0;
}

static void
fault_in_handler(void)
{
	add_region(faulting, 2);
	STORE(AT);
}

static int
other_faulting(struct exos_frame *f)
{
	STORE(f->badvaddr);
	return 0;
}

static void
fault_in_exception_handler(void)
{
	exos_on_exception(AE_EXC_TLBS, other_faulting);
	STORE(AT);
}

static void
copy_suicide(void)
{
	void *at = mmap((void *)AT, PAGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	memcpy(at, suicide, suicide_end - suicide);
	ae_cacheflush(page_under(at), own_cap.lo, own_cap.hi);
}

static void
unmaps_itself(void)
{
	copy_suicide();
	exos_region_add(&(struct exos_region){
		.start = AT + PAGE,
		.end = AT + 2 * PAGE,
		.fault = (int (*)(struct exos_region *, u32, int))AT });
	STORE(AT + PAGE);
}

static void
unmaps_itself_as_handler(void)
{
	copy_suicide();
	exos_on_exception(AE_EXC_TLBL, (exos_handler *)AT);
	exos_on_exception(AE_EXC_TLBS, (exos_handler *)AT);
	STORE(AT + PAGE);
}

static void
unmaps_its_text(void)
{
	u32 end = (u32)suicide_end;

	exos_region_cut(EXOS_TEXT, (end + PAGE - 1) & ~(PAGE - 1));
	for (u32 va = EXOS_TEXT; va < end; va += PAGE)
		exos_unmap(va);
}

static void
takes_all_memory(void)
{
	add_region(exos_fault_zero, 0x10000);
	for (u32 i = 0; i < 0x10000; i++)
		STORE(AT + i * PAGE);
}

static int recurse(int n);
static int (*volatile again)(int n) = recurse;

static int
recurse(int n)
{
	volatile char room[200];

	room[0] = n;
	return again(n + 1) + room[0];
}

static void
overflows_its_stack(void)
{
	recurse(0);
}

static void
protects_its_stack(void)
{
	mprotect((void *)(EXOS_STACK - 16 * PAGE), 16 * PAGE, PROT_NONE);
}

static void
forgets_its_regions(void)
{
	exos_region_cut(PAGE, AE_PINNED_BASE);
	recurse(0);
}

static void
loses_its_last_words(void)
{
	exos_change(0x6fff8000, 1, AE_LO_V, 0);
	STORE(AT);
}

static void
loses_its_table(void)
{
	struct ae_cap *c = &exos_pin->caps[CAP_PINNED];

	for (u32 i = 0; i < PT_PAGES; i++)
		if (exos_pin->root[i])
			ae_Dealloc(exos_pin->root[i] >> AE_PAGE_SHIFT, c->lo,
				   c->hi);
	ae_TLBdelete(EXOS_TEXT, 256);
}

/* All that the kernel exposes has its entries in one page of the table. */
static void
loses_exposed_part(void)
{
	struct ae_cap *c = &exos_pin->caps[CAP_PINNED];
	u32 ticks = exos_info->ticks;
	u32 lo = exos_pin->root[EXOS_INFO / AE_PAGE_SIZE / (AE_PAGE_SIZE / 4)];

	if (ae_Dealloc(lo >> AE_PAGE_SHIFT, c->lo, c->hi))
		return;
	ae_TLBdelete(EXOS_INFO, 256);
	if (exos_info->ticks - ticks < 100 &&
	    exos_gates[AE_NAME_NUMBER(exos_self)].name == exos_self)
		exos_exit(42);
}

static int
stores_again(struct exos_frame *f)
{
	STORE(f->badvaddr);
	return 0;
}

static void
protection_in_handler(void)
{
	add_region(exos_fault_zero, 1);
	STORE(AT);
	exos_protect(AT, 1, 0);
	exos_on_protection(stores_again);
	STORE(AT);
}

/* A handler that is left by longjmp, many times, is no loss. */
static jmp_buf out;

static int
jumps_out(struct exos_frame *f)
{
	(void)f;
	longjmp(out, 1);
}

static volatile u32 jumps;

static void
jump_out(u32 va)
{
	if (!setjmp(out))
		STORE(va);
	else
		jumps++;
}

static void
longjmps(void)
{
	add_region(exos_fault_zero, 1);
	STORE(AT);
	exos_protect(AT, 1, 0);
	exos_on_protection(jumps_out);
	exos_on_exception(AE_EXC_MOD, jumps_out);
	exos_on_exception(AE_EXC_TLBS, jumps_out);
	for (u32 i = 0; i < 500; i++) {
		jump_out(AT);
		jump_out(AT + PAGE);
	}
	exos_exit(jumps == 1000 ? 42 : 1);
}

/* ---- the list ---- */

static const struct part {
	const char *name;
	void (*run)(void);
	s32 status;
	const char *what;
} parts[] = {
	{ "handler", fault_in_handler, DIED(0),
	  "a region's handler that faults for ever" },
	{ "exception", fault_in_exception_handler, DIED(0),
	  "an exception handler that faults for ever" },
	{ "itself", unmaps_itself, DIED(AE_EXC_TLBL),
	  "a region's handler that unmaps itself" },
	{ "handler2", unmaps_itself_as_handler, DIED(0),
	  "an exception handler that unmaps itself, and is asked again" },
	{ "text", unmaps_its_text, DIED(AE_EXC_TLBL),
	  "a program that unmaps its text" },
	{ "memory", takes_all_memory, DIED(AE_EXC_TLBS),
	  "no memory for a page" },
	{ "stack", overflows_its_stack, DIED(AE_EXC_TLBS), "a full stack" },
	{ "protect", protects_its_stack, DIED(AE_EXC_TLBL),
	  "a stack that may not be used" },
	{ "regions", forgets_its_regions, DIED(AE_EXC_TLBS),
	  "a program without regions" },
	{ "words", loses_its_last_words, DIED(AE_EXC_TLBS),
	  "no page for last words: none, but the status" },
	{ "table", loses_its_table, EXOS_NO_TABLE,
	  "a page table that was given away" },
	{ "exposed", loses_exposed_part, 42,
	  "a page of it that only the kernel's tables needed" },
	{ "again", protection_in_handler, DIED(AE_EXC_MOD),
	  "a protection handler that stores there itself" },
	{ "longjmp", longjmps, 42, "handlers left by longjmp, 1000 times" },
};
#define NPARTS (sizeof parts / sizeof *parts)

int
main(int argc, char **argv)
{
	u32 free;

	for (u32 i = 0; i < NPARTS; i++)
		if (check_part(argc, argv, parts[i].name)) {
			parts[i].run();
			return 1;
		}
	check_is(exos_wait(check_spawn("longjmp", 0)), 42,
		 "a first child, as a child needs room in its parent");
	free = free_pages();
	for (u32 i = 0; i < NPARTS; i++)
		check_is(exos_wait(check_spawn(parts[i].name, 0)),
			 parts[i].status, parts[i].what);
	check_is(free_pages(), free, "no page was lost");
	return check_plan();
}
