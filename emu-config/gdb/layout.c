/* SPDX-License-Identifier: MIT */
/* Layout of kernel and ExOS structures, for the bridge, which is a host's. */
#include <exos/pin.h>

#include <aegis/info.h>
#include <fast.h>

#undef exos_pin /* its name is the structure's, too */

#define OFFSET(name, type, field) \
	__asm__ volatile("\n->" #name " %0" ::"i"(offsetof(type, field)))
#define VALUE(name, value) __asm__ volatile("\n->" #name " %0" ::"i"(value))

void layout(void);
void
layout(void)
{
	OFFSET(GATE_NAME, struct ae_gate, name);
	OFFSET(GATE_WORD, struct ae_gate, word);
	OFFSET(GATE_PARENT, struct ae_gate, parent);
	OFFSET(GATE_FLAGS, struct ae_gate, flags);
	OFFSET(GATE_STATE, struct ae_gate, state);
	OFFSET(GATE_STATUS, struct ae_gate, status);
	OFFSET(GATE_EXCESS, struct ae_gate, excess);
	OFFSET(GATE_SLICES, struct ae_gate, slices);
	OFFSET(GATE_PAGES, struct ae_gate, pages);
	VALUE(GATE_SIZE, sizeof(struct ae_gate));

	OFFSET(PAGE_OWNER, struct ae_page, owner);
	OFFSET(PAGE_STATE, struct ae_page, state);
	OFFSET(PAGE_PINS, struct ae_page, pins);
	OFFSET(PAGE_BINDINGS, struct ae_page, bindings);
	OFFSET(PAGE_HINT, struct ae_page, hint);
	VALUE(PAGE_RECORD, sizeof(struct ae_page));

	OFFSET(INFO_TICKS, struct ae_info, ticks);
	OFFSET(INFO_TICK_HZ, struct ae_info, tick_hz);
	OFFSET(INFO_NPAGES, struct ae_info, npages);
	OFFSET(INFO_FREE_PAGES, struct ae_info, free_pages);
	OFFSET(INFO_BOOT_ENV, struct ae_info, boot_env);
	OFFSET(INFO_MACHINE, struct ae_info, machine);
	OFFSET(INFO_ARGS, struct ae_info, args);
	VALUE(INFO_ARGS_SIZE, AE_ARGS_MAX);

	/* The first words of a program's first pinned page. */
	OFFSET(BOOT_ARGS, struct exos_pin, boot.args);
	OFFSET(PIN_TABLE, struct exos_pin, pt);
	OFFSET(PIN_TABLE_COUNT, struct exos_pin, pt_count);
	VALUE(PTE_SIZE, sizeof(struct exos_pte));
}
