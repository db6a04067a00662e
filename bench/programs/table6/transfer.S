/* SPDX-License-Identifier: MIT */
/*
 * The measured transfers.  No register is saved: both sides know what the
 * other leaves alone.  A transfer is counted from the instruction after its
 * syscall to the one before the gate (or the reply entry).
 *
 * The paper's method is call and reply, halved, with one counter increment
 * and one branch: from one arrival at table6_reply to the next.
 */
#include <aegis/sysnum.h>
#include <aegis/transfer.h>
#include <exos/pin.h>
#include "../../bare.h"
#include "../../bare.inc"
#include "../../window.h"

	.set	noreorder
	.set	noat
	.section .pin.text, "ax"
	.balign	512
	.globl	bare_code, bare_stub, bare_stub_end
bare_code:
bare_stub:				/* no handlers: no way back */
bare_stub_end:

	.globl	table6_client, table6_start, table6_end
	.globl	table6_scall, table6_reply, table6_acall, table6_acalled
table6_client:
	lui	$gp, BARE_DATA_HI
	addiu	$gp, $gp, BARE_DATA_LO
	lw	$a0, BARE_PEER($gp)
	li	$s0, BENCH_ROUNDS
table6_start:
	lui	$v0, AE_SCALL >> 16
table6_scall:
	syscall
	b	bare_exit		/* an error: rounds are left */
	 nop
table6_reply:
	addiu	$s0, $s0, -1
	bnez	$s0, table6_scall
	 lui	$v0, AE_SCALL >> 16

	li	$s0, BENCH_ROUNDS
	li	$v0, SYSV_Acall
table6_acall:
	syscall
	b	bare_exit
	 nop
table6_acalled:				/* v0 = the server's name */
	move	$a0, $v0
	addiu	$s0, $s0, -1
	bnez	$s0, table6_acall
	 li	$v0, SYSV_Acall
table6_end:
	b	bare_exit
	 nop

	.globl	table6_server, table6_gate, table6_served, table6_agate
table6_server:				/* never entered: it has no slices */
	b	table6_server
	 nop
table6_gate:
	lui	$v0, AE_REPLY >> 16
	ori	$v0, $v0, AE_REPLY & 0xffff
table6_served:
	syscall
	b	bare_exit
	 nop
table6_agate:				/* v0 = who calls: call it back */
	move	$a0, $v0
	li	$v0, SYSV_Acall
	syscall
	b	bare_exit
	 nop
	BARE_END
