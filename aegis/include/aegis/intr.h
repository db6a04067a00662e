/* SPDX-License-Identifier: MIT */
/*
 * Interrupts and notices to an application: a circular queue in its save
 * page, which the kernel fills and the application reads and edits
 * (Engler's thesis, "Aegis' Interface"); and the repossession vector
 * (SOSP'95 3.3).
 */
#ifndef AEGIS_INTR_H
#define AEGIS_INTR_H

#include <aegis/types.h>

/* Types of interrupts, and what arg holds. */
#define AE_INT_TIME	0	/* a tick within its own slices; ticks */
#define AE_INT_CONSOLE	1	/* input; bytes that wait */
#define AE_INT_REVOKE	2	/* please give back; AE_RES_*, how many */
#define AE_INT_IMPERATIVE 3	/* give back now; AE_RES_*, how many */
#define AE_INT_REPO	4	/* was taken; AE_RES_*, how many */
#define AE_INT_EMERGENCY 5	/* the minimum too; AE_RES_*, how many */
#define AE_NINT		8

#define AE_NINTQ	16	/* entries, a power of 2 */

#define AE_RES_PAGE	0	/* resources that can be revoked */
#define AE_RES_SLICE	1
#define AE_NRES		2

/* Never taken by force. */
#define AE_MIN_PAGES	24	/* and no page with guaranteed mappings */
#define AE_MIN_SLICES	1

#define AE_NREPO	16	/* entries of the repossession vector */

/* Stages of a revocation. */
#define AE_REVOKE_NONE		0
#define AE_REVOKE_REQUEST	1
#define AE_REVOKE_IMPERATIVE	2
#define AE_REVOKE_FORCE		3
#define AE_REVOKE_EMERGENCY	4

#ifndef __ASSEMBLER__

/*
 * One notice.  An environment that was interrupted outside its critical
 * range has been entered at its interrupt handler with a0 = address of the
 * entry, a1 = type; a0-a2 and EPC are here.  Otherwise epc is 0.
 */
struct ae_int {
	u32 type;
	u32 arg[2];
	u32 epc;
	u32 a0, a1, a2;
	u32 ticks;	/* when */
};

/*
 * The kernel adds at head if the type's bit in mask is set and pending is
 * less than AE_NINTQ, else it counts the loss in overflow (up to 65535).
 * When it enters the handler it clears the type's bit in mask.  The
 * application takes from tail, decrements pending and sets the bit again.
 */
struct ae_intq {
	u32 pending;
	u32 head, tail;		/* modulo AE_NINTQ */
	u32 mask;		/* bit t: notices of type t are wanted */
	u16 overflow[AE_NINT];
	struct ae_int entry[AE_NINTQ];
};

/*
 * Repossession vector.  The application may name in `save` a page to which
 * the kernel copies what it takes, and in cap its write capability; entry i
 * serves the i-th page taken.  AE_REPO_NOWHERE: the contents are lost.
 */
#define AE_REPO_NOWHERE	0xffffffff

struct ae_repo {
	u32 count;		/* entries the kernel has filled in */
	u32 lost;		/* taken when no entry was left */
	struct {
		u32 kind;	/* AE_RES_* */
		u32 number;	/* of the page or slice that was taken */
		u32 save;	/* page with the contents, or NOWHERE */
		struct ae_cap cap;
	} entry[AE_NREPO];
};

/* Exposed: one record an environment and kind of resource, 16 bytes. */
struct ae_revoke {
	u32 stage;	/* AE_REVOKE_* */
	u32 want;	/* how many are still wanted */
	u32 deadline;	/* tick at which the next stage begins */
	u32 patience;	/* ticks a stage lasts */
};

#endif /* !__ASSEMBLER__ */
#endif
