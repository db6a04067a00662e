/* SPDX-License-Identifier: MIT */
/*
 * GCC's atomic operations: each one's result, of 1, 2 and 4 bytes; that a
 * fault in the middle starts one over; locks and once, with owners that die.
 */
#include <exos/ipc.h>

#include "../include/check.h"

#define SHARED 0x30000000

#define OPS(type, bits)                                                       \
	static void ops_##bits(void)                                          \
	{                                                                     \
		const type x = (type)0xfedcba98, y = (type)0x8421c3a5;        \
		volatile type m[3] = { 0x55, x, 0x55 }, *p = &m[1];           \
		type e;                                                       \
		int good = 1;                                                 \
                                                                              \
		OP(fetch_add, x, (type)(x + y));                              \
		OP(fetch_sub, x, (type)(x - y));                              \
		OP(fetch_or, x, (type)(x | y));                               \
		OP(fetch_and, x, (type)(x & y));                              \
		OP(fetch_xor, x, (type)(x ^ y));                              \
		OP(fetch_nand, x, (type) ~(x & y));                           \
		OP(add_fetch, (type)(x + y), (type)(x + y));                  \
		OP(sub_fetch, (type)(x - y), (type)(x - y));                  \
		OP(or_fetch, (type)(x | y), (type)(x | y));                   \
		OP(and_fetch, (type)(x & y), (type)(x & y));                  \
		OP(xor_fetch, (type)(x ^ y), (type)(x ^ y));                  \
		OP(nand_fetch, (type) ~(x & y), (type) ~(x & y));             \
		OP(exchange_n, x, y);                                         \
		e = y;                                                        \
		good &= !__atomic_compare_exchange_n(p, &e, 1, 0, 5, 5) &&    \
			e == x && *p == x;                                    \
		good &= __atomic_compare_exchange_n(p, &e, y, 0, 5, 5) &&     \
			e == x && *p == y;                                    \
		good &= __sync_bool_compare_and_swap(p, y, x) && *p == x;     \
		good &= !__sync_bool_compare_and_swap(p, y, y) && *p == x;    \
		good &= __sync_val_compare_and_swap(p, x, y) == x && *p == y; \
		good &= __sync_val_compare_and_swap(p, x, x) == y && *p == y; \
		good &= __sync_lock_test_and_set(p, x) == y && *p == x;       \
		__sync_lock_release(p);                                       \
		good &= *p == 0 && m[0] == 0x55 && m[2] == 0x55;              \
		check(good, "operations of " #bits " bits");                  \
	}
#define OP(name, result, after)                                        \
	good &= __atomic_##name(p, y, __ATOMIC_SEQ_CST) == (result) && \
		*p == (after);                                         \
	*p = x

OPS(u32, 32)
OPS(u16, 16)
OPS(u8, 8)
OPS(s32, signed_32)
OPS(int16_t, signed_16)
OPS(int8_t, signed_8)

/* ---- faults in a sequence ---- */

static volatile u32 *page = (u32 *)SHARED;
static u32 faults;

/* The store of a sequence meets a page without D: the word changes first. */
static int
meddle(struct exos_frame *f)
{
	faults++;
	exos_protect(f->badvaddr, 1, 1);
	*page += 100;
	return 0;
}

static void
faulting(void)
{
	exos_on_exception(AE_EXC_MOD, meddle);
	*page = 1;
	exos_protect(SHARED, 1, 0);
	check_is(__atomic_fetch_add(page, 5, 0), 101,
		 "a fault at the store starts a fetch_add over");
	check_is(*page, 106, "with the new value");
	exos_protect(SHARED, 1, 0);
	check_is(__sync_val_compare_and_swap(page, 106, 7), 206,
		 "and a compare_and_swap, which then differs");
	check_is(*page, 206, "and stores nothing");
	exos_protect(SHARED, 1, 0);
	check_is(__atomic_exchange_n(page, 9, 0), 306, "and an exchange");
	check_is(faults, 3, "each was a fault");
	exos_on_exception(AE_EXC_MOD, 0);
}

/* ---- locks ---- */

static struct exos_share share;

struct both {
	struct exos_lock lock;
	struct exos_once once;
	volatile u32 count, runs;
};

static struct both *const both = (struct both *)SHARED;

static void
count_run(void)
{
	both->runs++;
}

static void
die_in_once(void)
{
	both->runs++;
	exos_exit(3);
}

/* The children's parts. */
static int
part(char **argv)
{
	if (exos_share_map_text(argv[2], SHARED))
		return 1;
	if (!strcmp(argv[1], "hold")) {
		exos_lock(&both->lock);
		both->count = 1;
		for (;;)
			exos_yield(AE_NAME_SELF);
	}
	if (!strcmp(argv[1], "leave")) {
		exos_lock(&both->lock);
		return 0;
	}
	if (!strcmp(argv[1], "once"))
		exos_once(&both->once, die_in_once);
	if (!strcmp(argv[1], "count"))
		for (u32 i = 0; i < 2000; i++) {
			s32 e = exos_lock(&both->lock);
			u32 n = both->count;

			if (e)
				return 2;
			for (volatile u32 k = 0; k < n % 50; k++)
				;
			both->count = n + 1;
			exos_unlock(&both->lock);
		}
	return 0;
}

static void
locking(void)
{
	char text[EXOS_SHARE_TEXT];
	s32 child[3];

	memset(both, 0, sizeof *both);
	exos_share_text(&share, text);
	check_is(exos_trylock(&both->lock), 0, "trylock");
	check_is(both->lock.owner, exos_self, "the word names the owner");
	check_is(exos_trylock(&both->lock), AE_EBUSY, "trylock again: EBUSY");
	check_is(exos_lock(&both->lock), AE_EBUSY,
		 "lock what one holds, without threads: EBUSY");
	exos_unlock(&both->lock);

	for (u32 i = 0; i < 3; i++)
		child[i] = check_spawn("count", text);
	for (u32 i = 0; i < 3; i++)
		check_is(exos_wait(child[i]), 0, "a process counts");
	check_is(both->count, 6000, "and no count is lost");

	both->count = 0;
	child[0] = check_spawn("hold", text);
	while (!both->count)
		exos_yield(child[0]);
	check_is(exos_trylock(&both->lock), AE_EBUSY, "a child holds it");
	ae_env_free(child[0], 0);
	check_is(exos_lock(&both->lock), EXOS_ORPHAN,
		 "killed, its lock is taken over");
	check_is(both->lock.owner, exos_self, "by us");
	exos_unlock(&both->lock);

	check_is(exos_wait(check_spawn("leave", text)), 0,
		 "a child ends with the lock");
	check_is(exos_trylock(&both->lock), EXOS_ORPHAN, "trylock takes it");
	exos_unlock(&both->lock);

	check_is(exos_wait(check_spawn("once", text)), 3,
		 "a child dies in what is done once");
	check_is(exos_once(&both->once, count_run), 0, "it is done again");
	check_is(exos_once(&both->once, count_run), 0, "and then no more");
	check_is(both->runs, 2, "twice in all");
	both->once.state = exos_self;
	check_is(exos_once(&both->once, count_run), AE_EBUSY,
		 "once within itself: EBUSY");
}

int
main(int argc, char **argv)
{
	u32 free_pages;

	if (argc > 1)
		return part(argv);
	check_is(exos_share_make(&share, SHARED), 0, "a shared page");
	ops_32();
	ops_16();
	ops_8();
	ops_signed_32();
	ops_signed_16();
	ops_signed_8();
	faulting();
	locking();
	free_pages = exos_info->free_pages;
	locking(); /* all that it needs is there now */
	check_free_pages(free_pages, "no page is lost");
	check_is(exos_share_unmap(SHARED), 0, "the shared page is given up");
	check_free_pages(free_pages + 1, "and free");
	return check_plan();
}
