/* SPDX-License-Identifier: MIT */
/*
 * The programs whose symbols gdb can have, and the one it has. gdb learns of
 * a change as of a shared library: it reads a list of libraries anew.
 */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include <stdbool.h>

#include "kernel.h"

/* Where the ELF files of programs are, and that with the vectors' symbols. */
extern const char *program_folder, *program_vectors;

/* A program's ELF file, or NULL; opened once. */
const struct image *program_image(const char *name);

/*
 * The program that the selected machine runs; "" if it has no name.  An
 * environment that is no ExOS program may run code of its creator's, where
 * it is linked.  False: there is no environment.
 */
bool program_running(char name[PROGRAM_NAME]);

/* The one that gdb has the symbols of; "" is none. */
const char *program_shown(void);
/* The one that gdb is to have when it asks next. */
void program_show(const char *name);
/* The list that gdb reads.  NULL as annex: go on with the same. */
const char *program_libraries(const char *annex);

#endif
