/* SPDX-License-Identifier: MIT */
/*
 * What an adversary does: calls of every number with arguments of every
 * class, right ones and wrong ones.  It is linked by itself (code.ld).
 */
#include "../adversary.h"
#include <aegis/sysnum.h>
#include <aegis/transfer.h>

#define PINNED	    __attribute__((section(".pin.text")))
#define PINNED_DATA __attribute__((section(".pin.data")))

#define me    ((struct adversary *)ADV_VA)
#define table ((const struct adv_table *)ADV_TABLE)

/*
 * Classes of arguments.  An address is never one of the adversary's own pages:
 * it would go on in what it finds there.  It writes nothing to the console.
 */
enum {
	END,
	PAGE,
	VA,
	LO,
	CAP,
	HI,
	NAME,
	SLICE,
	COUNT,
	OFFSET,
	LENGTH,
	NOTHING,
	SMALL,
	STATUS,
	WORD
};

static const u8 kinds[NCALLS][NARGS] = {
	[SYS_TLBwr] = { VA, LO, CAP, HI },
	[SYS_TLBvadelete] = { VA },
	[SYS_CIDswitch] = { NAME },
	[SYS_FPUmod] = { SMALL },
	[SYS_TLBprotect] = { VA, COUNT },
	[SYS_TLBunprotect] = { VA, COUNT, CAP, HI },
	[SYS_TLBdelete] = { VA, COUNT },
	[SYS_Acall] = { NAME },
	[SYS_Yield] = { NAME },
	[SYS_Alloc] = { PAGE, CAP, HI, CAP, HI, NAME, CAP, HI },
	[SYS_Dealloc] = { PAGE, CAP, HI },
	[SYS_chcap] = { PAGE, CAP, HI, CAP, HI, CAP, HI },
	[SYS_random] = { PAGE, OFFSET, LENGTH, CAP, HI },
	[SYS_env_create] = { PAGE, OFFSET, LENGTH, CAP, HI },
	[SYS_env_free] = { NAME, STATUS },
	[SYS_gate_flags] = { SMALL },
	[SYS_cons_write] = { PAGE, OFFSET, NOTHING, CAP, HI },
	[SYS_cons_read] = { PAGE, OFFSET, LENGTH, CAP, HI },
	[SYS_halt] = { STATUS },
	[SYS_cacheflush] = { PAGE, CAP, HI },
	[SYS_tlbread] = { PAGE, OFFSET, LENGTH, CAP, HI },
	[SYS_page_ref] = { PAGE, CAP, HI, NAME, CAP, HI },
	[SYS_slice_alloc] = { SLICE, CAP, HI, NAME, CAP, HI },
	[SYS_slice_free] = { SLICE, CAP, HI },
	[SYS_slice_give] = { SLICE, CAP, HI, NAME, CAP, HI },
	[SYS_env_kill] = { NAME, CAP, HI },
	[SYS_env_ref] = { NAME, CAP, HI },
	[SYS_env_unref] = { NAME },
	[SYS_env_write] = { NAME, CAP, HI, SMALL, WORD },
	[SYS_cons_give] = { NAME },
	[SYS_revoke] = { NAME, CAP, HI, SMALL, SMALL, SMALL },
	[SYS_page_copy] = { PAGE, CAP, HI, CAP, HI, NAME, CAP, HI },
	[SYS_page_refs] = { PAGE, OFFSET, LENGTH, CAP, HI, NAME, CAP, HI },
	[SYS_pinned] = { VA },
	[63] = { WORD, WORD, WORD, WORD, WORD, WORD, WORD, WORD },
};

static u32
random_word(void)
{
	u32 x = me->seed;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return me->seed = x;
}

/* 0 to n - 1, n at most 65536; division is a library's. */
static u32
below(u32 n)
{
	return (random_word() >> 16) * n >> 16;
}

static u32
boundary(void)
{
	static const u32 words[] = {
		0,	    1,		~0u,	    0x7fffffff, 0x80000000,
		0x80000080, 0x80030000, 0x80034040, 0x80038000, 0xffff8000,
		0xc0000000, 0x7fc0,	0x10000,    0x00001000, 0xfffff000,
		0x00000200, 0xbfc00000, 0xa0000000, 0x40000000, 0x00000fff,
	};

	return words[below(sizeof words / 4)];
}

static u32
a_page(void)
{
	u32 page = me->pages[below(NOWN)];

	switch (below(8)) {
	case 0:
		return AE_PAGE_ANY;
	case 1:
		return below(1 << 14);
	case 2:
	case 3:
	case 4:
		return page;
	default:
		return table->page[below(table->npages)];
	}
}

static u32
a_name(void)
{
	u32 name = me->names[below(NOWN)];

	switch (below(8)) {
	case 0:
		return AE_NAME_SELF;
	case 1:
		return name ^ 1u << below(32);
	case 2:
	case 3:
	case 4:
		return name;
	default:
		return table->name[below(table->nnames)];
	}
}

/* The first of the table is the one that mostly fits. */
static const struct ae_cap *
a_cap(void)
{
	return &table->cap[below(4) ? 0 : below(NCAPS)];
}

static u32
argument(u32 kind, u32 before)
{
	const struct ae_cap *c = a_cap();

	/* The second half of a capability must match the first. */
	if (kind == HI) {
		for (u32 i = 0; i < NCAPS; i++)
			if (table->cap[i].lo == before)
				return table->cap[i].hi ^ !below(32);
		return before;
	}
	if (kind == CAP)
		return c->lo;
	if (kind != NOTHING && !below(16))
		return boundary();
	switch (kind) {
	case PAGE:
		return a_page();
	case VA:
		return (below(4) ? 0x10000000 : 0x7a000000) +
		       (below(4) ? below(64) : below(1 << 14)) * AE_PAGE_SIZE +
		       (below(16) ? 0 : below(AE_PAGE_SIZE));
	case LO:
		return a_page() << AE_PAGE_SHIFT | (below(8) ? AE_LO_V : 0) |
		       (below(2) ? AE_LO_D : 0) |
		       (below(16) ? 0 : 1 << below(12));
	case NAME:
		return a_name();
	case SLICE:
		return below(3) ? me->slices[below(NOWN)] :
		       below(2) ? AE_SLICE_ANY :
				  below(AE_NSLICE + 2);
	case COUNT:
		return below(8) ? below(40) : below(1 << 15);
	case OFFSET:
		return below(2) ? below(AE_PAGE_SIZE / 4) * 4 :
				  below(AE_PAGE_SIZE + 8);
	case LENGTH:
		return below(2) ? below(64) : below(AE_PAGE_SIZE + 8);
	case NOTHING:
		return below(2) ? 0 : AE_PAGE_SIZE + 1 + random_word() / 2;
	case SMALL:
		return below(18);
	case STATUS:
		return below(512);
	default:
		return random_word();
	}
}

/*
 * The description of a child, right but for a few words now and then: in our
 * own page, with a page of ours for it.  Left alone are the pages its code is
 * in, the capability by which it can be ended, and restartable code, which
 * would be run from its middle.
 */
static void
describe(u32 args[NARGS])
{
	struct ae_env_desc *d = &me->desc;
	u32 *to = (u32 *)d;
	u32 n = below(4) ? 0 : 1 + below(3);

	for (u32 i = 0; i < sizeof *d / 4; i++)
		to[i] = ((const u32 *)&table->desc)[i];
	d->pin[0].lo =
		me->pages[below(NOWN)] << AE_PAGE_SHIFT | AE_LO_V | AE_LO_D;
	d->pin[0].cap = *a_cap();
	while (n--) {
		u32 at = below(offsetof(struct ae_env_desc, cap) / 4);

		to[at] = below(2) ? boundary() : to[at] + below(64) - 32;
		if (!below(4)) {
			d->pin[4 + below(AE_NPIN - 4)] = (struct ae_pin){
				.va = 0x7a000000 + below(16) * AE_PAGE_SIZE,
				.lo = argument(LO, 0),
				.cap = *a_cap(),
			};
		}
	}
	d->restart = d->restart_end = 0;
	args[0] = me->pages[0];
	args[1] = (u32)d & (AE_PAGE_SIZE - 1);
	args[2] = sizeof *d;
}

static void
remember(u32 number, s32 result)
{
	u32 at = below(NOWN);

	if (result < 0)
		return;
	me->good[number]++;
	/* pages[0] is our own. */
	if (number == SYS_Alloc)
		me->pages[at ? at : 1] = result;
	else if (number == SYS_env_create)
		me->names[at] = result;
	else if (number == SYS_slice_alloc)
		me->slices[at] = result;
}

/* One word of what the kernel reads and writes in our page. */
static void
scribble(void)
{
	u32 words = (offsetof(struct adversary, desc) -
		     offsetof(struct adversary, save)) /
		    4;

	me->save[0][below(words)] = below(2) ? boundary() : random_word();
}

static void
begin(void)
{
	u32 *to = (u32 *)me;
	s32 self;

	for (u32 i = 0; i < sizeof *me / 4; i++)
		to[i] = 0;
	self = adversary_call(SYSV_self, me->args);
	me->magic = ADV_MAGIC;
	me->seed = self;
	me->limit = table->child_limit;
	for (u32 i = 0; i < NOWN; i++) {
		me->pages[i] = table->page[i];
		me->names[i] = self;
	}
}

void
adversary_loop(void)
{
	u32 number, v0, *args = me->args, *log;
	s32 result;

	if (me->magic != ADV_MAGIC)
		begin();
	for (;;) {
		for (u32 i = 0; i < NARGS; i++)
			args[i] = 0;
		if (me->calls >= me->limit) {
			args[1] = ADV_DONE;
			adversary_call(SYSV_env_free, args);
		}
		number = below(NCALLS);
		if (below(2))
			number = below(SYS_revoke + 1);
		v0 = number << 2;
		for (u32 i = 0; i < NARGS; i++)
			args[i] =
				argument(kinds[number][i], i ? args[i - 1] : 0);
		if (number == SYS_env_create && below(8))
			describe(args);
		/* Or all would be over soon, or nothing else be done. */
		if ((number == SYS_env_free || number == SYS_env_kill ||
		     number == SYS_debug_check) &&
		    below(256))
			continue;
		if (!below(32)) {
			v0 = below(4) ? AE_SCALL : AE_REPLY;
			args[0] = a_name();
		}
		if (!below(8))
			scribble();
		log = me->log[me->calls++ % NLOG];
		log[0] = v0;
		for (u32 i = 0; i < NARGS; i++)
			log[1 + i] = args[i];
		result = adversary_call(v0, args);
		if (v0 == number << 2)
			remember(number, result);
	}
}

/* Most end their slice when they are told. */
void
adversary_epilogue(void)
{
	static const u32 next[NARGS];

	if (me->magic == ADV_MAGIC && below(8))
		adversary_call(SYSV_Yield, next);
	adversary_loop();
}
