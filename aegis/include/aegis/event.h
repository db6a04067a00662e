/* SPDX-License-Identifier: MIT */
/*
 * The event ring: what the kernel did lately, in a table that every
 * environment can read (SOSP'95 3.1, "expose information"; the ring is
 * ours).  Only a kernel whose ae_info.build has AE_BUILD_EVENTS keeps one.
 * docs/events.md explains each kind.
 *
 * Record number n, from 1 on, is in slot n mod AE_NEVENT, and
 * ae_info.events_made is the number of the newest.  The kernel writes a
 * record, a call's result included, before user mode runs again, so whoever
 * runs sees whole records; but a slice may end between two loads of one.  A
 * copy is whole if `seq` was the number that was looked for before and
 * after.  A debugger, which can stop the kernel anywhere, must not trust the
 * oldest record: it may be being overwritten.
 *
 * While `after` of a CALL is 0 the kernel has not been left since.
 *
 * No capability is ever in the ring, nor a register that is not named here.
 */
#ifndef AEGIS_EVENT_H
#define AEGIS_EVENT_H

#include <aegis/types.h>

#define AE_NEVENT	2048	/* records, a power of 2 */
#define AE_EVENT_SHIFT	5	/* log2 of bytes a record */

/*
 * ae_event.kind, and what the other words hold beside `env`.  In arg:
 *
 * SWITCH	name of `after`, which runs now; pc is where it goes on
 * SLICE	the slice's number and its owner's name, or 0 if it is extra;
 *		at END nothing; pc is the upcall's, or at GOES_ON where the
 *		owner of this slice and the next was interrupted
 * CALL		a0-a2, zero where that is part of a capability; code is the
 *		number, AE_EV_SCALL or AE_EV_REPLY; pc is the syscall's
 * USER		the words of the call `event`; the rest is as in CALL
 * UPCALL	BadVAddr, Cause, handler; code is ExcCode, pc is EPC; with
 *		Int a notice's type, first argument, handler
 * EXCEPTION	BadVAddr, Cause; no handler was given; the same
 * REFILL	BadVAddr, EntryLo of the guaranteed mapping; the same
 * INTERRUPT	Cause; pc is EPC
 * UNBIND	at DISPLACED the address that lost its STLB slot and the one
 *		that took it; at PAGE the page, STLB entries and guaranteed
 *		mappings it had, `env` being its owner; at SLOTS the first
 *		slot and how many were searched; at ASID that
 * ENV		its name, then at MADE its parent's, at ENDED the status
 */
#define AE_EV_SWITCH	1
#define AE_EV_SLICE	2
#define AE_EV_CALL	3
#define AE_EV_USER	4
#define AE_EV_UPCALL	5
#define AE_EV_EXCEPTION	6
#define AE_EV_REFILL	7
#define AE_EV_INTERRUPT 8
#define AE_EV_UNBIND	9
#define AE_EV_ENV	10
#define AE_EV_KIND	0x7f /* mask of these */
#define AE_EV_RETURNED	0x80 /* CALL, USER: back after the syscall */

/* ae_event.code; a call's is its number. */
#define AE_EV_SCALL	0x80
#define AE_EV_REPLY	0x81
#define AE_EV_START	0 /* SLICE */
#define AE_EV_END	1
#define AE_EV_GOES_ON	2
#define AE_EV_DISPLACED 0 /* UNBIND: by TLBwr of another address */
#define AE_EV_PAGE	1 /* all mappings of a page, whoever had them */
#define AE_EV_SLOTS	2 /* what `env`, which is dead, had in the STLB */
#define AE_EV_PINS	3 /* all guaranteed mappings of `env` */
#define AE_EV_ASID	4 /* all TLB entries of an ASID */
#define AE_EV_MADE	0 /* ENV */
#define AE_EV_ENDED	1

#ifndef __ASSEMBLER__

struct ae_event {
	u32 seq;	/* its number; 0: never written */
	u8 kind;	/* AE_EV_* */
	u8 env;		/* number of the environment it is about */
	u8 code;
	u8 after;	/* SWITCH, CALL, USER: number of who runs next */
	u32 tick;	/* ae_info.ticks: the only clock there is */
	u32 pc;
	u32 arg[3];
	u32 result;	/* v0, if AE_EV_RETURNED */
};

#endif /* !__ASSEMBLER__ */
#endif
