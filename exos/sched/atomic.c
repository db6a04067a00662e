/* SPDX-License-Identifier: MIT */
/*
 * The compare-and-swaps of GCC that answer yes or no, from the sequence that
 * answers with the old value (ras.S).
 */
#include <aegis/types.h>

/* GCC knows these as built-in functions with other types. */
#pragma GCC diagnostic ignored "-Wbuiltin-declaration-mismatch"

#define COMPARE_AND_SWAP(size, type)                                           \
	type __sync_val_compare_and_swap_##size(volatile void *p, type old,    \
						type new);                     \
	_Bool __sync_bool_compare_and_swap_##size(volatile void *p, type old,  \
						  type new);                   \
	_Bool __atomic_compare_exchange_##size(volatile void *p,               \
					       void *expected, type new,       \
					       int ok, int no);                \
                                                                               \
	_Bool __sync_bool_compare_and_swap_##size(volatile void *p, type old,  \
						  type new)                    \
	{                                                                      \
		return __sync_val_compare_and_swap_##size(p, old, new) == old; \
	}                                                                      \
                                                                               \
	_Bool __atomic_compare_exchange_##size(volatile void *p,               \
					       void *expected, type new,       \
					       int ok, int no)                 \
	{                                                                      \
		type old = *(type *)expected;                                  \
		type is = __sync_val_compare_and_swap_##size(p, old, new);     \
                                                                               \
		(void)ok;                                                      \
		(void)no;                                                      \
		if (is == old)                                                 \
			return 1;                                              \
		*(type *)expected = is;                                        \
		return 0;                                                      \
	}

COMPARE_AND_SWAP(4, u32)
COMPARE_AND_SWAP(2, u16)
COMPARE_AND_SWAP(1, u8)
