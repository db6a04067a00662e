/* SPDX-License-Identifier: MIT */
/*
 * A program loads itself: the kernel or its parent gave it its pinned pages;
 * from there it builds its address space and copies its segments out of the
 * exposed boot archive.
 */
#include <aegis/elf.h>
#include <exos/event.h>
#include <exos/exos.h>

#include "private.h"

u32 exos_self;
u32 exos_heap_start;
u32 exos_has_events;

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

/* The ELF file of bin/<program>. */
const struct ae_elf *
exos_find_program(const char *program)
{
	const char *name;
	const void *data;
	u32 at = 0;
	s32 size;

	while ((size = exos_archive_next(&at, &name, &data)) >= 0) {
		const struct ae_elf *elf = data;

		if (same(name, "bin/", 4) &&
		    same(name + 4, program, TAR_NAME - 4) &&
		    size >= (s32)sizeof *elf && elf->magic == AE_ELF_MAGIC)
			return elf;
	}
	return 0;
}

static _Noreturn void
fail(const char *why)
{
	exos_die(why, 0, 0, 0);
}

/* Instructions were written: instruction fetch must see them. */
static void
flush_code(u32 va, u32 pages)
{
	for (u32 i = 0; i < pages; i++) {
		u32 lo = exos_lookup(va + (i << AE_PAGE_SHIFT));
		struct ae_cap *c = &exos_pin->caps[CAP_OWN];

		if (lo)
			ae_cacheflush(lo >> AE_PAGE_SHIFT, c->lo, c->hi);
	}
}

/* Map pages of the archive before they are looked at: with an error, where a
 * fault would end the program. */
static s32
reach(u32 va, u32 bytes)
{
	struct exos_region archive = {
		.origin = EXOS_ARCHIVE,
		.arg = exos_info->archive.page,
	};
	u32 end = va + bytes;
	s32 e = 0;

	for (; !e && va < end; va = PAGE_OF(va) + AE_PAGE_SIZE)
		if (!exos_lookup(va))
			e = exos_fault_exposed(&archive, va, 0);
	return e;
}

/* A page of the program's file, as it was when it was first loaded. */
static s32
load_page(const struct exos_region *r, u32 va, u32 flags)
{
	const struct ae_elf *elf = (const struct ae_elf *)r->arg;
	const struct ae_elf_segment *ph;
	struct ae_cap *c = &exos_pin->caps[CAP_OWN];
	u32 at = PAGE_OF(va) - r->origin, from, bytes;
	s32 page, e = reach(r->arg, TAR_BLOCK); /* the headers */

	if (e)
		return e;
	ph = (const struct ae_elf_segment *)((const u8 *)elf + elf->phoff);
	while (ph->vaddr != r->origin)
		ph++;
	from = r->arg + ph->offset + at;
	bytes = (ph->filesz + 3) / 4 * 4 - at;
	if (bytes > AE_PAGE_SIZE)
		bytes = AE_PAGE_SIZE;
	e = reach(from, bytes);
	page = e ? e : exos_alloc();
	if (page < 0)
		return page;
	if (CRITICAL(exos_fill_page(from, bytes, page)))
		return 0; /* it was taken meanwhile: the next one, then */
	ae_cacheflush(page, c->lo, c->hi);
	e = exos_map_new(va, (u32)page << AE_PAGE_SHIFT | AE_LO_V | flags |
				     PT_CAP(CAP_OWN) | PT_OWNED);
	if (e)
		ae_Dealloc(page, c->lo, c->hi);
	return e == AE_EINUSE ? 0 : e;
}

#define PATIENCE 256 /* ticks, in which others are asked for memory */

int
exos_fault_loaded(struct exos_region *r, u32 va, int write)
{
	u32 flags = 0, start = exos_info->ticks;
	s32 e;

	if (r->flags & RG_NOACCESS || (write && r->flags & RG_READONLY))
		return AE_EACCES;
	if (exos_lookup(va))
		return AE_EACCES; /* there, but protected */
	if (!(r->flags & RG_READONLY))
		flags = write ? PT_EXOS_D : PT_WRITE;
	while ((e = load_page(r, va, flags)) == AE_ENOMEM &&
	       exos_info->ticks - start < PATIENCE)
		exos_yield(AE_NAME_SELF);
	return e;
}

/* Copy a segment; what the file does not fill comes on demand. */
static void
load_segment(const struct ae_elf *elf, const struct ae_elf_segment *ph)
{
	const u32 *from = (const u32 *)((const u8 *)elf + ph->offset);
	u32 *to = (u32 *)ph->vaddr;
	u32 pages = (ph->memsz + (ph->vaddr & (AE_PAGE_SIZE - 1)) +
		     AE_PAGE_SIZE - 1) >>
		    AE_PAGE_SHIFT;
	struct exos_region zero = {
		.start = ph->vaddr & ~(AE_PAGE_SIZE - 1),
		.fault = exos_fault_zero,
	};

	zero.end = zero.start + (pages << AE_PAGE_SHIFT);
	if (exos_region_add(&zero))
		fail("no room for a segment, cause");
	for (u32 n = 0; n < ph->filesz; n += 4)
		*to++ = *from++;
	if (zero.end > exos_heap_start)
		exos_heap_start = zero.end;
	flush_code(zero.start, pages);
	if (!(ph->flags & 2)) { /* PF_W */
		exos_change(zero.start, pages, PT_WRITE | PT_DIRTY, 0);
		exos_region_remove(zero.start);
		zero.fault = exos_fault_loaded;
		zero.arg = (u32)elf;
		zero.flags = RG_READONLY;
		exos_region_add(&zero);
	}
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

/* The pages of the archive that were read are of no more use. */
static void
forget_archive(void)
{
	u32 end = EXOS_ARCHIVE + (exos_info->archive.npages << AE_PAGE_SHIFT);
	u32 va = EXOS_ARCHIVE;

	while ((va = exos_next(va, end)) < end)
		exos_unmap(va);
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
	expose(EXOS_ARCHIVE, &exos_info->archive);
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

	elf = exos_find_program(boot->args);
	if (!elf)
		fail("program not in the archive, cause");
	ph = (const struct ae_elf_segment *)((const u8 *)elf + elf->phoff);
	for (u32 i = 0; i < elf->phnum; i++)
		if (ph[i].type == AE_ELF_LOAD && ph[i].vaddr < AE_PINNED_BASE)
			load_segment(elf, &ph[i]);
	forget_archive();
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
