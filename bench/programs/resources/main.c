/* SPDX-License-Identifier: MIT */
/*
 * What it costs to allocate, give and revoke: pages, slices, environments.
 * The paper has no figures for these.
 */
#include <stdio.h>

#include "../../bare.h"
#include "../../window.h"
#include "resources.h"

#define FEW	(BENCH_WARM + 24) /* rounds of what takes long */
#define WINDOW2 0x48010000	  /* where the asked one's data page is seen */

void resources_start(void), resources_end(void), resources_asked(void);
s32 resources_Alloc(u32, u32, u32, u32, u32, u32, u32, u32);
s32 resources_Dealloc(u32, u32, u32, u32, u32, u32, u32, u32);
s32 resources_slice_alloc(u32, u32, u32, u32, u32, u32, u32, u32);
s32 resources_slice_give(u32, u32, u32, u32, u32, u32, u32, u32);
s32 resources_slice_free(u32, u32, u32, u32, u32, u32, u32, u32);
s32 resources_env_create(u32, u32, u32, u32, u32, u32, u32, u32);
s32 resources_env_free(u32, u32, u32, u32, u32, u32, u32, u32);
s32 resources_revoke_1(u32, u32, u32, u32, u32, u32);
s32 resources_revoke_100(u32, u32, u32, u32, u32, u32);

static struct ae_cap *own = &exos_pin->caps[CAP_OWN];
static u32 failed;

static void
pages(void)
{
	s32 page = resources_Alloc(AE_PAGE_ANY, own->lo, own->hi, own->lo,
				   own->hi, 0, 0, 0);

	failed += page < 0;
	failed += resources_Dealloc(page, own->lo, own->hi, 0, 0, 0, 0, 0) != 0;
}

static void
slices(u32 child)
{
	failed += resources_slice_alloc(AE_SLICE_ANY, 1, 2, 0, 0, 0, 0, 0) != 1;
	failed += resources_slice_give(1, 1, 2, child, 3, 4, 0, 0) != 0;
	failed += resources_slice_free(1, 3, 4, 0, 0, 0, 0, 0) != 0;
}

/* An environment of one page. */
static void
environment(void)
{
	static struct ae_env_desc d __attribute__((aligned(512)));
	s32 page = exos_alloc(), name;

	d = (struct ae_env_desc){
		.init = BARE_DATA,
		.prologue = BARE_DATA,
		.epilogue = BARE_DATA,
		.save_va = BARE_DATA,
		.tlbx = BARE_TLBX,
		.genx = BARE_GENX,
		.intx = BARE_INTX,
		.pin[0] = { .va = BARE_DATA,
			    .lo = (u32)page << AE_PAGE_SHIFT | AE_LO_V |
				  AE_LO_D,
			    .cap = *own },
	};
	name = resources_env_create(exos_lookup((u32)&d) >> AE_PAGE_SHIFT,
				    (u32)&d & (AE_PAGE_SIZE - 1), sizeof d,
				    own->lo, own->hi, 0, 0, 0);
	failed += name < 0;
	failed +=
		resources_env_free(name, 0, 0, 0, 0, 0, 0, 0) != AE_EXIT_KILLED;
}

static volatile u32 *asked; /* its data page */

static void
revocation(u32 child, u32 n)
{
	const volatile struct ae_gate *g = &exos_gates[AE_NAME_NUMBER(child)];
	u32 before = g->pages;

	for (u32 i = 0; i < n; i++)
		asked[ASKED_PAGES / 4 + i] =
			ae_Alloc(AE_PAGE_ANY, own->lo, own->hi, own->lo,
				 own->hi, child, 0, 0);
	if (n == 1)
		resources_revoke_1(child, 0, 0, AE_RES_PAGE, 1, 1000);
	else
		resources_revoke_100(child, 0, 0, AE_RES_PAGE, n, 1000);
	failed += g->pages != before;
}

/* s0 is resources_revoke's. */
static __attribute__((noinline)) void
all(u32 child)
{
	asm volatile("" ::: "s0");
	for (u32 i = 0; i < BENCH_ROUNDS; i++) {
		pages();
		slices(child);
		revocation(child, 1);
	}
	for (u32 i = 0; i < FEW; i++) {
		environment();
		revocation(child, 100);
	}
}

int
main(void)
{
	const struct ae_env_desc d = {
		.prologue = (u32)resources_asked,
		.epilogue = (u32)resources_asked,
		.iq = ASKED_IQ,
		.critical = (u32)bare_code,
		.critical_end = (u32)bare_end,
	};
	s32 child = bare_make(&d, resources_asked, exos_self);

	if (child < 0) {
		printf("no environment: %ld\n", (long)child);
		return 1;
	}
	asked = (u32 *)WINDOW2;
	exos_map(WINDOW2, bare_data_page << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D |
				  PT_CAP(CAP_OWN));
	asked[ASKED_CAP / 4] = own->lo;
	asked[ASKED_CAP / 4 + 1] = own->hi;
	((volatile struct ae_intq *)((u32)asked + ASKED_IQ))->mask =
		1 << AE_INT_REVOKE;
	exos_yield(child); /* its first entry */
	bench_wait_for_tick();
	resources_start();
	all(child);
	resources_end();
	printf("resources: status %lu\n", (unsigned long)failed);
	return failed != 0;
}
