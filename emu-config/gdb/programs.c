// SPDX-License-Identifier: MIT
/* The programs whose symbols gdb can have, and the one it has. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aegis/env.h>

#include "breaks.h"
#include "machine.h"
#include "programs.h"

#define MAX_PROGRAMS 64

const char *program_folder = ".", *program_vectors;

static char shown[PROGRAM_NAME], next[PROGRAM_NAME];

const struct image *
program_image(const char *name)
{
	static struct {
		char name[PROGRAM_NAME];
		struct image image;
	} images[MAX_PROGRAMS];
	static int n;
	char path[4096];
	const char *why;

	for (int i = 0; i < n; i++)
		if (strcmp(images[i].name, name) == 0)
			return &images[i].image;
	if (*name == 0 || strlen(name) >= PROGRAM_NAME || n == MAX_PROGRAMS)
		return NULL;
	snprintf(path, sizeof path, "%s/%s.elf", program_folder, name);
	if (!image_open(&images[n].image, path, &why))
		return NULL;
	strcpy(images[n].name, name);
	return &images[n++].image;
}

/* Is what the program's file has at pc what is there? */
static bool
runs_code_of(const char *name)
{
	const struct image *im = program_image(name);
	uint32_t pc = machine_pc(), expected, found;

	if (pc >= USER_END)
		machine_register(REG_EPC, &pc);
	return im != NULL && image_word(im, pc, &expected) &&
	       kernel_read(pc, &found, sizeof found) && found == expected;
}

bool
program_running(char name[PROGRAM_NAME])
{
	uint32_t env = kernel_env();
	bool there = kernel_program(env, name);

	if (!there || *name != 0)
		return there;
	for (int i = 0; i < AE_NENV && *name == 0 && env != 0; i++) {
		env = kernel_parent(env);
		kernel_program(env, name);
	}
	if (!runs_code_of(name))
		*name = 0;
	return true;
}

const char *
program_shown(void)
{
	return shown;
}

void
program_show(const char *name)
{
	snprintf(next, sizeof next, "%s", name);
}

static void
library(FILE *f, const struct image *im)
{
	fprintf(f, "<library name=\"");
	for (const char *p = im->path; *p; p++)
		if (strchr("<>&\"", *p) != NULL)
			fprintf(f, "&#%d;", *p);
		else
			fputc(*p, f);
	fprintf(f, "\">");
	/*
	 * The offset of each section: all are linked to where they are. (By
	 * segments gdb 13 fails, if the first one is not the lowest.)
	 */
	for (int i = 0; i < im->nsections; i++)
		fprintf(f, "<section address=\"0\"/>");
	fprintf(f, "</library>");
}

/* The program whose turn it is, and the vectors where they are copied to. */
static char *
libraries(void)
{
	static struct image vectors;
	const struct image *im;
	const char *why;
	char *xml = NULL;
	size_t size;
	FILE *f = open_memstream(&xml, &size);

	if (f == NULL)
		abort();
	if (strcmp(shown, next) != 0) {
		strcpy(shown, next);
		breaks_forget(shown); /* gdb sets them anew */
	}
	if (program_vectors != NULL && vectors.path == NULL &&
	    !image_open(&vectors, program_vectors, &why))
		program_vectors = NULL;
	fprintf(f, "<library-list>");
	if (program_vectors != NULL)
		library(f, &vectors);
	im = program_image(shown);
	if (im != NULL)
		library(f, im);
	fprintf(f, "</library-list>");
	fclose(f);
	return xml;
}

const char *
program_libraries(const char *annex)
{
	static char *xml;

	if (annex != NULL || xml == NULL) {
		free(xml);
		xml = libraries();
	}
	return xml;
}
