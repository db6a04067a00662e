/* SPDX-License-Identifier: MIT */
/* Fixed-width integer names used throughout the Aegis contract. */
#ifndef AEGIS_TYPES_H
#define AEGIS_TYPES_H
#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef int32_t s32;

/*
 * A capability: 64 bits whose knowledge is the authority (SOSP'95 3.1).
 * The library OS chooses the value; the kernel only compares.
 */
struct ae_cap {
	u32 lo;
	u32 hi;
};

#endif /* !__ASSEMBLER__ */
#endif
