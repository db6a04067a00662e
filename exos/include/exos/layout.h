/* SPDX-License-Identifier: MIT */
/* Where things are in an ExOS program; also for assembly. */
#ifndef EXOS_LAYOUT_H
#define EXOS_LAYOUT_H

#define EXOS_HEAP_END	0x10000000	/* heap: from the program's data */
#define EXOS_MMAP	0x10000000	/* where mmap looks for room */
#define EXOS_MMAP_END	0x20000000	/* then the session segment (fs) */
#define EXOS_FREE	0x28000000	/* ExOS leaves this to programs */
#define EXOS_FREE_END	0x40000000
#define EXOS_ARCHIVE	0x50000000	/* boot archive, mapped on demand */
#define EXOS_INFO	0x60000000	/* exposed tables, mapped on demand: */
#define EXOS_GATES	0x60010000
#define EXOS_HANDLERS	0x60020000
#define EXOS_STLB	0x60030000
#define EXOS_SLICES	0x60040000
#define EXOS_DATA	0x60050000
#define EXOS_REVOKES	0x60060000
#define EXOS_EVENTS	0x60070000
#define EXOS_PAGES	0x60100000
#define EXOS_FRAMES	0x68000000	/* u16 a page: vm/critical/frames.c */
#define EXOS_FRAMES_END	0x68200000
#define EXOS_STACK_MAX	0x00800000	/* bytes it may grow to */

#endif
