/* SPDX-License-Identifier: MIT */
/*
 * Memory as applications see it: pages, the EntryLo word, user segments,
 * page records and the STLB (SOSP'95 5.4; R2000/R3000 manual, chapter 4).
 */
#ifndef AEGIS_MEM_H
#define AEGIS_MEM_H

#include <aegis/types.h>

#define AE_PAGE_SHIFT	12
#define AE_PAGE_SIZE	(1 << AE_PAGE_SHIFT)	/* bytes */

/* EntryLo, as the hardware has it: frame number in bits 31..12. */
#define AE_LO_N		0x800	/* uncached */
#define AE_LO_D		0x400	/* writable ("dirty") */
#define AE_LO_V		0x200	/* valid */
#define AE_LO_G		0x100	/* global: always refused */
#define AE_LO_SOFT	0x0ff	/* not kept by the hardware: must be zero */

/*
 * The pinned segment: the top 256 MB of kuseg.  A miss here that the STLB
 * cannot answer is served from the environment's guaranteed mappings; the
 * mapping of a page sits in slot VPN mod AE_NPIN, so that any AE_NPIN
 * consecutive pages can all be pinned.  Elsewhere a miss goes to the
 * application.
 */
#define AE_PINNED_BASE	0x70000000
#define AE_PINNED_END	0x80000000
#define AE_NPIN		16	/* guaranteed mappings an environment */

/*
 * The STLB: direct-mapped, in physical memory, exposed read-only.  Two
 * tables of words, data (EntryLo) before tags (the Context register exactly
 * as a miss sets it: address-space tag in bits 31..21, VPN in bits 20..2).
 */
#define AE_STLB_ENTRIES	4096
#define AE_STLB_MASK	((AE_STLB_ENTRIES - 1) << 2)
#define AE_STLB_TAGS	(AE_STLB_ENTRIES * 4)	/* byte offset of the tags */
#define AE_STLB_BYTES	(AE_STLB_ENTRIES * 8)
/* Byte offset of the data word for a Context value. */
#define AE_STLB_HASH(ctx) ((((ctx) >> 11) ^ (ctx)) & AE_STLB_MASK)

#define AE_TLB_ENTRIES	64
#define AE_HI_ASID(hi)	((hi) >> 6 & 63)

#define AE_PAGE_ANY	0xffffffff	/* Alloc: the kernel picks the page */

/* States of a page record. */
#define AE_PG_FREE	0	/* can be allocated */
#define AE_PG_OWNED	1	/* allocated by an environment */
#define AE_PG_KERNEL	2	/* never handed out */

#ifndef __ASSEMBLER__

/*
 * One exposed record a physical page.  The capabilities are not here: they
 * live in private kernel memory (docs/design.md, "Capabilities").
 */
struct ae_page {
	u8 owner;	/* first holder's number, 0 for the kernel */
	u8 state;	/* AE_PG_* */
	u8 pins;	/* guaranteed mappings of this page */
	u8 loose;	/* the TLB may hold a mapping that the STLB lost */
	u16 bindings;	/* STLB entries that name this page */
	u16 hint;	/* STLB index of the newest binding */
	u16 holders;	/* environments that keep it from being freed */
	u8 save;	/* number whose save areas lie here, or 0 */
	u8 reserved;
	u16 pin;	/* one of its guaranteed mappings, if it has any:
			   AE_NPIN * environment + slot */
	u16 reserved2;
};

/* An entry of the hardware TLB: EntryHi and EntryLo. */
struct ae_tlb_entry {
	u32 hi;
	u32 lo;
};

#endif /* !__ASSEMBLER__ */
#endif
