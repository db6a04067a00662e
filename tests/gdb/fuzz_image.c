// SPDX-License-Identifier: MIT
/*
 * Gives the bridge's ELF reader a real file with bytes changed or cut off;
 * the sanitizers it is built with find faults.
 *
 * usage: fuzz-image FILE ROUNDS SEED
 */
#define _GNU_SOURCE
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image.h"

static uint32_t state;

static uint32_t
next(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

/* Where a changed byte matters: the header and the tables it points to. */
static size_t
place(const uint8_t *file, size_t n)
{
	const Elf32_Ehdr *eh = (const void *)file;
	uint32_t table = next() % 2 ? eh->e_shoff : eh->e_phoff;
	size_t at = next() % 4 ? table + next() % 1024 : next() % sizeof *eh;

	return at < n ? at : next() % n;
}

static void
change(uint8_t *file, size_t n)
{
	static const uint32_t edges[] = { 0,	      1,	  0xff,
					  0x7fffffff, 0x80000000, 0xfffffffc,
					  0xffffffff };
	size_t at = place(file, n);

	if (next() % 2 || n - at < 4)
		file[at] = next();
	else
		memcpy(file + (at & ~3u), &edges[next() % 7], 4);
}

/* True: it was taken for a good one. */
static bool
look(const char *path)
{
	struct image image;
	const char *why = NULL;
	uint32_t value = next();
	bool good = image_open(&image, path, &why);

	if (good) {
		image_symbol(&image, "utlb_vector", &value);
		image_symbol(&image, "no such symbol", &value);
		for (int i = 0; i < image.nsegments; i++) {
			image_word(&image, image.segment[i].va, &value);
			image_word(&image,
				   image.segment[i].va +
					   image.segment[i].filesz - 2,
				   &value);
		}
		image_word(&image, value, &value);
	} else if (why == NULL) {
		abort();
	}
	image_close(&image);
	return good;
}

int
main(int argc, char **argv)
{
	unsigned long rounds = argc > 2 ? strtoul(argv[2], NULL, 0) : 1000;
	unsigned long good = 0;
	struct image whole;
	const char *why;
	char path[] = "/tmp/aegis-fuzz-XXXXXX";
	int fd = mkstemp(path);

	state = argc > 3 ? strtoul(argv[3], NULL, 0) : 1;
	if (argc < 2 || fd < 0 || !image_open(&whole, argv[1], &why))
		return 2;
	for (unsigned long i = 0; i < rounds; i++) {
		size_t n = next() % 16 ? whole.size : next() % whole.size;
		uint8_t *copy = malloc(whole.size);

		memcpy(copy, whole.file, whole.size);
		for (uint32_t k = next() % 4; k > 0; k--)
			change(copy, whole.size);
		if (ftruncate(fd, 0) != 0 ||
		    pwrite(fd, copy, n, 0) != (ssize_t)n)
			return 2;
		good += look(path);
		free(copy);
	}
	printf("%lu of %lu were taken for good\n", good, rounds);
	image_close(&whole);
	unlink(path);
	return good == 0 || good == rounds;
}
