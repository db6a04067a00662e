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
	OFFSET(GATE_NSLICES, struct ae_gate, nslices);
	VALUE(GATE_SIZE, sizeof(struct ae_gate));

	OFFSET(PAGE_OWNER, struct ae_page, owner);
	OFFSET(PAGE_STATE, struct ae_page, state);
	OFFSET(PAGE_PINS, struct ae_page, pins);
	OFFSET(PAGE_BINDINGS, struct ae_page, bindings);
	OFFSET(PAGE_HINT, struct ae_page, hint);
	OFFSET(PAGE_HOLDERS, struct ae_page, holders);
	OFFSET(PAGE_SAVE, struct ae_page, save);
	VALUE(PAGE_RECORD, sizeof(struct ae_page));

	OFFSET(SLICE_OWNER, struct ae_slice, owner);
	OFFSET(SLICE_NEXT, struct ae_slice, next);
	OFFSET(SLICE_STARTED, struct ae_slice, started);
	OFFSET(SLICE_FORFEITED, struct ae_slice, forfeited);
	VALUE(SLICE_RECORD, sizeof(struct ae_slice));

	OFFSET(INFO_TICKS, struct ae_info, ticks);
	OFFSET(INFO_TICK_HZ, struct ae_info, tick_hz);
	OFFSET(INFO_NPAGES, struct ae_info, npages);
	OFFSET(INFO_FREE_PAGES, struct ae_info, free_pages);
	OFFSET(INFO_BOOT_ENV, struct ae_info, boot_env);
	OFFSET(INFO_CONSOLE, struct ae_info, console);
	OFFSET(INFO_RUNNING, struct ae_info, running);
	OFFSET(INFO_SLICES, struct ae_info, slices.page);
	OFFSET(INFO_MACHINE, struct ae_info, machine);
	OFFSET(INFO_ARGS, struct ae_info, args);
	VALUE(INFO_ARGS_SIZE, AE_ARGS_MAX);

	/* The first words of a program's first pinned page. */
	OFFSET(BOOT_ARGS, struct exos_pin, boot.args);
	OFFSET(PIN_TABLE_ROOT, struct exos_pin, root);
	OFFSET(PIN_TABLE_KIND, struct exos_pin, pt_kind);
	OFFSET(PIN_TABLE_COUNT, struct exos_pin, pt_count);
}
