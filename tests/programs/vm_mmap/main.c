/* SPDX-License-Identifier: MIT */
/* mmap, munmap, mprotect, mincore, msync and madvise, and their errors. */
#include <errno.h>
#include <sys/mman.h>

#include "../../include/check.h"

#define PAGE AE_PAGE_SIZE
#define BOTH (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define FREE ((char *)EXOS_FREE)

static char *
map(void *at, size_t len, int prot, int flags)
{
	return mmap(at, len, prot, flags, -1, 0);
}

/* An mmap that must fail. */
static void
refused(void *at, size_t len, int prot, int flags, int error, const char *what)
{
	errno = 0;
	check(map(at, len, prot, flags) == MAP_FAILED && errno == error,
	      "mmap, %s: %s", what, strerror(error));
}

static void
is_error(int got, int error, const char *what)
{
	check(got == -1 && errno == error, "%s: %s", what, strerror(error));
	errno = 0;
}

static u32
count_regions(void)
{
	struct exos_region r;
	u32 n = 0;

	while (exos_region_get(n, &r) == 0)
		n++;
	return n;
}

static void
errors(void)
{
	refused(0, 0, BOTH, ANON, EINVAL, "no length");
	refused(0, PAGE, BOTH, MAP_ANONYMOUS, EINVAL, "neither kind");
	refused(0, PAGE, BOTH, ANON | MAP_SHARED, EINVAL, "both kinds");
	refused(0, PAGE, 8, ANON, EINVAL, "unknown protection");
	refused(FREE + 1, PAGE, BOTH, ANON | MAP_FIXED, EINVAL, "unaligned");
	refused(0, 0x7fffffff, BOTH, ANON, ENOMEM, "2 GB");
	refused(0, 0xfffff001, BOTH, ANON, ENOMEM, "4 GB");
	refused(0, 0x10001000, BOTH, ANON, ENOMEM, "more than there is room");
	refused(0, PAGE, BOTH, ANON | MAP_FIXED, ENOMEM, "page 0");
	refused((void *)EXOS_ARCHIVE, PAGE, BOTH, ANON | MAP_FIXED, ENOMEM,
		"over the exposed tables");
	refused((void *)EXOS_MMAP_END, PAGE, BOTH, ANON | MAP_FIXED, ENOMEM,
		"over the session segment");
	refused((void *)0x7fff0000, PAGE, BOTH, ANON | MAP_FIXED, ENOMEM,
		"over the pinned pages");
	refused((void *)0x80000000, PAGE, BOTH, ANON | MAP_FIXED, ENOMEM,
		"in the kernel");
	refused(0, PAGE, BOTH, MAP_PRIVATE, EBADF, "no file");
	is_error(munmap(FREE + 1, PAGE), EINVAL, "munmap, unaligned");
	is_error(munmap(FREE, 0), EINVAL, "munmap of nothing");
	is_error(munmap((void *)(EXOS_FREE - PAGE), 2 * PAGE), EINVAL,
		 "munmap of the session segment's end");
	is_error(munmap((void *)EXOS_INFO, PAGE), EINVAL,
		 "munmap of an exposed table");
	is_error(mprotect(FREE, PAGE, BOTH), ENOMEM, "mprotect of no mapping");
	is_error(mprotect(FREE + 1, PAGE, BOTH), EINVAL, "mprotect, unaligned");
	is_error(mprotect(FREE, PAGE, 8), EINVAL, "mprotect, unknown bit");
	is_error(msync(FREE, PAGE, MS_SYNC), ENOMEM, "msync of no mapping");
	is_error(msync(FREE, PAGE, MS_SYNC | MS_ASYNC), EINVAL,
		 "msync, both ways");
	is_error(msync(FREE + 1, PAGE, MS_SYNC), EINVAL, "msync, unaligned");
	is_error(madvise(FREE + 1, PAGE, MADV_NORMAL), EINVAL,
		 "madvise, unaligned");
	is_error(madvise(FREE, PAGE, 77), EINVAL, "madvise, unknown");
	is_error(madvise(FREE, PAGE, MADV_NORMAL), ENOMEM,
		 "madvise of no mapping");
	check(munmap(FREE, PAGE) == 0, "munmap of no mapping is nothing");
}

static void
placing(void)
{
	u32 free = free_pages(), regions = count_regions();
	char *a = map(0, 3 * PAGE, BOTH, ANON), *b = map(0, 1, BOTH, ANON), *c;

	check(a != MAP_FAILED && b != MAP_FAILED && a != b,
	      "two mappings, each somewhere");
	check(count_regions() == regions + 1,
	      "neighbours alike are one region");
	c = map(0, PAGE, PROT_READ, ANON);
	check(count_regions() == regions + 2, "another protection is another");
	a[0] = a[3 * PAGE - 1] = b[0] = 1;
	check(a[PAGE] == 0 && b[PAGE - 1] == 0 && c[0] == 0, "memory is zero");
	check_is(probe_store((u32)c, 1), AE_EXC_MOD, "read-only memory: Mod");
	check_is(probe_load((u32)b + PAGE + PAGE, 0), AE_EXC_TLBL,
		 "beyond a mapping: TLBL");
	check(map(FREE, PAGE, BOTH, ANON) == FREE, "an address that is free");
	check(map(FREE, PAGE, BOTH, ANON) != FREE, "one that is not");
	FREE[0] = 7;
	check(map(FREE, PAGE, BOTH, ANON | MAP_FIXED) == FREE && FREE[0] == 0,
	      "MAP_FIXED replaces what is there");
	munmap(FREE, PAGE);
	munmap((void *)EXOS_MMAP, 0x10000000);
	check(count_regions() == regions, "all regions are gone");
	check_is(free_pages(), free, "no page was lost");
	check_is(probe_load((u32)a, 0), AE_EXC_TLBL, "after munmap: TLBL");
}

/* The pages of a mapping that can be written, as a string of 0 and 1. */
static int
pages_are(const char *at, const char *want)
{
	int good = 1;

	for (u32 i = 0; want[i]; i++) {
		u32 va = (u32)at + i * PAGE, cause = probe_store(va, i);

		good &= want[i] == 'w' ? !cause :
			want[i] == 'r' ? cause && !probe_load(va, 0) :
					 probe_load(va, 0) == AE_EXC_TLBL;
	}
	return good;
}

/* Splitting and merging: every way to cut a mapping of six pages. */
static void
splitting(void)
{
	u32 free = free_pages(), regions = count_regions();

	for (u32 from = 0; from < 6; from++)
		for (u32 to = from + 1; to <= 6; to++) {
			char want[] = "wwwwww";
			int good;

			map(FREE, 6 * PAGE, BOTH, ANON | MAP_FIXED);
			memset(FREE, 1, 6 * PAGE);
			munmap(FREE + from * PAGE, (to - from) * PAGE);
			memset(want + from, '-', to - from);
			good = pages_are(FREE, want) &&
			       count_regions() ==
				       regions + (from > 0) + (to < 6);
			map(FREE, 6 * PAGE, BOTH, ANON | MAP_FIXED);
			memset(FREE, 2, 6 * PAGE);
			mprotect(FREE + from * PAGE, (to - from) * PAGE,
				 PROT_READ);
			memset(want + from, 'r', to - from);
			good &= pages_are(FREE, want) &&
				count_regions() ==
					regions + 1 + (from > 0) + (to < 6);
			mprotect(FREE, 6 * PAGE, BOTH);
			good &= pages_are(FREE, "wwwwww") &&
				count_regions() == regions + 1;
			check(good,
			      "pages %lu to %lu are unmapped, protected, "
			      "and joined again",
			      (unsigned long)from, (unsigned long)to - 1);
		}
	munmap(FREE, 6 * PAGE);
	check(count_regions() == regions, "all regions are gone");
	check_is(free_pages(), free, "no page was lost");
}

static void
protecting(void)
{
	unsigned char vec[4];

	map(FREE, 4 * PAGE, PROT_NONE, ANON | MAP_FIXED);
	check(pages_are(FREE, "----"), "PROT_NONE: no access");
	mprotect(FREE, 4 * PAGE, PROT_READ);
	check(pages_are(FREE, "rrrr"), "PROT_READ: no stores");
	mprotect(FREE, 2 * PAGE, PROT_WRITE);
	check(pages_are(FREE, "wwrr"), "PROT_WRITE for two of them");
	FREE[0] = 42;
	mprotect(FREE, PAGE, PROT_NONE);
	check(pages_are(FREE, "-wrr"), "PROT_NONE for the first");
	mprotect(FREE, PAGE, PROT_READ);
	check(FREE[0] == 42, "what was in it is there again");
	mprotect(FREE, PAGE, BOTH);
	check(pages_are(FREE, "wwrr"), "and can be written");
	is_error(mprotect(FREE, 5 * PAGE, BOTH), ENOMEM, "mprotect beyond it");
	check(pages_are(FREE, "wwrr"), "which changed nothing");
	map(FREE, 4 * PAGE, BOTH, ANON | MAP_FIXED);
	FREE[PAGE] = 1;
	check(mincore(FREE, 4 * PAGE, vec) == 0 && !vec[0] && vec[1] &&
		      !vec[2] && !vec[3],
	      "mincore: the page that was touched");
	is_error(mincore(FREE, 5 * PAGE, vec), ENOMEM, "mincore beyond it");
	is_error(mincore(FREE + 1, PAGE, vec), EINVAL, "mincore, unaligned");
	check(msync(FREE, 4 * PAGE, MS_SYNC) == 0, "msync");
	check(madvise(FREE, 4 * PAGE, MADV_DONTNEED) == 0 && !FREE[PAGE],
	      "madvise: pages that are not needed are zero");
	munmap(FREE, 4 * PAGE);
	check(mprotect((void *)0x400000, PAGE, BOTH) == 0,
	      "a page of text is made writable");
	*(volatile u32 *)0x400000 = *(volatile u32 *)0x400000;
	mprotect((void *)0x400000, PAGE, PROT_READ | PROT_EXEC);
	check_is(probe_store(0x400000, 0), AE_EXC_MOD, "and read-only again");
}

/* More regions than there were ever room for, until there is none. */
static void
many(void)
{
	u32 free = free_pages(), n = 0, regions = count_regions();
	char *three = map(0, 3 * PAGE, BOTH, ANON);

	while (n < 2000 && map(FREE + 2 * n * PAGE, PAGE, BOTH,
			       ANON | MAP_FIXED) != MAP_FAILED)
		n++;
	check(n > 500 && n < 2000, "%lu regions, then no more",
	      (unsigned long)n);
	check(errno == ENOMEM, "which is ENOMEM");
	is_error(munmap(three + PAGE, PAGE), ENOMEM, "none can be split");
	three[PAGE] = 1;
	check(munmap(three, 3 * PAGE) == 0, "but unmapped");
	for (u32 i = 0; i < n; i++)
		FREE[2 * i * PAGE] = 1;
	munmap(FREE, 2 * n * PAGE);
	check(count_regions() == regions, "all regions are gone");
	check(free - free_pages() <= 4, "no page was lost but for the list");
}

int
main(void)
{
	errors();
	placing();
	splitting();
	protecting();
	many();
	return check_plan();
}
