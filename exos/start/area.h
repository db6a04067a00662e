/* SPDX-License-Identifier: MIT */
/*
 * What the entry code of an ExOS program shares: where the interrupted
 * registers are, for debuggers, and restartable sequences.
 */
#ifndef EXOS_START_AREA_H
#define EXOS_START_AREA_H

	.set	noreorder
	.set	noat
	.cfi_sections .debug_frame

/*
 * What was interrupted is in a save area.  It goes on at column 66, that of
 * signal frames on MIPS: ra is a register like the others.
 */
	.macro	CFI_AREA args, epc
	.cfi_startproc
	.cfi_signal_frame
	.cfi_return_column 66
	.cfi_def_cfa 28, 0
	.cfi_same_value 29
	.cfi_offset 4, \args
	.cfi_offset 5, \args+4
	.cfi_offset 6, \args+8
	.cfi_offset 66, \epc
	.endm

/*
 * Is pc in a restartable sequence?  Then go to `where`, which takes it back
 * to the beginning by REWIND.  Leaves a delay slot to be filled.
 */
	.macro	IF_RAS pc, scratch, where
	srl	\scratch, \pc, RAS_SHIFT
	addiu	\scratch, \scratch, -(EXOS_TEXT >> RAS_SHIFT)
	beqz	\scratch, \where
	.endm
	.macro	REWIND pc, back
	srl	\pc, \pc, 5
	b	\back
	 sll	\pc, \pc, 5
	.endm

#endif
