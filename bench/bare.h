/* SPDX-License-Identifier: MIT */
/*
 * A bare environment: two guaranteed mappings and nothing of ExOS, so that
 * what it measures is the kernel's path and its own few instructions.
 *
 * Its code is in the program's .pin.text between bare_code and bare_end,
 * within one page, and is copied to the same address of the environment:
 * labels mean the same address in both.  The page is not writable there.
 * All the code is the critical range, so a tick would not divert it, unless
 * it has a start and an end of slice of its own.
 */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#define BARE_DATA	0x7000f000	/* save areas, then what follows */
#define BARE_DATA_HI	0x7001
#define BARE_DATA_LO	(-0x1000)
#define BARE_TLBX	0x000
#define BARE_GENX	0x040
#define BARE_INTX	0x080
#define BARE_PEER	0x100		/* name of another environment */

#ifndef __ASSEMBLER__

#include <string.h>

#include <exos/exos.h>

#define BARE_WINDOW 0x48000000 /* where its pages are filled */

extern char bare_code[], bare_end[];
extern char bare_stub[], bare_stub_end[];
void bare_over(void);

static u32 bare_data_page; /* of the one made last */

/* Give it a page at va; the page is left mapped at BARE_WINDOW. */
static s32
bare_page(struct ae_pin *pin, u32 va, u32 writable)
{
	s32 page = exos_alloc();

	if (page < 0)
		return page;
	*pin = (struct ae_pin){
		.va = va,
		.lo = (u32)page << AE_PAGE_SHIFT | AE_LO_V | writable,
		.cap = exos_pin->caps[CAP_OWN],
	};
	return exos_map(BARE_WINDOW, (u32)page << AE_PAGE_SHIFT | AE_LO_V |
					     AE_LO_D | PT_CAP(CAP_OWN));
}

/*
 * Make an environment that starts at init when it is given the processor.
 * want holds the entries that the measurement is about; the rest is filled
 * in.  Result: its name, or an error.
 */
static s32
bare_make(const struct ae_env_desc *want, void (*init)(void), u32 peer)
{
	static struct ae_env_desc d __attribute__((aligned(512)));
	struct ae_cap *own = &exos_pin->caps[CAP_OWN];
	u32 code = (u32)bare_code & ~(AE_PAGE_SIZE - 1);
	s32 e;

	_Static_assert(sizeof d <= 512, "it must not cross a page");
	d = *want;
	d.init = (u32)init;
	if (!d.prologue) {
		d.prologue = d.epilogue = (u32)bare_over;
		d.critical = (u32)bare_code;
		d.critical_end = (u32)bare_end;
	}
	d.save_va = BARE_DATA;
	d.tlbx = BARE_TLBX;
	d.genx = BARE_GENX;
	d.intx = BARE_INTX;
	d.restart = (u32)bare_stub;
	d.restart_end = (u32)bare_stub_end;
	e = bare_page(&d.pin[0], BARE_DATA, AE_LO_D);
	if (e)
		return e;
	*(volatile u32 *)(BARE_WINDOW + BARE_PEER) = peer;
	bare_data_page = d.pin[0].lo >> AE_PAGE_SHIFT;
	e = bare_page(&d.pin[1], code, 0);
	if (e)
		return e;
	memcpy((void *)BARE_WINDOW, (void *)code, AE_PAGE_SIZE);
	ae_cacheflush(d.pin[1].lo >> AE_PAGE_SHIFT, own->lo, own->hi);
	exos_unmap(BARE_WINDOW);
	return ae_env_create(exos_lookup((u32)&d) >> AE_PAGE_SHIFT,
			     (u32)&d & (AE_PAGE_SIZE - 1), sizeof d, own->lo,
			     own->hi);
}

#endif /* !__ASSEMBLER__ */
#endif
