/* SPDX-License-Identifier: MIT */
/* Offsets and sizes that assembly needs, taken from the C definitions. */
#include "kernel.h"

#define OFFSET(name, type, field) \
	__asm__ volatile("\n->" #name " %0" ::"i"(offsetof(type, field)))
#define VALUE(name, value) __asm__ volatile("\n->" #name " %0" ::"i"(value))

void offsets(void);
void
offsets(void)
{
	OFFSET(GB_NAME, struct ae_gate, name);
	OFFSET(GB_WORD, struct ae_gate, word);
	OFFSET(GB_GATE, struct ae_gate, gate);
	OFFSET(GB_REPLY, struct ae_gate, reply);
	OFFSET(GB_FAST, struct ae_gate, fast);
	OFFSET(GB_AFAST, struct ae_gate, afast);
	OFFSET(GB_AGATE, struct ae_gate, agate);
	OFFSET(GB_PARENT, struct ae_gate, parent);
	OFFSET(GB_YFAST, struct ae_gate, yfast);
	_Static_assert(offsetof(struct ae_gate, word) == PB_ZERO, "gate word");
	_Static_assert(offsetof(struct ae_gate, afast) >= PB_END, "Acall");
	_Static_assert(offsetof(struct ae_gate, parent) >= PB_END, "CID");
	_Static_assert(offsetof(struct ae_gate, yfast) >= PB_END, "Yield");
	_Static_assert(offsetof(struct ae_gate, yfast) < PB_PROLOGUE, "Yield");
	_Static_assert(sizeof(struct ae_gate) == 1 << FAST_SHIFT, "record");

	OFFSET(PG_BINDINGS, struct ae_page, bindings);
	OFFSET(PG_HINT, struct ae_page, hint);
	OFFSET(PG_LOOSE, struct ae_page, loose);
	VALUE(PAGE_SHIFT, 4);
	_Static_assert(sizeof(struct ae_page) == 1 << 4, "PAGE_SHIFT");

	OFFSET(PC_READ_LO, struct page_caps, read.lo);
	OFFSET(PC_READ_HI, struct page_caps, read.hi);
	OFFSET(PC_WRITE_LO, struct page_caps, write.lo);
	OFFSET(PC_WRITE_HI, struct page_caps, write.hi);
	VALUE(PAGE_CAPS_SHIFT, 4);
	_Static_assert(sizeof(struct page_caps) == 1 << 4, "PAGE_CAPS_SHIFT");

	OFFSET(INFO_TICKS, struct ae_info, ticks);
	OFFSET(INFO_EVENTS_MADE, struct ae_info, events_made);

	OFFSET(EV_SEQ, struct ae_event, seq);
	OFFSET(EV_HEAD, struct ae_event, kind);
	OFFSET(EV_KIND, struct ae_event, kind);
	OFFSET(EV_ENV, struct ae_event, env);
	OFFSET(EV_CODE, struct ae_event, code);
	OFFSET(EV_AFTER, struct ae_event, after);
	OFFSET(EV_TICK, struct ae_event, tick);
	OFFSET(EV_PC, struct ae_event, pc);
	OFFSET(EV_ARG, struct ae_event, arg);
	OFFSET(EV_RESULT, struct ae_event, result);

	OFFSET(FR_REG, struct frame, reg);
	OFFSET(FR_HI, struct frame, hi);
	OFFSET(FR_LO, struct frame, lo);
	OFFSET(FR_STATUS, struct frame, status);
	OFFSET(FR_CAUSE, struct frame, cause);
	OFFSET(FR_EPC, struct frame, epc);
	OFFSET(FR_BADVADDR, struct frame, badvaddr);
	VALUE(FR_SIZE, sizeof(struct frame));

	OFFSET(EN_PC, struct entry, pc);
	OFFSET(EN_STATUS, struct entry, status);
	OFFSET(EN_V0, struct entry, v0);
	OFFSET(EN_A0, struct entry, a0);
	OFFSET(EN_A1, struct entry, a1);
	OFFSET(EN_A2, struct entry, a2);

	OFFSET(KS_SP, struct kstack_top, sp);
	OFFSET(KS_RA, struct kstack_top, ra);
	OFFSET(KS_PC, struct kstack_top, pc);
	VALUE(KS_SIZE, sizeof(struct kstack_top));
	VALUE(KSTACK_BYTES, KSTACK_BYTES);
}
