// SPDX-License-Identifier: MIT
/* The programs whose symbols gdb can have, and the one it has. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "breaks.h"
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
