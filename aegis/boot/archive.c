/* SPDX-License-Identifier: MIT */
/*
 * The boot archive attached to the image: POSIX ustar.  Trusted no more than
 * any input: sizes are checked against its end.
 */
#include "kernel.h"

#define BLOCK	 512
#define NAME_LEN 100
#define SIZE_AT	 124
#define SIZE_LEN 12
#define TYPE_AT	 156

static u32
octal(const u8 *s, u32 len)
{
	u32 v = 0;

	for (; len && *s >= '0' && *s <= '7'; len--)
		v = v << 3 | (*s++ - '0');
	return v;
}

static int
name_is(const u8 *field, const char *name, size_t len)
{
	return len < NAME_LEN && !memcmp(field, name, len) && !field[len];
}

/* Find a regular file; 0, or AE_EINVAL if there is none. */
int
archive_find(const char *name, size_t len, const u8 **data, u32 *size)
{
	const u8 *h = archive_start;

	while (archive_end - h >= BLOCK && *h) {
		u32 n = octal(h + SIZE_AT, SIZE_LEN);
		u32 room = archive_end - h - BLOCK;

		if (n > room)
			break;
		if (h[TYPE_AT] == '0' && name_is(h, name, len)) {
			*data = h + BLOCK;
			*size = n;
			return 0;
		}
		h += BLOCK + ((n + BLOCK - 1) & ~(BLOCK - 1));
		if (h > archive_end)
			break;
	}
	return AE_EINVAL;
}
