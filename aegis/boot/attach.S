/* SPDX-License-Identifier: MIT */
/* The boot archive, attached to the image on pages of its own. */
	.section .archive, "a"
	.globl	archive_start, archive_end
	.align	12
archive_start:
	.incbin	ARCHIVE
archive_end:
	.align	12
