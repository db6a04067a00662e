/* SPDX-License-Identifier: MIT */
/* Making environments: what spawn, exec and fork have in common. */
#ifndef EXOS_PROC_PRIVATE_H
#define EXOS_PROC_PRIVATE_H

#include "../vm/private.h"

#define WINDOW 0x48000000 /* where the child's pages are filled */

/* The child being made.  There is one at a time. */
struct child {
	struct ae_cap cap;	  /* of its pinned pages */
	struct ae_cap env;	  /* of the environment; 0 0: the same */
	struct ae_env_desc *desc; /* in a page of its own */
	u32 npages;
	int shares; /* our session */
	int copies; /* the code of its pinned pages is its own, too */
};

void child_begin(struct child *c);
/* The environment: its name, or an error. */
s32 child_create(struct child *c);
/* Free the pages of one that was not created. */
void child_drop(struct child *c);
/* All of this for a program of the archive; its capability is cap. */
s32 child_program(struct child *c, const struct ae_elf *elf, int argc,
		  char *const argv[]);
/* Slices for a child that was made, or it is ended again. */
s32 child_slices(s32 child, u32 n, const struct ae_cap *cap);

/* Keep what C keeps in a context, as exos_yield does; 1, and 0 in a child
 * that is given the context. */
int context_save(u32 context[CTX_BYTES / 4]) __attribute__((returns_twice));

#endif
