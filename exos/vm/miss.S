/* SPDX-License-Identifier: MIT */
/*
 * Misses of pinned code, and misses that become faults.
 *
 * The page table lies in ordinary pages in a window above all other memory.
 * Only pinned code touches it: the miss handler itself, and the C functions
 * that change the table.  A miss there is answered from exos_root, which is
 * pinned, with registers and a stub of its own; so it can come inside the
 * miss handler, and does no more than delay it.  Pages that the table does
 * not have are read as zeros (PIN_NONE): nobody has to ask first.
 */
#include <aegis/sysnum.h>
#include <exos/layout.h>
#include <exos/pin.h>
#include "../start/area.inc"

#define T_EPC		(PIN_TABX + 0)
#define T_V0		(PIN_TABX + 4)
#define T_A3		(PIN_TABX + 8)

/* The page of a two-level table that has the entry of an address. */
#define RUN(va)		((va) >> (2 * AE_PAGE_SHIFT - 2))

	.section .pin.table, "ax"

/*
 * A TLB miss at an instruction in pinned pages.  a0 = EPC, a1 = BadVAddr,
 * a2 = Cause.  The tlbx area holds a0-a2 as they were there, which inside the
 * miss handler are those of the program that it serves.
 */
	.globl	exos_miss_pinned
	.type	exos_miss_pinned, @function
exos_miss_pinned:
	CFI_AREA PIN_TLBX+AE_SAVE_A0, T_EPC
	.cfi_register 66, 4
	sw	$a0, T_EPC($gp)
	.cfi_offset 66, T_EPC
	srl	$a0, $a1, PT_WINDOW_SHIFT
	addiu	$a0, $a0, -(PT_WINDOW >> PT_WINDOW_SHIFT)
	beqz	$a0, 1f
	 lw	$a0, T_EPC($gp)
	.globl	exos_miss_other, exos_miss_none, exos_miss_lost
exos_miss_other:
	j	exos_miss_ordinary
	 nop
1:	sw	$v0, T_V0($gp)
	sw	$a3, T_A3($gp)
	.cfi_offset 2, T_V0
	.cfi_offset 7, T_A3
	srl	$v0, $a1, AE_PAGE_SHIFT
	andi	$v0, $v0, PT_PAGES - 1
	lw	$a3, PIN_ROOT($gp)
	sll	$v0, $v0, 2
	addu	$v0, $v0, $a3
	lw	$v0, 0($v0)
	move	$a0, $a1
	bnez	$v0, 2f
	 move	$a1, $v0
exos_miss_none:
	lw	$a1, PIN_NONE($gp)
2:	lw	$a2, PIN_CAPS+8*CAP_PINNED($gp)
	lw	$a3, PIN_CAPS+8*CAP_PINNED+4($gp)
	li	$v0, SYSV_TLBwr
	syscall
	bnez	$v0, exos_miss_lost
	 lw	$v0, T_V0($gp)
	j	stub_tabx
	 lw	$a3, T_A3($gp)
	/* The page was taken from us.  Others' memory comes again by its regions
	 * (revoked.c); without our own, no table and no last words. */
exos_miss_lost:
	lw	$v0, PIN_PT_KIND($gp)
	lw	$a3, PIN_ROOT($gp)
	xori	$v0, $v0, PT_TWO_LEVEL
	bnez	$v0, 3f
	 srl	$v0, $a0, AE_PAGE_SHIFT
	andi	$v0, $v0, PT_PAGES - 1
	sltiu	$a1, $v0, RUN(EXOS_MMAP_END)
	bnez	$a1, 3f
	 sltiu	$a1, $v0, RUN(EXOS_FRAMES)
	beqz	$a1, 3f
	 addiu	$a2, $v0, -RUN(EXOS_FREE)
	sltiu	$a2, $a2, RUN(EXOS_FREE_END) - RUN(EXOS_FREE)
	bnez	$a2, 3f
	 sll	$v0, $v0, 2
	addu	$a3, $a3, $v0
	lw	$v0, 0($a3)
	nop
	bnez	$v0, exos_miss_none
	 sw	$zero, 0($a3)
3:	li	$a1, EXOS_NO_TABLE
	move	$a0, $zero
	li	$v0, SYSV_env_free
	syscall
	b	3b
	 nop
	.cfi_endproc
	.size	exos_miss_pinned, . - exos_miss_pinned

/*
 * The page is not in the table, or could not be bound: an exception like the
 * others.  The tlbx area has the event; only v0 and a3 are not restored yet.
 */
	.globl	exos_miss_fault
	.type	exos_miss_fault, @function
exos_miss_fault:
	CFI_AREA PIN_TLBX+AE_SAVE_A0, PIN_TLBX+X_EPC
	.cfi_offset 2, PIN_TLBX+X_V0
	.cfi_offset 7, PIN_TLBX+X_A3
	lw	$v0, PIN_TLBX+AE_SAVE_A0($gp)
	lw	$a3, PIN_TLBX+AE_SAVE_A1($gp)
	lw	$a2, PIN_TLBX+AE_SAVE_A2($gp)
	sw	$v0, PIN_GENX+AE_SAVE_A0($gp)
	sw	$a3, PIN_GENX+AE_SAVE_A1($gp)
	sw	$a2, PIN_GENX+AE_SAVE_A2($gp)
	lw	$v0, PIN_TLBX+X_V0($gp)
	lw	$a3, PIN_TLBX+X_A3($gp)
	lw	$a0, PIN_TLBX+X_EPC($gp)
	lw	$a1, PIN_TLBX+X_BADVA($gp)
	lw	$a2, PIN_TLBX+X_CAUSE($gp)
	j	exos_exception
	 nop
	.cfi_endproc
	.size	exos_miss_fault, . - exos_miss_fault
