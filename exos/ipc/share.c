/* SPDX-License-Identifier: MIT */
/* Pages that processes share by handing on a capability. */
#include <exos/ipc.h>
#include <stdlib.h>
#include <string.h>

#include "../vm/private.h"

#define DIGITS 8 /* of a word, in hexadecimal */

/* Map a page and bind it at once, so that a bad capability is an error. */
static s32
map(const struct exos_share *s, u32 va, u32 flags)
{
	u32 lo = s->page << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D;
	s32 e, cap;

	if (va & (AE_PAGE_SIZE - 1) || exos_lookup(va))
		return AE_EINVAL;
	e = ae_TLBwr(va, lo, s->cap.lo, s->cap.hi);
	if (e)
		return e;
	cap = exos_cap_add(&s->cap);
	e = cap < 0 ? cap : exos_map(va, lo | flags | PT_SHARED | PT_CAP(cap));
	if (cap >= 0)
		exos_cap_drop(cap); /* the page keeps it */
	if (e)
		ae_TLBvadelete(va);
	return e;
}

s32
exos_share_make(struct exos_share *s, u32 va)
{
	s32 page, e;

	exos_cap_new(&s->cap);
	do
		page = ae_Alloc(AE_PAGE_ANY, s->cap.lo, s->cap.hi, s->cap.lo,
				s->cap.hi, 0, 0, 0);
	while (page == AE_EAGAIN);
	if (page < 0)
		return page;
	s->page = page;
	e = map(s, va, PT_OWNED);
	if (e)
		ae_Dealloc(page, s->cap.lo, s->cap.hi);
	return e;
}

/*
 * Who maps a page holds it, so it outlives who made it; a second mapping of
 * what one holds adds nothing to that.
 */
s32
exos_share_map(const struct exos_share *s, u32 va)
{
	u32 flags = PT_OWNED;
	s32 e;

	if (s->page >= exos_info->npages)
		return AE_EINVAL;
	e = exos_page_ref(s->page, &s->cap, 0, &s->cap);
	if (e == AE_EINUSE)
		flags = 0;
	else if (e)
		return e;
	e = map(s, va, flags);
	if (e && flags)
		ae_Dealloc(s->page, s->cap.lo, s->cap.hi);
	return e;
}

s32
exos_share_unmap(u32 va)
{
	return exos_unmap(va);
}

char *
exos_share_text(const struct exos_share *s, char text[EXOS_SHARE_TEXT])
{
	const u32 word[] = { s->page, s->cap.lo, s->cap.hi };
	char *to = text;

	for (u32 i = 0; i < 3; i++)
		for (int shift = 4 * DIGITS - 4; shift >= 0; shift -= 4)
			*to++ = "0123456789abcdef"[word[i] >> shift & 15];
	*to = 0;
	return text;
}

s32
exos_share_map_text(const char *text, u32 va)
{
	struct exos_share s;
	u32 *const word[] = { &s.page, &s.cap.lo, &s.cap.hi };
	char digits[DIGITS + 1];

	if (strlen(text) != 3 * DIGITS ||
	    strspn(text, "0123456789abcdef") != 3 * DIGITS)
		return AE_EINVAL;
	digits[DIGITS] = 0;
	for (u32 i = 0; i < 3; i++) {
		memcpy(digits, text + i * DIGITS, DIGITS);
		*word[i] = strtoul(digits, 0, 16);
	}
	return exos_share_map(&s, va);
}
