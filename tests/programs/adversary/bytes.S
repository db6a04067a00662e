/* SPDX-License-Identifier: MIT */
/* What adversaries run, for their maker to copy (tests/build.mk). */
	.section .rodata
	.globl	adversary_code, adversary_code_end
	.align	2
adversary_code:
	.incbin	ADVERSARY_CODE
adversary_code_end:
