/* SPDX-License-Identifier: MIT */
/* free: the machine's memory in KB, from the kernel's exposed tables. */
#include <exos/exos.h>

#include "tool.h"

#define KB(pages) ((unsigned long)(pages) * (AE_PAGE_SIZE / 1024))

int
main(void)
{
	u32 all = exos_info->npages, unused = exos_info->free_pages;

	printf("%10s %10s %10s\n%10lu %10lu %10lu\n", "total", "used", "free",
	       KB(all), KB(all - unused), KB(unused));
	return finish("free");
}
