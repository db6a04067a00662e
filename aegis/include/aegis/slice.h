/* SPDX-License-Identifier: MIT */
/*
 * The processor as applications see it: a vector of slices of 15.625 ms,
 * allocated by number (SOSP'95 5.1.1).  The kernel goes round the vector and
 * leaves out what nobody owns, so the position of a slice decides when it
 * comes; neighbours with one owner need no switch between them.
 */
#ifndef AEGIS_SLICE_H
#define AEGIS_SLICE_H

#include <aegis/types.h>

#define AE_NSLICE	256
#define AE_SLICE_ANY	0xffffffff	/* slice_alloc: the first free one */

#define AE_EXCESS_MAX	16	/* ticks past its slices before it is ended */

#ifndef __ASSEMBLER__

/* Exposed: one record a slice, 16 bytes. */
struct ae_slice {
	u32 owner;	/* name, 0: free */
	u16 next, prev;	/* owned slices, in the order they come */
	u32 started;	/* times it began */
	u32 forfeited;	/* times it was lost to excess */
};

#endif /* !__ASSEMBLER__ */
#endif
