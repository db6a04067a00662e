/* SPDX-License-Identifier: MIT */
/* The three memory functions that the compiler may call. */
#include "kernel.h"

void *
memcpy(void *to, const void *from, size_t n)
{
	u8 *t = to;
	const u8 *f = from;

	if (!(((u32)t | (u32)f) & 3)) {
		for (; n >= 4; n -= 4, t += 4, f += 4)
			*(u32 *)t = *(const u32 *)f;
	}
	while (n--)
		*t++ = *f++;
	return to;
}

void *
memset(void *to, int c, size_t n)
{
	u8 *t = to;

	for (; n && (u32)t & 3; n--)
		*t++ = c;
	for (; n >= 4; n -= 4, t += 4)
		*(u32 *)t = (u8)c * 0x01010101u;
	while (n--)
		*t++ = c;
	return to;
}

int
memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	for (; n; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}
