/* SPDX-License-Identifier: MIT */
/*
 * mmap and its like, over regions (exos/vm.h).  Private memory takes its
 * pages when it is touched; what is in them is exos/vm's business.
 */
#include <errno.h>
#include <sys/mman.h>

#include <exos/exos.h>

#include "mapped.h"

#define LOWEST	 AE_PAGE_SIZE /* page 0 is never mapped */
#define HIGHEST	 EXOS_ARCHIVE /* what is above is ExOS's, and the stack */
#define ROUND(n) (((n) + AE_PAGE_SIZE - 1) & ~(AE_PAGE_SIZE - 1))

static int
fail(int error)
{
	errno = error;
	return -1;
}

/*
 * The end of the pages of a range, or 0 if it is no range below top, or one
 * in the session segment, which is everybody's.
 */
static u32
end_of(const void *addr, size_t len, u32 top)
{
	u32 start = (u32)addr;

	if (start & (AE_PAGE_SIZE - 1) || start < LOWEST || start > top ||
	    len > top - start)
		return 0;
	if (start < EXOS_FREE && start + ROUND(len) > EXOS_MMAP_END)
		return 0;
	return start + ROUND(len);
}

static s32
drop_pages(u32 va, u32 end)
{
	s32 n = 0;

	for (; (va = exos_next(va, end)) < end; n++)
		exos_unmap(va);
	return n;
}

static s32
unmap(u32 start, u32 end)
{
	s32 e = exos_region_cut(start, end);

	if (!e)
		drop_pages(start, end);
	return e;
}

/* Region flags of a protection. */
static u32
flags_of(int prot)
{
	if (prot & PROT_WRITE)
		return 0;
	return prot & (PROT_READ | PROT_EXEC) ? RG_READONLY :
						RG_READONLY | RG_NOACCESS;
}

/* Where: the address given, if it must or can be, else where there is room. */
static u32
place(u32 want, size_t len, int flags)
{
	u32 end = end_of((void *)want, len, HIGHEST);

	if (flags & MAP_FIXED)
		return end ? want : 0;
	if (end && exos_region_gap(want, end, end - want) == want &&
	    exos_next(want, end) == end)
		return want;
	return exos_region_gap(EXOS_MMAP, EXOS_MMAP_END, ROUND(len));
}

void *
mmap(void *addr, size_t len, int prot, int flags, int fd, off_t off)
{
	struct exos_region r = { .flags = flags_of(prot) };
	int kind = flags & (MAP_SHARED | MAP_PRIVATE);
	int error = 0;

	if (!len || prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC) ||
	    (kind != MAP_SHARED && kind != MAP_PRIVATE) ||
	    off & (AE_PAGE_SIZE - 1) ||
	    (flags & MAP_FIXED && (u32)addr & (AE_PAGE_SIZE - 1)))
		error = EINVAL;
	else if (len > HIGHEST)
		error = ENOMEM;
	if (kind == MAP_SHARED)
		r.flags |= RG_SHARED;
	if (error == 0 && flags & MAP_ANONYMOUS) {
		r.flags |= RG_ANONYMOUS;
		r.fault = exos_fault_zero;
	} else if (error == 0) {
		error = map_file(fd, off, len, prot, kind, &r);
	}
	if (error)
		return (void *)(long)fail(error);
	r.start = place((u32)addr, len, flags);
	r.end = r.start + ROUND(len);
	if (!r.start || (flags & MAP_FIXED && unmap(r.start, r.end)) ||
	    exos_region_add(&r))
		error = ENOMEM;
	map_sweep();
	return error ? (void *)(long)fail(error) : (void *)r.start;
}

int
munmap(void *addr, size_t len)
{
	u32 start = (u32)addr, end = end_of(addr, len, HIGHEST);

	if (!end || !len)
		return fail(EINVAL);
	if (unmap(start, end))
		return fail(ENOMEM);
	map_sweep();
	return 0;
}

/* Does a range hold what can never be written? */
static int
is_kept(u32 start, u32 end)
{
	struct exos_region r;

	for (u32 i = 0; exos_region_get(i, &r) == 0; i++)
		if (r.flags & RG_KEPT && r.start < end && r.end > start)
			return 1;
	return 0;
}

int
mprotect(void *addr, size_t len, int prot)
{
	u32 start = (u32)addr, end = end_of(addr, len, EXOS_STACK);
	u32 flags = flags_of(prot), clear = 0, set = AE_LO_V;

	if (prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC) ||
	    start & (AE_PAGE_SIZE - 1))
		return fail(EINVAL);
	if (!len)
		return 0;
	if (end && prot & PROT_WRITE && is_kept(start, end))
		return fail(EACCES);
	if (!end ||
	    exos_region_flags(start, end, RG_READONLY | RG_NOACCESS, flags))
		return fail(ENOMEM);
	if (!flags)
		set |= PT_WRITE;
	else
		clear |= PT_WRITE;
	if (flags & RG_NOACCESS) {
		clear |= AE_LO_V;
		set = 0;
	}
	exos_change(start, (end - start) >> AE_PAGE_SHIFT, clear, set);
	return 0;
}

/* What is stored in shared memory is the file's at once. */
int
msync(void *addr, size_t len, int flags)
{
	u32 end = end_of(addr, len, EXOS_STACK);

	if ((u32)addr & (AE_PAGE_SIZE - 1) ||
	    flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC) ||
	    (flags & MS_ASYNC && flags & MS_SYNC))
		return fail(EINVAL);
	if (len && (!end || !exos_region_covers((u32)addr, end)))
		return fail(ENOMEM);
	return 0;
}

int
mincore(void *addr, size_t len, unsigned char *vec)
{
	u32 va = (u32)addr, end = end_of(addr, len, EXOS_STACK);

	if (va & (AE_PAGE_SIZE - 1))
		return fail(EINVAL);
	if (len && (!end || !exos_region_covers(va, end)))
		return fail(ENOMEM);
	for (; va < end; va += AE_PAGE_SIZE)
		*vec++ = exos_lookup(va) != 0;
	return 0;
}

/* Advice is taken only where it changes what is there. */
int
madvise(void *addr, size_t len, int advice)
{
	u32 va = (u32)addr, end = end_of(addr, len, HIGHEST);

	if (va & (AE_PAGE_SIZE - 1) || advice < MADV_NORMAL ||
	    advice > MADV_DONTNEED)
		return fail(EINVAL);
	if (len && (!end || !exos_region_covers(va, end)))
		return fail(ENOMEM);
	if (advice == MADV_DONTNEED)
		drop_pages(va, end);
	return 0;
}
