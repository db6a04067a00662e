/* SPDX-License-Identifier: MIT */
/*
 * uint64_t exos_tlrpc(u32 server, u32 arg): a call to a server
 * that is trusted to keep what C keeps, ra too; the reply entry returns for
 * us (call.S, or a program's own).
 */
#include <aegis/transfer.h>

	.set	noreorder
	.text
	.globl	exos_tlrpc
	.type	exos_tlrpc, @function
exos_tlrpc:
	lui	$v0, AE_SCALL >> 16
	syscall
	jr	$ra			/* an error */
	 nop
	.size	exos_tlrpc, . - exos_tlrpc
