/* SPDX-License-Identifier: MIT */
/* An environment that runs until its slice ends, SWITCHES times. */
#include <aegis/sysnum.h>
#include <exos/pin.h>
#include "../../bare.h"
#include "../../bare.inc"
#include "switch.h"

	.set	noreorder
	.set	noat
	.section .pin.text, "ax"
	.balign	512
	.globl	bare_code, bare_stub, bare_stub_end
bare_code:
bare_stub:				/* no handlers: no way back */
bare_stub_end:

	.globl	switch_prologue, switch_epilogue
switch_prologue:
	lui	$gp, BARE_DATA_HI
	addiu	$gp, $gp, BARE_DATA_LO
	lw	$t0, SWITCH_COUNT($gp)
	nop
	addiu	$t0, $t0, 1
	sw	$t0, SWITCH_COUNT($gp)
	sltiu	$t0, $t0, SWITCHES
	beqz	$t0, 2f
	 nop
1:	b	1b
	 nop
2:	lw	$a0, BARE_PEER($gp)
	li	$v0, SYSV_Yield
	syscall
	b	bare_exit
	 nop
switch_epilogue:
	move	$a0, $zero
	li	$v0, SYSV_Yield
	syscall
	b	bare_exit
	 nop
	BARE_END
