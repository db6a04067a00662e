/* SPDX-License-Identifier: MIT */
/*
 * The measured calls, each with a label of its own, and the environment of
 * which pages are revoked: it gives them back when it is told.
 */
#include <aegis/sysnum.h>
#include <exos/pin.h>
#include "../../bare.h"
#include "../../bare.inc"
#include "resources.h"

	.set	noreorder
	.set	noat
	.text
	.globl	resources_start, resources_end
resources_start:
	jr	$ra
	 nop
resources_end:
	jr	$ra
	 nop

	/* Arguments as C passes them; the rest is loaded to t0-t3. */
	.macro	MEASURED call, number
	.globl	resources_\call, resources_at_\call
resources_\call:
	lw	$t0, 16($sp)
	lw	$t1, 20($sp)
	lw	$t2, 24($sp)
	lw	$t3, 28($sp)
	li	$v0, \number
resources_at_\call:
	syscall
	jr	$ra
	 nop
	.endm
	MEASURED Alloc, SYSV_Alloc
	MEASURED Dealloc, SYSV_Dealloc
	MEASURED slice_alloc, SYSV_slice_alloc
	MEASURED slice_give, SYSV_slice_give
	MEASURED slice_free, SYSV_slice_free
	MEASURED env_create, SYSV_env_create
	MEASURED env_free, SYSV_env_free

/*
 * void resources_revoke(u32 name, 0, 0, u32 kind, u32 want, u32 patience)
 * Asks, and yields to who is asked.  Counted up to our prologue.
 */
	.macro	REVOKE pages
	.globl	resources_revoke_\pages, resources_at_revoke_\pages
resources_revoke_\pages:
	lw	$t0, 16($sp)
	lw	$t1, 20($sp)
	move	$s0, $a0		/* the caller keeps s0: see main.c */
	li	$v0, SYSV_revoke
resources_at_revoke_\pages:
	syscall
	move	$a0, $s0
	lui	$t9, %hi(exos_yield)
	addiu	$t9, $t9, %lo(exos_yield)
	jr	$t9
	 nop
	.endm
	REVOKE 1
	REVOKE 100

	.section .pin.text, "ax"
	.balign	512
	.globl	bare_code, bare_stub, bare_stub_end
bare_code:
bare_stub:
bare_stub_end:
	.globl	resources_asked
/* Start of slice: a notice is there; its second argument says how many. */
resources_asked:
	lui	$gp, BARE_DATA_HI
	addiu	$gp, $gp, BARE_DATA_LO
	lw	$s0, ASKED_IQ+32+8($gp)	/* entry 0, arg[1] */
	sw	$zero, ASKED_IQ($gp)	/* pending, head, tail */
	sw	$zero, ASKED_IQ+4($gp)
	sw	$zero, ASKED_IQ+8($gp)
	beqz	$s0, 2f			/* not asked: an entry to begin with */
	 sll	$s1, $s0, 2
	sw	$zero, ASKED_IQ+32+8($gp)
	addu	$s1, $s1, $gp
1:	lw	$a0, ASKED_PAGES-4($s1)
	lw	$a1, ASKED_CAP($gp)
	lw	$a2, ASKED_CAP+4($gp)
	li	$v0, SYSV_Dealloc
	syscall
	addiu	$s0, $s0, -1
	bnez	$s0, 1b
	 addiu	$s1, $s1, -4
2:	lw	$a0, BARE_PEER($gp)
	li	$v0, SYSV_Yield
	.globl	resources_at_back
resources_at_back:
	syscall
	b	bare_exit
	 nop
	BARE_END
