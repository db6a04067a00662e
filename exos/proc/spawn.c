/* SPDX-License-Identifier: MIT */
/*
 * Starting a program in an environment of its own: give it its pinned pages
 * filled from the boot archive, and what it needs to load the rest itself.
 */
#include <aegis/elf.h>
#include <string.h>

#include "private.h"

static void
fill_boot(struct exos_boot *boot, const struct child *c, int argc,
	  char *const argv[])
{
	char *to = boot->args;

	boot->magic = EXOS_BOOT_MAGIC;
	boot->parent = exos_self;
	boot->cap = c->cap;
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

s32
child_page(struct child *c, u32 va, u32 window, int cap)
{
	s32 page;

	if (c->npages == AE_NPIN)
		return AE_EINVAL;
	page = exos_alloc_with(&c->cap);
	if (page < 0)
		return page;
	c->desc->pin[c->npages++] = (struct ae_pin){
		.va = va,
		.lo = (u32)page << AE_PAGE_SHIFT | AE_LO_D | AE_LO_V,
		.cap = c->cap,
	};
	return exos_map(window, (u32)page << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D |
					PT_CAP(cap));
}

/* A page at va of the child, with n bytes from the file. */
static s32
add_page(struct child *c, u32 va, const void *from, u32 n, int cap)
{
	s32 e = child_page(c, va, WINDOW, cap);
	u32 page = c->desc->pin[c->npages - 1].lo >> AE_PAGE_SHIFT;

	if (e)
		return e;
	memcpy((void *)WINDOW, from, n);
	return ae_cacheflush(page, c->cap.lo, c->cap.hi);
}

static s32
add_pinned(struct child *c, const struct ae_elf *elf, int cap, int argc,
	   char *const argv[])
{
	const struct ae_elf_segment *ph =
		(const void *)((const char *)elf + elf->phoff);

	for (u32 i = 0; i < elf->phnum; i++, ph++) {
		const char *from = (const char *)elf + ph->offset;

		if (ph->type != AE_ELF_LOAD || ph->vaddr < AE_PINNED_BASE)
			continue;
		for (u32 at = 0; at < ph->memsz; at += AE_PAGE_SIZE) {
			u32 n = at < ph->filesz ? ph->filesz - at : 0;
			u32 va = ph->vaddr + at;
			s32 e;

			e = add_page(c, va, from + at,
				     n < AE_PAGE_SIZE ? n : AE_PAGE_SIZE, cap);
			if (e)
				return e;
			if (va == EXOS_PIN)
				fill_boot((void *)(WINDOW + PIN_BOOT), c, argc,
					  argv);
		}
		/* The entry names the description, in the first segment. */
		if (elf->entry - ph->vaddr < ph->filesz)
			memcpy(c->desc, from + (elf->entry - ph->vaddr),
			       offsetof(struct ae_env_desc, pin));
	}
	return c->npages ? 0 : AE_EINVAL;
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
		ae_Dealloc(c->desc->pin[i].lo >> AE_PAGE_SHIFT, c->cap.lo,
			   c->cap.hi);
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

s32
child_program(struct child *c, int argc, char *const argv[])
{
	const struct ae_elf *elf = argc < 1 ? 0 : exos_find_program(argv[0]);

	if (!elf)
		return AE_EINVAL;
	exos_cap_new(&c->cap);
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
	e = child_program(&c, argc, argv);
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
