/* SPDX-License-Identifier: MIT */
/* The exposed information page (SOSP'95 3.1, "expose information"). */
#include "kernel.h"

u8 info_page[AE_PAGE_SIZE] __attribute__((aligned(AE_PAGE_SIZE)));
struct ae_info *info = (struct ae_info *)info_page;

/* Describe and expose kernel memory from a page boundary. */
static void
expose(struct ae_extent *x, const void *at, u32 bytes)
{
	x->page = ((u32)at - KSEG0(0)) >> AE_PAGE_SHIFT;
	x->npages = (bytes + AE_PAGE_SIZE - 1) >> AE_PAGE_SHIFT;
	x->bytes = bytes;
	page_expose(x->page, x->npages);
}

static void
copy_string(char *to, const char *from, u32 size)
{
	while (--size && *from)
		*to++ = *from++;
	*to = 0;
}

void
info_init(const char *machine_name, const char *args)
{
	struct ae_extent self;

	info->magic = AE_INFO_MAGIC;
	info->version = AE_INFO_VERSION;
	info->tick_hz = AE_TICK_HZ;
#ifdef CLOSE_HOLE
	info->build |= AE_BUILD_CLOSED;
#endif
#ifdef CHECKS
	info->build |= AE_BUILD_CHECKS;
#endif
	copy_string(info->machine, machine_name, sizeof info->machine);
	copy_string(info->args, args, sizeof info->args);
	expose(&self, info, sizeof *info);
	expose(&info->pages, page_records, page_count * sizeof *page_records);
	expose(&info->gates, gates, sizeof gates);
	expose(&info->handlers, handlers, sizeof handlers);
	expose(&info->stlb, stlb_data, AE_STLB_BYTES);
	expose(&info->slices, slices, sizeof slices);
	expose(&info->data, env_data, sizeof env_data);
	expose(&info->revokes, revokes, sizeof revokes);
	expose(&info->archive, archive_start, archive_end - archive_start);
#ifdef EVENTS
	info->build |= AE_BUILD_EVENTS;
	expose(&info->events, event_ring, sizeof event_ring);
#endif
}
