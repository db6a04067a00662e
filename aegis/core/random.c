/* SPDX-License-Identifier: MIT */
/*
 * Random words for capabilities: the ChaCha20 block function (RFC 8439) run
 * as a generator whose key is replaced with every block.  The quality is
 * that of the boot seed; see docs/limits.md.
 */
#include "kernel.h"

static u32 key[8];
static u32 pool[8];
static u32 left;

static u32
rotl(u32 x, u32 n)
{
	return x << n | x >> (32 - n);
}

static void
quarter(u32 *s, u32 a, u32 b, u32 c, u32 d)
{
	s[a] += s[b];
	s[d] = rotl(s[d] ^ s[a], 16);
	s[c] += s[d];
	s[b] = rotl(s[b] ^ s[c], 12);
	s[a] += s[b];
	s[d] = rotl(s[d] ^ s[a], 8);
	s[c] += s[d];
	s[b] = rotl(s[b] ^ s[c], 7);
}

/* One block: half becomes the next key, half is given out. */
static void
refill(void)
{
	u32 in[16] = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 };
	u32 s[16];

	memcpy(in + 4, key, sizeof key);
	memcpy(s, in, sizeof s);
	for (u32 i = 0; i < 10; i++) {
		for (u32 c = 0; c < 4; c++)
			quarter(s, c, c + 4, c + 8, c + 12);
		for (u32 c = 0; c < 4; c++)
			quarter(s, c, 4 + (c + 1) % 4, 8 + (c + 2) % 4,
				12 + (c + 3) % 4);
	}
	for (u32 i = 0; i < 8; i++) {
		key[i] = s[i] + in[i];
		pool[i] = s[i + 8] + in[i + 8];
	}
	left = 8;
}

void
random_seed(const u32 seed[8])
{
	memcpy(key, seed, sizeof key);
	refill();
	left = 0;
}

void
random_words(u32 *to, u32 n)
{
	while (n--) {
		if (!left)
			refill();
		*to++ = pool[--left];
		pool[left] = 0;
	}
}

#define PIECE 128 /* bytes a call: bounded work with interrupts off */

s32
sys_random(u32 page, u32 off, u32 len, u32 lo, u32 hi)
{
	u8 *to = (u8 *)(KSEG0(page << AE_PAGE_SHIFT) + off);
	s32 e = buffer_check(page, off, len, lo, hi, 1);

	if (e)
		return e;
	if (len > PIECE)
		len = PIECE;
	for (u32 left_over = len; left_over;) {
		u32 w, n = left_over < 4 ? left_over : 4;

		random_words(&w, 1);
		memcpy(to, &w, n);
		to += n;
		left_over -= n;
	}
	return len;
}
