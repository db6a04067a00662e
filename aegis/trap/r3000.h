/* SPDX-License-Identifier: MIT */
/* R2000/R3000 coprocessor 0 (R3000 manual, chapters 4 and 6). */
#ifndef AEGIS_R3000_H
#define AEGIS_R3000_H

#define C0_INDEX	$0
#define C0_RANDOM	$1
#define C0_ENTRYLO	$2
#define C0_CONTEXT	$4
#define C0_BADVADDR	$8
#define C0_ENTRYHI	$10
#define C0_STATUS	$12
#define C0_CAUSE	$13
#define C0_EPC		$14
#define C0_PRID		$15

#define ST_IEC		0x00000001	/* interrupts enabled, current */
#define ST_KUC		0x00000002	/* user mode, current */
#define ST_IEP		0x00000004	/* the same, previous */
#define ST_KUP		0x00000008
#define ST_IM_SHIFT	8		/* interrupt masks 15..8 */
#define ST_IM		0x0000ff00
#define ST_ISC		0x00010000	/* isolate data cache */
#define ST_SWC		0x00020000	/* swap caches */
#define ST_CU0		0x10000000
#define ST_CU1		0x20000000

#define CAUSE_IP	0x0000ff00	/* interrupts pending */
#define CAUSE_EXC	0x0000003c
#define CAUSE_BD	0x80000000	/* EPC is the branch before */

#define HI_PID		0x00000fc0	/* ASID within EntryHi */
#define HI_PID_SHIFT	6
#define HI_VPN		0xfffff000

#define TLB_ENTRIES	AE_TLB_ENTRIES
#define TLB_WIRED	8		/* never hit by tlbwr */
#define TLB_WINDOW	0xffff8000	/* wired entries map the STLB */

#define KSEG0(pa)	((pa) + 0x80000000)
#define KSEG1(pa)	((pa) + 0xa0000000)

#endif
