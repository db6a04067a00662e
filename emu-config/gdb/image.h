/* SPDX-License-Identifier: MIT */
/* ELF files on the host: symbols, segments and what they hold. */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_SEGMENTS 8

struct image {
	char *path;
	uint8_t *file;
	size_t size;
	int nsections; /* that take memory when it runs */
	int nsegments;
	struct segment {
		uint32_t va, offset, filesz;
	} segment[MAX_SEGMENTS];
};

/* Read a little-endian ELF32 MIPS file; false, with a reason, if it is not. */
bool image_open(struct image *im, const char *path, const char **why);
void image_close(struct image *im);
bool image_symbol(const struct image *im, const char *name, uint32_t *value);
/* The word that the file has for an address. */
bool image_word(const struct image *im, uint32_t va, uint32_t *word);

#endif
