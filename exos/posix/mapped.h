/* SPDX-License-Identifier: MIT */
/* mmap of files, for mman.c. */
#ifndef EXOS_POSIX_MAPPED_H
#define EXOS_POSIX_MAPPED_H

#include <exos/exos.h>

/* Fill in fault, arg and flags of *r: 0, or an error of <errno.h>. */
int map_file(int fd, off_t off, size_t len, int prot, int kind,
	     struct exos_region *r);
/* Let go of files that no region maps any more. */
void map_sweep(void);
/* Forget pages that lie beyond the ends of their files. */
void map_look(void);

#endif
