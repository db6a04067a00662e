/* SPDX-License-Identifier: MIT */
/*
 * The kernel's invariants, checked in the build with CHECKS.  Each is next to
 * the tables it is about; core/check.c has those between tables and says when
 * which is checked.
 */
#ifndef AEGIS_CHECK_H
#define AEGIS_CHECK_H

#include "kernel.h"

/* Panics with the name of an invariant that is broken, and where. */
noreturn void check_broken(const char *what, u32 where);

#define must(good, what, where)                      \
	do {                                         \
		if (!(good))                         \
			check_broken(what, (where)); \
	} while (0)

void check_init(void);
void check_all(void);

/* From the ways out of C (trap/syscall.S, trap/frame.S, processor_enter). */
s32 check_call(s32 result, u32 arg);
void check_frame(void);
#ifdef CHECKS
void check_enter(void);
#else
#define check_enter() ((void)0)
#endif

void pin_check_page(u32 page);
void holder_check_page(u32 page);
void holder_check(void);
void slice_check(void);
void processor_check(void);
int end_unpurged(u32 n, u32 slot);
void end_check_env(u32 n);
void end_check(void);
void revoke_check(void);
void console_check(void);

#endif
