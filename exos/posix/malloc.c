/* SPDX-License-Identifier: MIT */
/* Newlib's malloc in an ExOS program: its lock, and its memory asked back. */
#include <exos/thread.h>
#include <malloc.h>
#include <reent.h>

#include "private.h"

/* Not in every program. */
#pragma weak exos_thread_hold
#pragma weak exos_thread_release
#pragma weak _malloc_trim_r

static u32 locked; /* malloc is at work */
static u32 due;	   /* its memory was asked for then */

void
__malloc_lock(struct _reent *r)
{
	(void)r;
	if (exos_thread_hold)
		exos_thread_hold();
	locked++;
}

void
__malloc_unlock(struct _reent *r)
{
	(void)r;
	locked--;
	if (exos_thread_release)
		exos_thread_release();
	if (due && !locked)
		exos_malloc_spare();
}

void
exos_malloc_spare(void)
{
	due = locked;
	if (!locked && _malloc_trim_r)
		_malloc_trim_r(_REENT, 0);
}
