/* SPDX-License-Identifier: MIT */
/* The heap: a region that grows and shrinks at its end. */
#include <errno.h>
#include <malloc.h>
#include <reent.h>
#include <unistd.h>

#include "../vm/private.h"

static u32 heap_end; /* current break */

void *
sbrk(ptrdiff_t n)
{
	u32 old, at, top;
	void *result = (void *)-1;

	__malloc_lock(_REENT); /* exos_malloc_spare calls this too */
	if (!heap_end)
		heap_end = exos_heap_start;
	old = heap_end;
	top = (old + AE_PAGE_SIZE - 1) & ~(AE_PAGE_SIZE - 1);
	at = (old + n + AE_PAGE_SIZE - 1) & ~(AE_PAGE_SIZE - 1);
	if ((n < 0 ? (u32)-n > old - exos_heap_start :
		     (u32)n > EXOS_HEAP_END - old) ||
	    exos_region_resize(exos_heap_start, at)) {
		errno = ENOMEM;
	} else {
		heap_end = old + n;
		while ((at = exos_next(at, top)) < top)
			exos_unmap(at); /* given back, if it was ever used */
		result = (void *)old;
	}
	__malloc_unlock(_REENT);
	return result;
}
