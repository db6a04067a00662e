/* SPDX-License-Identifier: MIT */
/*
 * The exposed information page: where every other exposed table is
 * (SOSP'95 3.1 "expose names", "expose information").  Its page number is in
 * a0 when an environment starts.  All pages named here carry the public read
 * capability, zero.
 */
#ifndef AEGIS_INFO_H
#define AEGIS_INFO_H

#include <aegis/env.h>
#include <aegis/event.h>
#include <aegis/intr.h>
#include <aegis/slice.h>

#define AE_INFO_MAGIC	0x41454749	/* "AEGI" */
#define AE_INFO_VERSION	2
#define AE_TICK_HZ	64		/* slices a second: 15.625 ms */
#define AE_ARGS_MAX	256		/* bytes of boot arguments */

/* What this build of the kernel does beyond its work: ae_info.build. */
#define AE_BUILD_CLOSED	1	/* closes GXemul's protection hole */
#define AE_BUILD_EVENTS	2	/* keeps the event ring */
#define AE_BUILD_CHECKS	4	/* checks its own invariants */

#ifndef __ASSEMBLER__

/* A run of exposed pages. */
struct ae_extent {
	u32 page;	/* first physical page */
	u32 npages;
	u32 bytes;	/* used, from the start of the first page */
};

struct ae_info {
	u32 magic;
	u32 version;
	u32 ticks;		/* clock ticks since boot */
	u32 tick_hz;
	u32 npages;		/* page records */
	u32 free_pages;
	u32 boot_env;		/* name of the first environment */
	u32 build;		/* AE_BUILD_* */
	u32 console;		/* name of who gets the console's input */
	u32 running;		/* number of the slice that runs */
	struct ae_extent pages;		/* struct ae_page[npages] */
	struct ae_extent gates;		/* struct ae_gate[AE_NENV] */
	struct ae_extent handlers;	/* struct ae_handlers[AE_NENV] */
	struct ae_extent stlb;		/* see <aegis/mem.h> */
	struct ae_extent archive;	/* boot archive, ustar */
	struct ae_extent slices;	/* struct ae_slice[AE_NSLICE] */
	struct ae_extent data;		/* struct ae_env_data[AE_NENV] */
	struct ae_extent revokes;	/* struct ae_revoke[AE_NENV][AE_NRES] */
	struct ae_extent events;	/* struct ae_event[AE_NEVENT] */
	u32 events_made;		/* number of the newest event */
	char machine[32];
	char args[AE_ARGS_MAX];		/* boot words, without the nonce */
};

#endif /* !__ASSEMBLER__ */
#endif
