/* SPDX-License-Identifier: MIT */
/*
 * An adversary: an environment without ExOS whose every entry leads to a loop
 * that makes random calls.  What it knows is in a table that its maker fills
 * in; what it remembers is in its own page.
 */
#ifndef ADVERSARY_H
#define ADVERSARY_H

#define ADV_VA	  0x70000000 /* its page: state, save areas, stack */
#define ADV_TABLE 0x70001000 /* the table, read-only */
#define ADV_CODE  0x70002000 /* its code, read-only; its entries are first */
#define ADV_EPILOGUE (ADV_CODE + 16)
#define ADV_STACK (ADV_VA + 0xff0)

#ifndef __ASSEMBLER__

#include <exos/exos.h>

#define ADV_MAGIC 0x41647665
#define ADV_DONE  7 /* exit status */

#define NPAGES 24 /* page numbers, names, capabilities it knows */
#define NNAMES 16
#define NCAPS  8
#define NOWN   8 /* of each that it remembers */
#define NLOG   8
#define NARGS  8
#define NCALLS 64

/*
 * First word: `magic` when the rest is set.  A child that an adversary makes
 * begins with zeroes and sets it itself.
 */
struct adversary {
	u32 magic;
	u32 seed;
	u32 calls, limit; /* made, to be made */
	u32 good[NCALLS]; /* results that were no errors, by call */
	u32 pages[NOWN], names[NOWN], slices[NOWN];
	u32 log[NLOG][1 + NARGS]; /* the last calls: v0 and arguments */
	u32 args[NARGS];
	/* Where the kernel writes; and so does the adversary, at random. */
	u32 save[3][8];
	struct ae_intq iq;
	struct ae_repo repo;
	struct ae_env_desc desc;
};

struct adv_table {
	u32 npages, page[NPAGES];
	u32 nnames, name[NNAMES];
	struct ae_cap cap[NCAPS];
	struct ae_env_desc desc; /* of a child; the page is filled in */
	u32 child_limit;	 /* calls that a child makes */
};

s32 adversary_call(u32 v0, const u32 args[NARGS]);
void adversary_loop(void);
void adversary_epilogue(void);

#endif /* !__ASSEMBLER__ */
#endif
