/* SPDX-License-Identifier: MIT */
/*
 * Synchronous control transfer by hand: v0 holds one of these, negative, so
 * that the kernel tells it from a call by sign (SOSP'95 5.5).
 *
 * Scall: a0 = name of the callee.  It is entered at its gate with v0 = the
 *	caller's name; every other register arrives as it was.  On error the
 *	caller goes on after the syscall with an AE_E* in v0.
 * Reply: enters the waiting caller at its reply entry with v0 = the
 *	replier's name, or AE_EDIED if the callee ended; every other register
 *	arrives as it was.  The replier's gate is open again.
 */
#ifndef AEGIS_TRANSFER_H
#define AEGIS_TRANSFER_H

#define AE_SCALL	0x80000000
#define AE_REPLY	0xfffffffc	/* one instruction loads it */

#endif
