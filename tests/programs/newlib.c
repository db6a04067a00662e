/* SPDX-License-Identifier: MIT */
/* Newlib on ExOS: formats, 64-bit and soft-float arithmetic, memory, jumps. */
#include <setjmp.h>
#include <stdint.h>
#include <unistd.h>

#include "../include/check.h"

static void
formats(void)
{
	char s[80];

	snprintf(s, sizeof s, "%d %5d %-5d| %05d", -42, 42, 42, 42);
	check(!strcmp(s, "-42    42 42   | 00042"), "%%d with widths: %s", s);
	snprintf(s, sizeof s, "%x %X %#x %08x %u %o", 0xdeadbeefu, 0xabcu, 255u,
		 0x1234u, 4000000000u, 8u);
	check(!strcmp(s, "deadbeef ABC 0xff 00001234 4000000000 10"),
	      "%%x %%u %%o: %s", s);
	snprintf(s, sizeof s, "%s %.3s %c %%", "text", "abcdef", 'z');
	check(!strcmp(s, "text abc z %"), "%%s %%c: %s", s);
	snprintf(s, sizeof s, "%f %.2f %.0f", 3.25, -2.675, 1e9);
	check(!strcmp(s, "3.250000 -2.67 1000000000"), "%%f: %s", s);
	snprintf(s, sizeof s, "%e %.3e %g", 12345.678, 1e-300, 0.0001);
	check(!strcmp(s, "1.234568e+04 1.000e-300 0.0001"), "%%e %%g: %s", s);
	snprintf(s, sizeof s, "%lld %llx", INT64_MIN, 0xfedcba9876543210ull);
	check(!strcmp(s, "-9223372036854775808 fedcba9876543210"),
	      "%%lld %%llx: %s", s);
}

static void
integers(void)
{
	volatile int64_t a = -123456789012345ll, b = 98765;
	volatile uint64_t u = 0xffffffffffffffffull, v = 0x100000001ull;
	volatile int32_t i = -7, j = 2, least = INT32_MIN;

	check(a / b == -1250005457ll && a % b == -51740ll,
	      "64-bit signed quotient and remainder");
	check(u / v == 0xffffffffull && u % v == 0,
	      "64-bit unsigned quotient and remainder");
	check(a * b == 6253534306905297691ll, "64-bit product wraps");
	check(v << 33 == 0x200000000ull && u >> 63 == 1 && a >> 40 == -113,
	      "64-bit shifts");
	check(i / j == -3 && i % j == -1 && least / j == -1073741824,
	      "32-bit quotients round to zero");
}

static void
floats(void)
{
	volatile double a = 0.1, b = 0.2, big = 1e308;
	volatile float f = 16777216.0f;
	char *end;

	check(a + b == 0.30000000000000004, "0.1 + 0.2 as IEEE 754 has it");
	check(a * b == 0.020000000000000004 && a / b == 0.5,
	      "products and quotients");
	check(big * 10 > big && big * 10 == big * 100, "overflow is infinity");
	check(f + 1.0f == f, "float has 24 bits");
	check((int64_t)1e15 == 1000000000000000ll && (int)-2.9 == -2,
	      "conversions truncate");
	check(strtod("-1.5e3xyz", &end) == -1500 && !strcmp(end, "xyz"),
	      "strtod stops where the number does");
	check(strtod("2.2250738585072014e-308", 0) == 0x1p-1022,
	      "strtod of the least normal number");
	check(strtol("-0x7f", 0, 0) == -127 && strtoul("777", 0, 8) == 511,
	      "strtol");
}

static int
compare(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

static void
sorting(void)
{
	static u32 v[5000];
	u32 x = 1, sum = 0, after = 0;
	int sorted = 1;

	for (u32 i = 0; i < 5000; i++) {
		x = x * 1664525 + 1013904223;
		v[i] = x;
		sum += x;
	}
	qsort(v, 5000, sizeof *v, compare);
	for (u32 i = 0; i < 5000; i++) {
		after += v[i];
		sorted &= i == 0 || v[i - 1] <= v[i];
	}
	check(sorted && sum == after, "qsort of 5000 numbers");
}

static u32
fill(u8 *p, u32 n, u8 seed)
{
	for (u32 i = 0; i < n; i++)
		p[i] = seed + i * 7;
	return n;
}

static u32
wrong(const u8 *p, u32 n, u8 seed)
{
	u32 bad = 0;

	for (u32 i = 0; i < n; i++)
		bad += p[i] != (u8)(seed + i * 7);
	return bad;
}

static void
allocation(void)
{
	enum { N = 64 };
	static u8 *p[N];
	static u32 size[N];
	u32 bad = 0, x = 7, nulls = 0, before, used;
	u8 *big, *fresh;

	for (u32 round = 0; round < 2000; round++) {
		u32 i = (x = x * 1103515245 + 12345) >> 16 & (N - 1);

		if (p[i]) {
			bad += wrong(p[i], size[i], i);
			free(p[i]);
			p[i] = 0;
			continue;
		}
		size[i] = 1 + (x >> 8 & 2047);
		p[i] = malloc(size[i]);
		if (p[i])
			fill(p[i], size[i], i);
		else
			nulls++;
	}
	for (u32 i = 0; i < N; i++) {
		if (p[i])
			bad += wrong(p[i], size[i], i);
		free(p[i]);
	}
	check(!bad && !nulls,
	      "2000 mallocs and frees of up to 2 KB keep their contents");

	fresh = sbrk(2 << 20);
	for (u32 i = 0; i < 2 << 20; i += AE_PAGE_SIZE)
		bad += fresh[i] != 0;
	check(!bad, "2 MB beyond the heap come zeroed");
	sbrk(-(2 << 20));
	before = exos_info->free_pages;
	big = malloc(2 << 20);
	check(big != 0, "malloc of 2 MB");
	if (!big)
		return;
	check(before - exos_info->free_pages < 16,
	      "memory that is not touched takes no pages");
	for (u32 i = 0; i < 2 << 20; i += AE_PAGE_SIZE)
		big[i] = i >> 12;
	used = before - exos_info->free_pages;
	check(used >= 450, "touched, it takes them");
	for (u32 i = 0; i < 2 << 20; i += AE_PAGE_SIZE)
		bad += big[i] != (u8)(i >> 12);
	check(!bad, "2 MB kept what was written");
	big = realloc(big, 3 << 20);
	check(big && big[4096] == 1, "realloc to 3 MB keeps the contents");
	free(big);
	big = malloc(3 << 20);
	fill(big, 2 << 20, 1);
	check(before - exos_info->free_pages < used + 16,
	      "freed memory is used again");
	free(big);
	check(malloc(0x7fffffff) == 0, "malloc of 2 GB is refused");
}

static u32
deep(u32 n)
{
	volatile u32 room[200];

	room[n % 200] = n;
	return n ? deep(n - 1) + room[n % 200] - n + 1 : 1;
}

static jmp_buf there;

static void jump(u32 n);
static void (*volatile again)(u32 n) = jump;

static void
jump(u32 n)
{
	if (n == 0)
		longjmp(there, 77);
	again(n - 1);
}

static void
jumping(void)
{
	volatile int before = 5;
	int got = setjmp(there);

	if (got == 0) {
		before = 6;
		jump(30);
	}
	check(got == 77 && before == 6, "longjmp out of 30 calls");
	got = setjmp(there);
	if (got == 0)
		longjmp(there, 0);
	check(got == 1, "longjmp with 0 arrives as 1");
	check(deep(1000) == 1001, "the stack grows to 800 KB");
}

static void
breaking(void)
{
	u8 *at = sbrk(0), *got = sbrk(64 * AE_PAGE_SIZE);
	u32 before = exos_info->free_pages, during;

	check(got == at, "sbrk gives what lies at the break");
	memset(got, 0xa5, 64 * AE_PAGE_SIZE);
	during = exos_info->free_pages;
	check(before - during >= 63 && before - during <= 64,
	      "touching 64 pages takes 64 pages");
	check(sbrk(-64 * AE_PAGE_SIZE) == got + 64 * AE_PAGE_SIZE &&
		      exos_info->free_pages >= during + 63,
	      "a negative sbrk gives them back");
	got = sbrk(64 * AE_PAGE_SIZE);
	check(got == at && got[AE_PAGE_SIZE] == 0 &&
		      got[63 * AE_PAGE_SIZE] == 0,
	      "taken again, they are zero");
	sbrk(-64 * AE_PAGE_SIZE);
	check(sbrk(0x7fffffff) == (void *)-1, "sbrk of 2 GB is refused");
}

static void
endings(void)
{
	check_is(exos_wait(check_spawn("wild", "0x10")), 128 + AE_EXC_TLBS,
		 "a store through a wild pointer ends the program, TLBS");
	check_is(exos_wait(check_spawn("wild", "0x80000000")),
		 128 + AE_EXC_ADES, "a store to the kernel: AdES");
	check_is(exos_wait(check_spawn("wild", "0x400001")), 128 + AE_EXC_ADES,
		 "an unaligned store: AdES");
	check_is(exos_wait(check_spawn("wild", "0x400000")), 128 + AE_EXC_MOD,
		 "a store to program text: Mod");
	check_is(exos_wait(check_spawn("jump", "0x10")), 128 + AE_EXC_TLBL,
		 "a jump to nowhere: TLBL");
	check_is(exos_wait(check_spawn("deep", 0)), 128 + AE_EXC_TLBS,
		 "a stack that grows beyond its room: TLBS");
	check_is(exos_wait(check_spawn("exit", "42")), 42, "exit status 42");
	check_is(exos_wait(check_spawn("abort", 0)), 128 + 6, "abort()");
}

int
main(int argc, char **argv)
{
	u32 n = argc > 2 ? strtoul(argv[2], 0, 0) : 0;

	if (check_part(argc, argv, "wild"))
		return *(volatile u32 *)n = 1;
	if (check_part(argc, argv, "jump"))
		return ((int (*)(void))n)();
	if (check_part(argc, argv, "deep"))
		return deep(1000000);
	if (check_part(argc, argv, "exit"))
		exit(n);
	if (check_part(argc, argv, "abort"))
		abort();
	formats();
	integers();
	floats();
	sorting();
	endings();
	jumping();
	breaking();
	allocation(); /* last: what it took stays mapped, up to the limit */
	return check_plan();
}
