/* SPDX-License-Identifier: MIT */
/*
 * LEAVE: the last instructions of every way out of the kernel.
 * At this point k1 = where to go; k0 is dead.
 *
 * The build that closes GXemul's protection hole (CLOSE_HOLE; docs/limits.md)
 * goes by way of leave_closed, which drops the emulator's translations.
 */
#ifndef AEGIS_LEAVE_H
#define AEGIS_LEAVE_H

#ifdef CLOSE_HOLE
	.macro	LEAVE
	j	leave_closed
	 nop
	.endm
#else
	.macro	LEAVE
	jr	$k1
	 rfe
	.endm
#endif

/* One planted instruction: `make test` shows that the budgets notice. */
#ifdef PLANT
#define PLANTED(path)	.if PLANT == path; nop; .endif
#else
#define PLANTED(path)
#endif
#define PLANT_REFILL	1
#define PLANT_DISPATCH	2
#define PLANT_SCALL	3
#define PLANT_LEAF	4

#endif
