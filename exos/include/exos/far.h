/* SPDX-License-Identifier: MIT */
/*
 * Pinned code lies 1.7 GB above a program's text, out of reach of jal, so
 * ordinary code calls it through a register.  Pinned code, compiled with
 * EXOS_NEAR, calls itself directly; a call from it to ordinary code does not
 * link, which is how it is kept from depending on any.
 */
#ifndef EXOS_FAR_H
#define EXOS_FAR_H

#ifdef EXOS_NEAR
#define EXOS_PINNED
#else
#define EXOS_PINNED __attribute__((long_call))
#endif
#define AE_STUB EXOS_PINNED

#endif
