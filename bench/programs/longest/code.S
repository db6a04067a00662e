/* SPDX-License-Identifier: MIT */
/*
 * Environments that provoke long paths: one that binds a page wherever it
 * can, links of a chain of calls, one that refers to many others, and one
 * that never ends its slice.
 */
#include <aegis/env.h>
#include <aegis/slice.h>
#include <aegis/sysnum.h>
#include <aegis/transfer.h>
#include <exos/pin.h>
#include "../../bare.h"
#include "../../bare.inc"
#include "longest.h"

	.set	noreorder
	.set	noat
	.section .pin.text, "ax"
	.balign	256
	.globl	bare_code, bare_stub, bare_stub_end
bare_code:
bare_stub:				/* no handlers: no way back */
bare_stub_end:

/* BARE_PEER is the EntryLo of a page with the public capability. */
	.globl	longest_binder, longest_link, longest_park
longest_binder:
	lui	$gp, BARE_DATA_HI
	addiu	$gp, $gp, BARE_DATA_LO
	lw	$a1, BARE_PEER($gp)
	move	$a2, $zero
	move	$a3, $zero
	lui	$a0, 0x1000
	lui	$s0, 0x1000 + (AE_STLB_ENTRIES >> 4)
1:	li	$v0, SYSV_TLBwr
	syscall
	addiu	$a0, $a0, 0x1000
	bne	$a0, $s0, 1b
	 nop
	/* fall through */
longest_park:
	move	$a0, $zero
	li	$v0, SYSV_Yield
	syscall
	b	longest_park
	 nop

/* Calls BARE_PEER; the last of the chain, who can call nobody, yields. */
longest_link:
	lui	$gp, BARE_DATA_HI
	addiu	$gp, $gp, BARE_DATA_LO
	lw	$a0, BARE_PEER($gp)
	lui	$v0, AE_SCALL >> 16
	syscall
	b	longest_park
	 nop

/* Refers to all of LONGEST_LIST, whose last word is no name. */
	.globl	longest_referrer, longest_spin, longest_spin_end
longest_referrer:
	lui	$gp, BARE_DATA_HI
	addiu	$gp, $gp, BARE_DATA_LO
	addiu	$s0, $gp, LONGEST_LIST
1:	lw	$a0, 0($s0)
	li	$a1, LONGEST_CAP
	li	$a2, LONGEST_CAP
	li	$v0, SYSV_env_ref
	syscall
	beqz	$v0, 1b
	 addiu	$s0, $s0, 4
	lw	$t0, -4($s0)
	nop
	jr	$t0
	 nop
/* In its critical range; the window begins when one tick more ends it. */
longest_spin:
	lui	$gp, BARE_DATA_HI
	addiu	$gp, $gp, BARE_DATA_LO
1:	lw	$t0, BARE_INTX+AE_SAVE_PENDING($gp)
	nop
	slti	$t0, $t0, AE_EXCESS_MAX
	bnez	$t0, 1b
	 nop
	.globl	longest_excess
longest_excess:
	nop
1:	b	1b
	 nop
longest_spin_end:

	BARE_END
