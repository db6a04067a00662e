/* SPDX-License-Identifier: MIT */
/* The heap: a region that grows and shrinks at its end. */
#include <errno.h>
#include <unistd.h>

#include "../vm/private.h"

static u32 heap_end; /* current break */

void *
sbrk(ptrdiff_t n)
{
	struct exos_region *heap = exos_region_at(exos_heap_start);
	u32 old, at;

	if (!heap_end)
		heap_end = exos_heap_start;
	old = heap_end;
	if (n < 0 ? (u32)-n > old - exos_heap_start :
		    (u32)n > EXOS_HEAP_END - old) {
		errno = ENOMEM;
		return (void *)-1;
	}
	heap_end = old + n;
	at = (heap_end + AE_PAGE_SIZE - 1) & ~(AE_PAGE_SIZE - 1);
	for (u32 va = at; va < heap->end; va += AE_PAGE_SIZE)
		exos_unmap(va); /* given back, if it was ever used */
	heap->end = at;
	return (void *)old;
}
