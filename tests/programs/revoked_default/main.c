/* SPDX-License-Identifier: MIT */
/*
 * Programs with no code of their own for revocation: ExOS gives back what
 * they can do without when it is asked, and takes note of what is taken by
 * force (SOSP'95 3.3).
 *
 * launch: --memory 16
 */
#include <sys/wait.h>
#include <unistd.h>

#include "../../include/check.h"

#define PATIENT 200 /* ticks a stage lasts: enough to answer the first */
#define HASTY	4
#define DATA	40 /* pages that a child writes to */
#define FAR	0x30000000
#define RUN	0x00400000 /* of the page table: one page of it, as is FAR */

/* Words of a child's application data. */
#define ORDER  0 /* to it */
#define DONE   1 /* the order it has obeyed */
#define RESULT 2
#define ROUNDS 3 /* of the busy ones */

enum {
	NOTHING,
	TEXT_PAGES,   /* how many are there? */
	TEXT_RIGHT,   /* are all as they were? */
	EMPTY_TABLES, /* make some */
	FREE_HEAP,    /* leave memory free behind malloc's top: its pages */
	HEAP_PAGES,   /* from the heap's start to the break */
	DATA_RIGHT,   /* DATA pages: how many are gone, ~0 if one is wrong */
	USE_MEMORY,   /* get nearly all there is; DATA_RIGHT then */
	TOUCH_DATA,   /* what is gone */
	KINDS
};

/* ---- the children ---- */

static u32 data[DATA * AE_PAGE_SIZE / 4 + AE_PAGE_SIZE / 4];
static struct exos_region text;
static u32 text_sum;

static u32
data_page(u32 i)
{
	u32 first = ((u32)data + AE_PAGE_SIZE - 1) & ~(AE_PAGE_SIZE - 1);

	return first + i * AE_PAGE_SIZE;
}

static u32
data_value(u32 va)
{
	return va * 2654435761u;
}

static u32
sum_text(void)
{
	u32 sum = 0;

	for (u32 va = text.start; va < text.end; va += 4)
		sum = (sum << 1 | sum >> 31) ^ *(volatile u32 *)va;
	return sum;
}

static void
begin(void)
{
	for (u32 i = 0; !exos_region_get(i, &text); i++)
		if (text.start == EXOS_TEXT)
			break;
	text_sum = sum_text();
	for (u32 i = 0; i < DATA; i++)
		for (u32 va = data_page(i); va < data_page(i + 1); va += 4)
			*(volatile u32 *)va = data_value(va);
}

static u32
text_pages(void)
{
	u32 n = 0;

	for (u32 va = text.start; (va = exos_next(va, text.end)) < text.end;
	     va += AE_PAGE_SIZE)
		n++;
	return n;
}

static u32
empty_tables(void)
{
	u32 n = 0;

	for (u32 i = 0; i < 8; i++) {
		s32 page = exos_alloc();

		n += !exos_map(FAR + i * RUN,
			       LO(page, RW) | PT_CAP(CAP_OWN) | PT_OWNED);
		exos_unmap(FAR + i * RUN);
	}
	return n;
}

/* Less than what makes free give memory back by itself. */
static u32
free_heap(void)
{
	char *block[24];

	for (u32 i = 0; i < 24; i++) {
		block[i] = malloc(AE_PAGE_SIZE);
		memset(block[i], 1, AE_PAGE_SIZE);
	}
	for (u32 i = 0; i < 24; i++)
		free(block[i]);
	return 24;
}

static u32
data_gone(void)
{
	u32 gone = 0, value;

	for (u32 i = 0; i < DATA; i++)
		for (u32 va = data_page(i); va < data_page(i + 1); va += 512) {
			if (probe_load(va, &value)) {
				gone++;
				break;
			}
			if (value != data_value(va))
				return ~0u;
		}
	return gone;
}

/* Pages that were taken come again, as others. */
static u32
use_memory(void)
{
	for (u32 va = FAR; exos_info->free_pages > 64; va += AE_PAGE_SIZE) {
		s32 page = exos_alloc();

		if (page < 0)
			break;
		exos_map(va, LO(page, RW) | PT_CAP(CAP_OWN) | PT_OWNED);
		*(volatile u32 *)va = page;
	}
	return data_gone();
}

static u32
touch_data(void)
{
	u32 sum = 0;

	for (u32 i = 0; i < DATA; i++)
		sum += *(volatile u32 *)data_page(i);
	return sum;
}

static u32
obey(u32 what)
{
	switch (what) {
	case TEXT_PAGES:
		return text_pages();
	case TEXT_RIGHT:
		return sum_text() == text_sum;
	case EMPTY_TABLES:
		return empty_tables();
	case FREE_HEAP:
		return free_heap();
	case HEAP_PAGES:
		return (u32)sbrk(0) >> AE_PAGE_SHIFT;
	case DATA_RIGHT:
		return data_gone();
	case USE_MEMORY:
		return use_memory();
	case TOUCH_DATA:
		return touch_data();
	}
	return 0;
}

static u32
told(u32 word)
{
	return exos_data[AE_NAME_NUMBER(exos_self)].word[word];
}

static void
tell(u32 word, u32 value)
{
	ae_env_write(AE_NAME_SELF, 0, 0, word, value);
}

static _Noreturn void
obedient(void)
{
	begin();
	for (u32 done = ~0u, what;; pause_slice()) {
		what = told(ORDER);
		if (what == done)
			continue;
		tell(RESULT, obey(what % KINDS));
		tell(DONE, what);
		done = what;
	}
}

/* In malloc most of the time, until it is told to end. */
static int
allocating(void)
{
	static u8 *block[32];
	static u32 size[32];

	begin();
	for (u32 round = 0; !told(ORDER); round++) {
		u32 i = rand() % 32;

		for (u32 k = 0; block[i] && k < size[i]; k += 64)
			if (block[i][k] != (u8)i)
				return 1;
		free(block[i]);
		size[i] = rand() % 9000 + 1;
		block[i] = malloc(size[i]);
		if (!block[i])
			return 2;
		memset(block[i], i, size[i]);
		if (round % 64)
			continue;
		if (sum_text() != text_sum)
			return 3;
		empty_tables(); /* what it can give */
		tell(ROUNDS, round / 64);
	}
	return 0;
}

static int
forking(void)
{
	begin();
	for (u32 round = 0; !told(ORDER); round++) {
		int status, pid = fork();

		if (!pid)
			_exit(sum_text() == text_sum && !data_gone() ? 7 : 8);
		if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
		    WEXITSTATUS(status) != 7)
			return 1;
		if (sum_text() != text_sum)
			return 2;
		empty_tables();
		tell(ROUNDS, round + 1);
	}
	return 0;
}

/* ---- who asks ---- */

static const volatile struct ae_gate *
gate_of(s32 child)
{
	return &exos_gates[AE_NAME_NUMBER((u32)child)];
}

static u32
answer(s32 child, u32 word)
{
	return exos_data[AE_NAME_NUMBER((u32)child)].word[word];
}

static int
lives(s32 child)
{
	return gate_of(child)->name == (u32)child &&
	       gate_of(child)->state == AE_ENV_LIVE;
}

/* What comes of an order; -1 if the child ended. */
static s32
order(s32 child, u32 what)
{
	static u32 serial; /* no two orders are the same */

	what += ++serial * KINDS;
	ae_env_write(child, 0, 0, ORDER, what);
	while (lives(child) && answer(child, DONE) != what)
		pause_slice();
	return lives(child) ? (s32)answer(child, RESULT) : -1;
}

static s32
start(const char *part, u32 slices)
{
	char *argv[] = { check_self, (char *)part, 0 };
	s32 child;

	fflush(stdout);
	child = exos_spawn_slices(2, argv, slices);
	order(child, TEXT_PAGES);
	return child;
}

/* The last stage seen of a revocation, which is over then.  One that is
 * answered at once may not be seen at all. */
static u32
ask(s32 child, u32 kind, u32 want, u32 patience)
{
	const volatile struct ae_revoke *r =
		exos_revoke_of(AE_NAME_NUMBER((u32)child), kind);
	u32 last = AE_REVOKE_NONE, stage;

	ae_revoke(child, 0, 0, kind, want, patience);
	while ((stage = r->stage)) {
		last = stage;
		pause_slice();
	}
	return last;
}

static void
give_back(void)
{
	s32 child = start("obedient", 1);
	u32 text_there = order(child, TEXT_PAGES), pages, end;

	check_is(order(child, EMPTY_TABLES), 8, "a child maps far and wide");
	pages = gate_of(child)->pages;
	check(ask(child, AE_RES_PAGE, 6, PATIENT) <= AE_REVOKE_REQUEST,
	      "six pages are asked of it: it gives them at once");
	check(gate_of(child)->pages + 6 <= pages, "it has six fewer");
	check_is(order(child, TEXT_PAGES), text_there,
		 "they were those of its page table");

	order(child, FREE_HEAP);
	pages = gate_of(child)->pages;
	end = order(child, HEAP_PAGES);
	check(ask(child, AE_RES_PAGE, 20, PATIENT) <= AE_REVOKE_REQUEST,
	      "memory that malloc does not use is given");
	check(end - order(child, HEAP_PAGES) >= 20, "the heap ends earlier");
	check(gate_of(child)->pages + 20 <= pages, "the pages are gone");
	check_is(order(child, TEXT_PAGES), text_there, "no others");

	check_is(order(child, TEXT_RIGHT), 1, "its text is as it was");
	check_is(order(child, DATA_RIGHT), 0, "its data was not touched");
	ae_env_free(child, 0);
}

static void
taken(void)
{
	s32 child = start("obedient", 1), gone;

	check_is(ask(child, AE_RES_PAGE, 1000, HASTY), AE_REVOKE_EMERGENCY,
		 "of a child that has less, all stages take what there is");
	check(gate_of(child)->pages <= AE_MIN_PAGES + 2,
	      "what is guaranteed is left, and what it touched since");
	check_is(order(child, TEXT_RIGHT), 1, "not its text, the archive's");
	gone = order(child, DATA_RIGHT);
	check(gone > DATA / 2 && gone <= DATA,
	      "pages of data are gone, %ld of them", (long)gone);
	check_is(order(child, USE_MEMORY), gone,
		 "they stay so when it has the same pages elsewhere");
	check_is(order(child, TOUCH_DATA), -1, "a touch of them ends it");
	check_is(exos_wait(child), 128 + AE_EXC_TLBL, "with that exception");
}

static void
slices(void)
{
	s32 child = start("obedient", 4);

	check_is(gate_of(child)->nslices, 4, "a child has four slices");
	check(ask(child, AE_RES_SLICE, 2, PATIENT) <= AE_REVOKE_REQUEST,
	      "two are asked of it: it gives them at once");
	check_is(gate_of(child)->nslices, 2, "two are left");
	ask(child, AE_RES_SLICE, 2, HASTY);
	check_is(gate_of(child)->nslices, 1, "it keeps the last one");
	check_is(order(child, TEXT_RIGHT), 1, "and runs on");
	ae_env_free(child, 0);
}

/* Asked again and again, whatever it does at the time. */
static void
pestered(const char *part, const char *what)
{
	char *argv[] = { check_self, (char *)part, 0 };
	u32 seed = 1, late = 0, rounds = 0;
	s32 child;

	fflush(stdout);
	child = exos_spawn(2, argv);
	for (u32 i = 0; lives(child) && i < 60; i++) {
		/* What it gave last time it has again. */
		while (lives(child) && answer(child, ROUNDS) == rounds)
			pause_slice();
		rounds = answer(child, ROUNDS);
		seed = seed * 1103515245 + 12345;
		late += ask(child, AE_RES_PAGE, 1 + (seed >> 16) % 4, PATIENT) >
			AE_REVOKE_IMPERATIVE;
		for (volatile u32 k = 0; k < (seed >> 12) % 8192; k++)
			;
	}
	check_is(late, 0, what);
	check(rounds >= 60, "and goes on, %lu rounds", (unsigned long)rounds);
	ae_env_write(child, 0, 0, ORDER, 1);
	check_is(exos_wait(child), 0, "nothing of its was spoilt");
}

int
main(int argc, char **argv)
{
	u32 free;

	if (check_part(argc, argv, "obedient"))
		obedient();
	if (check_part(argc, argv, "allocating"))
		return allocating();
	if (check_part(argc, argv, "forking"))
		return forking();
	slices(); /* the first time, what stays in our page table */
	free = free_pages();
	give_back();
	taken();
	pestered("allocating", "a child in malloc gives what it is asked for");
	pestered("forking", "so does one that forks");
	exos_trim();
	check_free_pages(free, "no page was lost");
	return check_plan();
}
