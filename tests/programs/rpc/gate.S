/* SPDX-License-Identifier: MIT */
/*
 * Servers that behave in several ways, and a client that looks at its
 * registers.
 */
#include <aegis/sysnum.h>
#include <aegis/transfer.h>
#include <exos/pin.h>

	.set	noreorder
	.set	noat

	.section .pin.data, "aw"
	.align	2
	.globl	rpc_mode
rpc_mode:
	.word	0			/* 0 trusted, 1 spoils, 2 dies */

	.section .pin.text, "ax"
	.globl	exos_gate, exos_agate
exos_gate:
	lui	$t0, EXOS_PIN_HI
	lw	$t0, %lo(rpc_mode)($t0)
	addiu	$a1, $a1, 1
	beqz	$t0, 3f
	 addiu	$t0, $t0, -1
	beqz	$t0, 2f
	 nop
	/* End with status 9. */
	move	$a0, $zero
	li	$a1, 9
	li	$v0, SYSV_env_free
	syscall
	/* Spoil every register but a1-a3. */
2:	.irp	n, 1, 3, 4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
	lui	$\n, 0xdead
	.endr
	.irp	n, 21, 22, 23, 24, 25, 28, 29, 30, 31
	lui	$\n, 0xdead
	.endr
	mthi	$1
	mtlo	$1
3:	li	$v0, AE_REPLY
	syscall
	j	exos_park
	 nop
exos_agate:
	j	exos_prologue
	 nop

	.text
/*
 * u32 rpc_kept(u32 server, u32 arg, u32 *value): call with known values in
 * what C keeps; which of those came back, a bit each.
 */
	.globl	rpc_kept
rpc_kept:
	addiu	$sp, $sp, -80
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23
	sw	$\n, 16+4*(\n-16)($sp)
	.endr
	sw	$fp, 48($sp)
	sw	$ra, 52($sp)
	sw	$a2, 56($sp)
	sw	$sp, 60($sp)
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 30
	li	$\n, 0x5a000000 + \n
	.endr
	lui	$t9, %hi(exos_lrpc)
	addiu	$t9, $t9, %lo(exos_lrpc)
	jalr	$t9
	 nop
	lw	$t1, 56($sp)
	li	$t2, 0
	sw	$v1, 0($t1)
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 30
	li	$t0, 0x5a000000 + \n
	bne	$t0, $\n, 9f
	 nop
	ori	$t2, $t2, 1 << (\n & 15)
9:
	.endr
	lui	$t0, EXOS_PIN_HI
	bne	$t0, $gp, 9f
	 lw	$t1, 60($sp)
	nop
	bne	$t1, $sp, 9f
	 nop
	ori	$t2, $t2, 1 << 8
9:	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23
	lw	$\n, 16+4*(\n-16)($sp)
	.endr
	lw	$fp, 48($sp)
	lw	$ra, 52($sp)
	move	$v0, $t2
	jr	$ra
	 addiu	$sp, $sp, 80
