/* SPDX-License-Identifier: MIT */
/*
 * A program loads itself: the kernel or its parent gave it its pinned pages;
 * from there it builds its address space and takes its segments from the
 * exposed boot archive, where its file begins on a page: what is only read is
 * mapped there, what may be written is copied.
 */
#include <aegis/elf.h>
#include <exos/event.h>
#include <exos/exos.h>

#include "private.h"

u32 exos_self;
u32 exos_heap_start;
u32 exos_has_events;
struct ae_extent exos_archive;

static int
same(const char *a, const char *b, u32 n)
{
	for (; n; n--, a++, b++)
		if (*a != *b || !*a)
			return *a == *b;
	return 1;
}

/* The command line of the first environment, from the boot words. */
static void
first_args(struct exos_boot *boot)
{
	const volatile char *s = exos_info->args;
	const char *from = "monitor";
	char *to = boot->args;
	u32 i = 0;

	for (i = 0; s[i]; i++)
		if (same((const char *)s + i, "init=", 5)) {
			from = (const char *)s + i + 5;
			break;
		}
	for (; *from && to < boot->args + EXOS_ARGS - 1; from++) {
		if (*from != ' ')
			*to++ = *from;
		else if (to > boot->args && to[-1])
			*to++ = 0;
	}
	if (to > boot->args && to[-1])
		*to++ = 0;
	boot->args_len = to - boot->args;
}

#define TAR_BLOCK 512
#define TAR_NAME  100
#define TAR_SIZE  124
#define TAR_TYPE  156

static u32
octal(const u8 *s)
{
	u32 v = 0;

	while (*s >= '0' && *s <= '7')
		v = v << 3 | (*s++ - '0');
	return v;
}

s32
exos_archive_next(u32 *at, const char **name, const void **data)
{
	const u8 *start = (const u8 *)EXOS_ARCHIVE;
	u32 bytes = exos_info->archive.bytes;

	while (*at < bytes && bytes - *at >= TAR_BLOCK && start[*at]) {
		const u8 *h = start + *at;
		u32 size = octal(h + TAR_SIZE);

		if (size > bytes - *at - TAR_BLOCK)
			break;
		*at += TAR_BLOCK + ((size + TAR_BLOCK - 1) & ~(TAR_BLOCK - 1));
		if (h[TAR_TYPE] != '0')
			continue;
		*name = (const char *)h;
		*data = h + TAR_BLOCK;
		return size;
	}
	return -1;
}

/* An ELF file on a page, of which the first bytes at least are there. */
static const struct ae_elf *
elf_at(const void *data, u32 size)
{
	const struct ae_elf *elf = data;

	if ((u32)data & (AE_PAGE_SIZE - 1) || size < sizeof *elf ||
	    elf->magic != AE_ELF_MAGIC)
		return 0;
	return elf;
}

const struct ae_elf *
exos_program_at(u32 offset, const char **name)
{
	u32 at = offset - TAR_BLOCK;
	const void *data;
	s32 size;

	if (offset < TAR_BLOCK || offset & (TAR_BLOCK - 1))
		return 0;
	size = exos_archive_next(&at, name, &data);
	if (size < 0 || (u32)data - EXOS_ARCHIVE != offset ||
	    !same(*name, "bin/", 4))
		return 0;
	*name += 4;
	return elf_at(data, size);
}

const struct ae_elf *
exos_find_program(const char *program)
{
	const char *name;
	const void *data;
	u32 at = 0;
	s32 size;

	while ((size = exos_archive_next(&at, &name, &data)) >= 0) {
		const struct ae_elf *elf;

		if (!same(name, "bin/", 4) ||
		    !same(name + 4, program, TAR_NAME - 4))
			continue;
		elf = elf_at(data, size);
		if (elf)
			return elf;
	}
	return 0;
}

static _Noreturn void
fail(const char *why)
{
	exos_die(why, 0, 0, 0);
}

u32
exos_archive_entry(const void *at)
{
	u32 page =
		exos_archive.page + (((u32)at - EXOS_ARCHIVE) >> AE_PAGE_SHIFT);

	return page << AE_PAGE_SHIFT | AE_LO_V | PT_CAP(CAP_PUBLIC);
}

/* The program's text is mapped for good: only its protection can be wrong. */
static int
fault_loaded(struct exos_region *r, u32 va, int write)
{
	(void)r;
	(void)va;
	(void)write;
	return AE_EACCES;
}

/* Part of a page, whose rest is zero: 16 bytes at a time, then words. */
static void
copy_words(u32 *to, const u32 *from, u32 bytes)
{
	struct four {
		u32 word[4];
	};

	for (; bytes >= sizeof(struct four); bytes -= sizeof(struct four)) {
		*(struct four *)to = *(const struct four *)from;
		to += 4;
		from += 4;
	}
	for (; (s32)bytes > 0; bytes -= 4)
		*to++ = *from++;
}

/* A page that the program may write, as the file has it. */
static s32
load_copy(u32 va, const void *from)
{
	struct ae_cap *own = &exos_pin->caps[CAP_OWN];
	s32 page = exos_page_copy(exos_archive_entry(from), own);

	if (page < 0)
		return page;
	return exos_map(va, (u32)page << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D |
				    PT_CAP(CAP_OWN) | PT_OWNED);
}

/*
 * A segment that is not written is the archive's own pages, and whoever has it
 * made writable gets copies.  Of another one, what the file does not fill
 * comes on demand.
 */
static void
load_segment(const struct ae_elf *elf, const struct ae_elf_segment *ph)
{
	const char *from = (const char *)elf + ph->offset;
	int writable = ph->flags & 2; /* PF_W */
	struct exos_region r = {
		.start = ph->vaddr,
		.end = PAGE_OF(ph->vaddr + ph->memsz + AE_PAGE_SIZE - 1),
		.fault = writable ? exos_fault_zero : fault_loaded,
		.flags = writable ? 0 : RG_READONLY,
	};
	s32 e = exos_region_add(&r);

	for (u32 at = 0; !e && at < ph->filesz; at += AE_PAGE_SIZE) {
		u32 va = ph->vaddr + at, n = ph->filesz - at;

		if (!writable)
			e = exos_map(va,
				     exos_archive_entry(from + at) | PT_COW);
		else if (n >= AE_PAGE_SIZE)
			e = load_copy(va, from + at);
		else
			copy_words((u32 *)va, (const u32 *)(from + at), n);
	}
	if (e)
		fail("no room for a segment, cause");
	if (r.end > exos_heap_start)
		exos_heap_start = r.end;
}

static void
expose(u32 va, const volatile struct ae_extent *x)
{
	exos_region_add(&(struct exos_region){
		.start = va,
		.end = va + (x->npages << AE_PAGE_SHIFT),
		.fault = exos_fault_exposed,
		.arg = x->page,
	});
}

/* What the page table has where it has no page. */
static void
empty_table(void)
{
	s32 page = exos_alloc_with(&exos_pin->caps[CAP_PINNED]);

	if (page < 0)
		exos_exit(EXOS_NO_TABLE);
	exos_pin->root = exos_root;
	exos_pin->none = (u32)page << AE_PAGE_SHIFT | AE_LO_V;
	exos_pt_init();
}

/* A capability for our own pages that nobody else knows. */
static void
own_capability(void)
{
	struct ae_cap *pinned = &exos_pin->caps[CAP_PINNED];
	struct ae_cap *own = &exos_pin->caps[CAP_OWN];
	volatile u32 *words = (u32 *)EXOS_SCRATCH;
	s32 page = exos_alloc_with(pinned);

	if (page < 0)
		exos_exit(1); /* no memory, no words */
	exos_scratch = page;
	exos_map(EXOS_SCRATCH, (u32)page << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D |
				       PT_CAP(CAP_PINNED) | PT_OWNED);
	exos_map(EXOS_COPY,
		 (u32)page << AE_PAGE_SHIFT | AE_LO_V | PT_CAP(CAP_PINNED));
	ae_random(page, 0, 8, pinned->lo, pinned->hi);
	own->lo = words[0];
	own->hi = words[1];
	words[0] = words[1] = 0;
}

/* Whoever reads the event ring learns the program's name from it. */
static void
tell_loaded(const char *name)
{
	u32 word[2] = { 0, 0 };

	for (u32 i = 0; i < sizeof word && name[i]; i++)
		((char *)word)[i] = name[i];
	exos_event(EXOS_EV_LOADED, word[0], word[1]);
}

/* Called once, on the exception stack.  Result: where to go on. */
u32
exos_load(u32 info_page, u32 cap_lo, u32 cap_hi)
{
	struct exos_boot *boot = &exos_pin->boot;
	const struct ae_elf_segment *ph;
	const struct ae_elf *elf;
	const char *name;

	exos_self = ae_self();
	if (boot->magic != EXOS_BOOT_MAGIC)
		boot->cap = (struct ae_cap){ cap_lo, cap_hi };
	exos_pin->caps[CAP_PINNED] = boot->cap;
	empty_table();
	exos_map(EXOS_INFO,
		 info_page << AE_PAGE_SHIFT | AE_LO_V | PT_CAP(CAP_PUBLIC));
	own_capability();
	expose(EXOS_INFO,
	       &(struct ae_extent){ .page = info_page, .npages = 1 });
	exos_archive = exos_info->archive;
	expose(EXOS_ARCHIVE, &exos_archive);
	expose(EXOS_GATES, &exos_info->gates);
	expose(EXOS_HANDLERS, &exos_info->handlers);
	expose(EXOS_STLB, &exos_info->stlb);
	expose(EXOS_SLICES, &exos_info->slices);
	expose(EXOS_DATA, &exos_info->data);
	expose(EXOS_REVOKES, &exos_info->revokes);
	expose(EXOS_PAGES, &exos_info->pages);
	exos_has_events = exos_info->build & AE_BUILD_EVENTS;
	if (exos_has_events)
		expose(EXOS_EVENTS, &exos_info->events);
	exos_region_add(&(struct exos_region){
		.start = EXOS_STACK - EXOS_STACK_MAX - EXOS_GUARD,
		.end = EXOS_STACK,
		.fault = exos_fault_stack,
	});
	if (boot->magic != EXOS_BOOT_MAGIC)
		first_args(boot);

	elf = boot->program ? exos_program_at(boot->program, &name) :
			      exos_find_program(boot->args);
	if (!elf)
		fail("program not in the archive, cause");
	ph = (const struct ae_elf_segment *)((const u8 *)elf + elf->phoff);
	for (u32 i = 0; i < elf->phnum; i++)
		if (ph[i].type == AE_ELF_LOAD && ph[i].vaddr < AE_PINNED_BASE)
			load_segment(elf, &ph[i]);
	exos_region_add(&(struct exos_region){
		.start = exos_heap_start,
		.end = exos_heap_start,
		.fault = exos_fault_zero,
	});
	tell_loaded(boot->args);
	exos_pin->iq.mask |=
		1 << AE_INT_REVOKE | 1 << AE_INT_IMPERATIVE | 1 << AE_INT_REPO;
	return (u32)exos_start;
}
