/* SPDX-License-Identifier: MIT */
/*
 * Starting a program in an environment of its own: give it its pinned pages
 * of what the boot archive has, and what it needs to load the rest itself.
 */
#include <aegis/elf.h>
#include <string.h>

#include "private.h"

static void
fill_boot(struct exos_boot *boot, const struct child *c,
	  const struct ae_elf *elf, int argc, char *const argv[])
{
	char *to = boot->args;

	boot->magic = EXOS_BOOT_MAGIC;
	boot->parent = exos_self;
	boot->cap = c->cap;
	boot->program = (u32)elf - EXOS_ARCHIVE;
	if (c->shares) {
		boot->segment = exos_pin->boot.segment;
		boot->segment_page = exos_pin->boot.segment_page;
	}
	for (int i = 0; i < argc; i++) {
		u32 n = strlen(argv[i]) + 1;

		if (n > (u32)(boot->args + EXOS_ARGS - to))
			break;
		memcpy(to, argv[i], n);
		to += n;
	}
	boot->args_len = to - boot->args;
}

/* A pinned page of the child: it and the right to it. */
static s32
pin(struct child *c, u32 va, u32 lo, const struct ae_cap *cap)
{
	if (c->npages == AE_NPIN)
		return AE_EINVAL;
	c->desc->pin[c->npages++] = (struct ae_pin){
		.va = va,
		.lo = lo & ~PT_SOFT,
		.cap = *cap,
	};
	return 0;
}

static s32
pin_new(struct child *c, u32 va, s32 page)
{
	s32 e;

	if (page < 0)
		return page;
	e = pin(c, va, (u32)page << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D, &c->cap);
	if (e)
		ae_Dealloc(page, c->cap.lo, c->cap.hi);
	return e;
}

/* The n-th of them, in our window. */
static s32
show(const struct child *c, u32 n, int cap)
{
	return exos_map(WINDOW, c->desc->pin[n].lo | PT_CAP(cap));
}

/*
 * A page of the file of which n bytes are meant, and the rest is zero.  Code
 * beside which nothing is written is the archive's page itself.
 */
static s32
add_page(struct child *c, u32 va, const char *from, u32 n, int code, int cap)
{
	s32 e;

	if (code && va != EXOS_PIN && !c->copies)
		return pin(c, va, exos_archive_entry(from),
			   &exos_pin->caps[CAP_PUBLIC]);
	if (n >= AE_PAGE_SIZE) {
		u32 lo = exos_archive_entry(from);

		e = pin_new(c, va, exos_page_copy(lo, &c->cap));
	} else {
		e = pin_new(c, va, exos_alloc_with(&c->cap));
		if (!e && n)
			e = show(c, c->npages - 1, cap);
		if (!e && n)
			memcpy((void *)WINDOW, from, n);
	}
	if (e || !code)
		return e;
	return ae_cacheflush(c->desc->pin[c->npages - 1].lo >> AE_PAGE_SHIFT,
			     c->cap.lo, c->cap.hi);
}

static s32
add_segment(struct child *c, const struct ae_elf *elf,
	    const struct ae_elf_segment *ph, int cap)
{
	const char *from = (const char *)elf + ph->offset;
	u32 code_end = elf->entry & ~(AE_PAGE_SIZE - 1);
	s32 e = 0;

	for (u32 at = 0; !e && at < ph->memsz; at += AE_PAGE_SIZE) {
		u32 n = at < ph->filesz ? ph->filesz - at : 0;
		u32 va = ph->vaddr + at;

		e = add_page(c, va, from + at, n, va < code_end, cap);
	}
	return e;
}

static s32
add_pinned(struct child *c, const struct ae_elf *elf, int cap, int argc,
	   char *const argv[])
{
	const struct ae_elf_segment *ph =
		(const void *)((const char *)elf + elf->phoff);
	s32 e = 0;

	for (u32 i = 0; i < elf->phnum && !e; i++, ph++) {
		if (ph->type != AE_ELF_LOAD || ph->vaddr < AE_PINNED_BASE)
			continue;
		e = add_segment(c, elf, ph, cap);
		/* The entry names the description, in the first segment. */
		if (elf->entry - ph->vaddr < ph->filesz)
			memcpy(c->desc,
			       (const char *)elf + ph->offset +
				       (elf->entry - ph->vaddr),
			       offsetof(struct ae_env_desc, pin));
	}
	for (u32 i = 0; i < c->npages && !e; i++) {
		if (c->desc->pin[i].va != EXOS_PIN)
			continue;
		e = show(c, i, cap);
		if (!e)
			fill_boot((void *)(WINDOW + PIN_BOOT), c, elf, argc,
				  argv);
	}
	return e || c->npages ? e : AE_EINVAL;
}

/* One page: the description, aligned so that it does not cross. */
static char desc_space[2 * AE_PAGE_SIZE];

void
child_begin(struct child *c)
{
	*c = (struct child){
		.desc = (void *)(((u32)desc_space + AE_PAGE_SIZE - 1) &
				 ~(AE_PAGE_SIZE - 1)),
	};
	memset(c->desc, 0, sizeof *c->desc);
}

s32
child_create(struct child *c)
{
	struct ae_cap *own = &exos_pin->caps[CAP_OWN];
	s32 name;

	if (!(c->env.lo | c->env.hi))
		c->env = c->cap;
	c->desc->cap = c->env;
	do
		name = ae_env_create(exos_lookup((u32)c->desc) >> AE_PAGE_SHIFT,
				     0, sizeof *c->desc, own->lo, own->hi);
	while (name == AE_EAGAIN);
	return name;
}

void
child_drop(struct child *c)
{
	for (u32 i = 0; i < c->npages; i++)
		if (c->desc->pin[i].lo & AE_LO_D)
			ae_Dealloc(c->desc->pin[i].lo >> AE_PAGE_SHIFT,
				   c->cap.lo, c->cap.hi);
	c->npages = 0;
}

static s32
make(struct child *c, const struct ae_elf *elf, int argc, char *const argv[])
{
	s32 e, cap = exos_cap_add(&c->cap);

	if (cap < 0)
		return cap;
	e = add_pinned(c, elf, cap, argc, argv);
	exos_unmap(WINDOW);
	if (!e)
		e = child_create(c);
	if (e < 0)
		child_drop(c);
	exos_cap_drop(cap);
	return e;
}

s32
child_slices(s32 child, u32 n, const struct ae_cap *cap)
{
	s32 e = 0;

	while (n-- && e >= 0)
		e = ae_slice_alloc(AE_SLICE_ANY, cap->lo, cap->hi, child, 0, 0);
	if (e >= 0)
		return child;
	ae_env_free(child, 0);
	return e;
}

/* The kernel lets a page be pinned 240 times. */
s32
child_program(struct child *c, const struct ae_elf *elf, int argc,
	      char *const argv[])
{
	s32 e;

	if (!elf)
		return AE_EINVAL;
	exos_cap_new(&c->cap);
	e = make(c, elf, argc, argv);
	if (e != AE_EINUSE)
		return e;
	c->copies = 1;
	return make(c, elf, argc, argv);
}

s32
exos_spawn(int argc, char *const argv[])
{
	return exos_spawn_slices(argc, argv, 1);
}

s32
exos_spawn_slices(int argc, char *const argv[], u32 nslices)
{
	struct child c;
	s32 e;

	child_begin(&c);
	e = child_program(&c, argc < 1 ? 0 : exos_find_program(argv[0]), argc,
			  argv);
	return e < 0 ? e : child_slices(e, nslices, &c.cap);
}

s32
exos_wait(u32 name)
{
	const volatile struct ae_gate *g = &exos_gates[AE_NAME_NUMBER(name)];

	while (g->name == name && g->state == AE_ENV_LIVE)
		exos_yield(name);
	return ae_env_free(name, 0);
}
