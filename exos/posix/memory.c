/* SPDX-License-Identifier: MIT */
/* The heap: a region that grows and shrinks at its end. */
#include <errno.h>
#include <unistd.h>

#include "../vm/private.h"

static u32 heap_end; /* current break */

void *
sbrk(ptrdiff_t n)
{
	u32 old, at, top;

	if (!heap_end)
		heap_end = exos_heap_start;
	old = heap_end;
	top = (old + AE_PAGE_SIZE - 1) & ~(AE_PAGE_SIZE - 1);
	at = (old + n + AE_PAGE_SIZE - 1) & ~(AE_PAGE_SIZE - 1);
	if ((n < 0 ? (u32)-n > old - exos_heap_start :
		     (u32)n > EXOS_HEAP_END - old) ||
	    exos_region_resize(exos_heap_start, at)) {
		errno = ENOMEM;
		return (void *)-1;
	}
	heap_end = old + n;
	while ((at = exos_next(at, top)) < top)
		exos_unmap(at); /* given back, if it was ever used */
	return (void *)old;
}
