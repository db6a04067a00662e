/* SPDX-License-Identifier: MIT */
/*
 * Invariants between tables, and when they are checked: what a call touched
 * after every call that C handled, everything once in a thousand of them and
 * when a program asks (debug_check).  Calls that never see C are checked by
 * the next that does.
 *
 * The thousand calls share the work, so that none takes much of a slice.
 */
#include "check.h"

#ifdef CHECKS

#define EVERY	  1000 /* calls between checks of everything */
#define UNTOUCHED 64   /* words at the end of the kernel stack */

extern const u32 kernel_text[], kernel_text_end[];
extern u32 sys_table[FAST_NCALL];
static u32 text_sum;

noreturn void
check_broken(const char *what, u32 where)
{
	kprintf("aegis: invariant broken: %s (%u, %08x)\n", what, where, where);
	panic(what);
}

/* ---- bindings ---- */

/* Lives, or is dead and not forgotten. */
static int
known(u32 n)
{
	return n && n < MAXENV && gates[n].state != AE_ENV_FREE;
}

static void
check_lo(u32 lo, u32 where)
{
	u32 page = lo >> AE_PAGE_SHIFT;

	must((lo & (AE_LO_V | AE_LO_G | AE_LO_SOFT)) == AE_LO_V,
	     "bits of a binding", where);
	must(page < page_count && page_records[page].state != AE_PG_FREE,
	     "binding of a page that can be bound", where);
}

static void
check_slot(u32 slot)
{
	u32 tag = stlb_tags[slot], lo = stlb_data[slot];
	u32 n = tag >> 21 & (AE_NENV - 1);

	must(!tag == !lo, "STLB entry whole", slot);
	if (!tag)
		return;
	must(AE_STLB_HASH(tag) >> 2 == slot, "STLB entry in its slot", slot);
	must(known(n) && gates[n].name >> 21 == tag >> 21,
	     "STLB tag of an environment", slot);
	must(gates[n].state == AE_ENV_LIVE || end_unpurged(n, slot),
	     "STLB purged of the dead", slot);
	check_lo(lo, slot);
}

static void
check_pins(u32 n)
{
	for (u32 i = 0; i < AE_NPIN; i++) {
		const struct xl *x = &xls[n][i];
		u32 vpn = x->context >> 2 & 0x7ffff;

		must(!x->context == !x->lo, "guaranteed mapping whole", n);
		if (!x->context)
			continue;
		must(gates[n].state == AE_ENV_LIVE,
		     "guaranteed mapping of the living", n);
		must(x->context >> 21 == gates[n].name >> 21 &&
			     vpn >= AE_PINNED_BASE >> AE_PAGE_SHIFT &&
			     (vpn & (AE_NPIN - 1)) == i,
		     "guaranteed mapping in its place", n);
		check_lo(x->lo, n);
		must(page_records[x->lo >> AE_PAGE_SHIFT].pins,
		     "guaranteed mapping counted", n);
	}
}

/*
 * The counts in page records: every binding is taken off, nothing must be
 * left, and they are put back.
 */
static void
count_bindings(u32 by)
{
	for (u32 slot = 0; slot < AE_STLB_ENTRIES; slot++)
		if (stlb_tags[slot])
			page_records[stlb_data[slot] >> AE_PAGE_SHIFT]
				.bindings += by;
	for (u32 n = 1; n < MAXENV; n++)
		for (u32 i = 0; i < AE_NPIN; i++)
			if (xls[n][i].context)
				page_records[xls[n][i].lo >> AE_PAGE_SHIFT]
					.pins += by;
}

static void
check_counts(void)
{
	count_bindings(-1);
	for (u32 page = 0; page < page_count; page++)
		must(!page_records[page].bindings && !page_records[page].pins,
		     "bindings of a page counted", page);
	count_bindings(1);
}

/* A TLB entry above the wired ones: stlb.c says what it can be. */
static void
check_tlb_entry(u32 index, u32 hi, u32 lo)
{
	u32 n = asid_owner[AE_HI_ASID(hi)];
	u32 vpn = hi >> AE_PAGE_SHIFT, context, slot;
	const struct xl *x = &xls[n][vpn & (AE_NPIN - 1)];

	if (hi >= KSEG0(0)) {
		must(!lo, "TLB entry without use is invalid", index);
		return;
	}
	must(n && gates[n].state == AE_ENV_LIVE, "TLB entry of an ASID held",
	     index);
	check_lo(lo, index);
	context = gates[n].name >> 21 << 21 | vpn << 2;
	slot = AE_STLB_HASH(context) >> 2;
	must((stlb_tags[slot] == context && stlb_data[slot] == lo) ||
		     (x->context == context && x->lo == lo) ||
		     page_records[lo >> AE_PAGE_SHIFT].loose,
	     "TLB entry in the STLB, guaranteed, or loose", index);
}

static void
check_tlb(void)
{
	u32 hi[AE_TLB_ENTRIES], lo, pa = STLB_ADDR - KSEG0(0);

	for (u32 i = 0; i < AE_TLB_ENTRIES; i++) {
		tlb_get(i, &hi[i], &lo);
		for (u32 j = 0; j < i; j++)
			must(hi[i] != hi[j], "TLB entries differ", i);
		if (i >= TLB_WIRED) {
			check_tlb_entry(i, hi[i], lo);
			continue;
		}
		must(hi[i] >> AE_PAGE_SHIFT ==
				     (TLB_WINDOW >> AE_PAGE_SHIFT) + i &&
			     lo == (pa + i * AE_PAGE_SIZE) + AE_LO_V + AE_LO_G,
		     "wired TLB entry", i);
	}
}

/* ---- pages ---- */

static void
check_page(u32 page)
{
	const struct ae_page *p = &page_records[page];
	static const struct ae_cap open;

	must(p->state <= AE_PG_KERNEL, "state of a page", page);
	must(p->hint < AE_STLB_ENTRIES, "hint of a page", page);
	holder_check_page(page);
	pin_check_page(page);
	if (p->state != AE_PG_OWNED) {
		must(!p->save, "save areas in a page that is held", page);
		must(cap_equal(&page_caps[page].write, page_caps[0].write.lo,
			       page_caps[0].write.hi),
		     "nobody may write a page that nobody holds", page);
	}
	if (p->state == AE_PG_FREE) {
		must(!p->bindings && !p->pins && !p->loose,
		     "free page without bindings", page);
		must(!cap_equal(&page_caps[page].read, open.lo, open.hi),
		     "nobody may read a free page", page);
	}
	if (!p->save)
		return;
	must(p->save < MAXENV && gates[p->save].state == AE_ENV_LIVE &&
		     envs[p->save].save_page == page,
	     "save page of an environment", page);
	must(holder_has(page, p->save), "save page held by its environment",
	     page);
}

/* ---- environments ---- */

/* An offset in the save page where the kernel writes so many bytes. */
static int
fits(u32 off, u32 bytes)
{
	return !(off & 3) && off <= AE_PAGE_SIZE - bytes;
}

static void
check_handlers(u32 n)
{
	u32 save = KSEG0(envs[n].save_page << AE_PAGE_SHIFT);
	u32 block = p_of_number(n) + FAST_PB;
	const u32 *pb = (u32 *)block;

	for (u32 c = 0; c < AE_NCAUSE; c++) {
		u32 pc = handlers[n].pc[c], sv = saves[n].pc[c];
		u32 own = c == AE_EXC_INT ? (u32)intr_entry :
			  c != AE_EXC_SYS ? (u32)unhandled_entry :
			  envs[n].fpu	  ? (u32)sys_entry_fpu :
					    (u32)sys_entry;

		must(!(pc & 3), "handler aligned", n);
		if (pc >= KSEG0(0)) {
			must(pc == own && sv == block, "kernel's handler", n);
			continue;
		}
		must(c != AE_EXC_INT && c != AE_EXC_SYS,
		     "interrupts and calls are the kernel's", n);
		must(sv - save < AE_PAGE_SIZE && fits(sv - save, AE_SAVE_BYTES),
		     "save area in the save page", n);
	}
	must(!pb[PB_ZERO / 4], "zero word of a private block", n);
	for (u32 at = PB_END; at < PB_PROLOGUE; at += 4)
		must(!pb[at / 4], "zero words of a private block", n);
	must(pb[PB_PROLOGUE / 4] == envs[n].prologue, "start of slice", n);
}

static void
check_gate(u32 n)
{
	const struct ae_gate *g = &gates[n];
	const struct env *e = &envs[n];
	u32 open = asid_owner[ASID(n)] == n && !e->fpu ? g->name : 0;
	u32 caller = number_of_p(g->word - FAST_PB);
	int calls = (g->flags & AE_GATE_FLAGS) == AE_GATE_CALLS && !e->orphan;

	must(g->fast == open, "fast word of a gate", n);
	must(!g->afast || (g->afast == open && g->agate),
	     "Acall word of a gate", n);
	must(!g->yfast || (g->yfast == open && !e->init && !e->died),
	     "Yield word of a gate", n);
	must(!(g->flags & ~AE_GATE_FLAGS) &&
		     (g->gate || !(g->flags & AE_GATE_CALLS)),
	     "flags of a gate", n);
	if ((s32)g->word >= 0) {
		must(g->word == (calls ? open : 0), "gate word", n);
		return;
	}
	must(caller && caller < MAXENV && gates[caller].state == AE_ENV_LIVE &&
		     g->word == p_of_number(caller) + FAST_PB,
	     "caller in a gate word", n);
	must(!e->orphan, "orphan serves nobody", n);
}

/* Number 0 is the kernel's: nothing of it can be presented or entered. */
static void
check_kernel_env(void)
{
	for (u32 c = 0; c < AE_NCAUSE; c++)
		must(handlers[0].pc[c] == (u32)panic_entry &&
			     saves[0].pc[c] == p_of_number(0) + FAST_PB,
		     "kernel's own handlers", c);
	must(!~gates[0].word && !~gates[0].fast && !~gates[0].afast &&
		     !~gates[0].yfast,
	     "kernel's own gate", 0);
	must(current_p == FAST_BASE, "number 0 is current while C runs",
	     current_p);
}

static void
check_env(u32 n)
{
	const struct ae_gate *g = &gates[n];
	const struct env *e = &envs[n];
	u32 save = KSEG0(e->save_page << AE_PAGE_SHIFT);

	if (!n) {
		check_kernel_env();
		return;
	}
	must(g->state <= AE_ENV_ZOMBIE, "state of an environment", n);
	end_check_env(n);
	must(!g->parent || env_by_name(g->parent) > 0, "parent lives", n);
	if (g->state != AE_ENV_LIVE) {
		must(!g->word && !g->fast && !g->afast && !g->yfast,
		     "gate of the dead closed", n);
		must(!g->nslices && !e->save_page, "the dead hold nothing", n);
		must(asid_owner[ASID(n)] != n, "the dead hold no ASID", n);
		return;
	}
	must((s32)g->name > 0 && AE_NAME_NUMBER(g->name) == n &&
		     (g->name >> 21 & (AE_NENV - 1)) == n,
	     "name of an environment", n);
	must(g->excess <= AE_EXCESS_MAX, "excess of the living", n);
	must(e->leaf < MAXENV && e->leaf, "leaf", n);
	must(page_records[e->save_page].save == n, "save page", n);
	must(e->intx - save < AE_PAGE_SIZE &&
		     fits(e->intx - save, AE_SAVE_BYTES),
	     "interrupt save area in the save page", n);
	must(fits(e->iq, sizeof(struct ae_intq)), "interrupt queue", n);
	must(fits(e->repo, sizeof(struct ae_repo)), "repossession vector", n);
	must(e->restart <= e->restart_end && e->critical <= e->critical_end,
	     "ranges of an environment", n);
	check_handlers(n);
	check_gate(n);
}

/* Who runs next does so in an address space of its own or of a child. */
static void
check_current(void)
{
	u32 n = current(), c = get_context() >> 21 & (AE_NENV - 1);

	must(n && n < MAXENV && gates[n].state == AE_ENV_LIVE, "who runs lives",
	     n);
	must(asid_owner[ASID(n)] == n, "who runs holds its ASID", n);
	must(gates[c].state == AE_ENV_LIVE &&
		     get_context() >> 21 == gates[c].name >> 21,
	     "context of an environment", c);
	must(c == n || gates[c].parent == gates[n].name,
	     "context of who runs or of its child", n);
	must(asid_owner[ASID(c)] == c, "context's ASID held", c);
	check_env(n);
	check_pins(n);
}

static void
check_asids(void)
{
	for (u32 a = 0; a < AE_NASID; a++) {
		u32 n = asid_owner[a];

		must(!n || (n < MAXENV && ASID(n) == a &&
			    gates[n].state == AE_ENV_LIVE),
		     "holder of an ASID", a);
	}
}

/* ---- the kernel itself ---- */

static u32
sum_of_text(void)
{
	u32 sum = 0;

	for (const u32 *w = kernel_text; w < kernel_text_end; w++)
		sum = (sum << 1 | sum >> 31) ^ *w;
	for (const u32 *w = (u32 *)KSEG0(0); w < (u32 *)KSEG0(0x100); w++)
		sum = (sum << 1 | sum >> 31) ^ *w;
	return sum;
}

static void
check_kernel(void)
{
	const u32 *stack = (u32 *)((u32)&kstack_top - KSTACK_BYTES);

	must(sum_of_text() == text_sum, "kernel text unchanged", 0);
	must(!memcmp(call_table, sys_table, sizeof call_table),
	     "call table unchanged", 0);
	for (u32 i = 0; i < UNTOUCHED; i++)
		must(!stack[i], "kernel stack deep enough", i);
	must(info->npages == page_count, "number of pages", info->npages);
	must(env_by_name(info->boot_env) > 0, "first environment lives", 0);
}

void
check_init(void)
{
	text_sum = sum_of_text();
}

/* Tables whose records are checked one by one ... */
static const struct {
	void (*check)(u32 record);
	u32 count; /* 0: as many as there are pages */
} tables[] = {
	{ check_page, 0 },
	{ check_slot, AE_STLB_ENTRIES },
	{ check_pins, MAXENV },
	{ check_env, MAXENV },
};
#define NTABLES (sizeof tables / sizeof *tables)

/* ... and what must be looked at as a whole. */
static void (*const wholes[])(void) = {
	check_kernel, holder_check,    check_asids, check_counts, check_tlb,
	slice_check,  processor_check, end_check,   revoke_check, console_check,
};
#define NWHOLES (sizeof wholes / sizeof *wholes)

static u32
records(u32 t)
{
	return tables[t].count ? tables[t].count : page_count;
}

void
check_all(void)
{
	for (u32 t = 0; t < NTABLES; t++)
		for (u32 i = 0; i < records(t); i++)
			tables[t].check(i);
	for (u32 i = 0; i < NWHOLES; i++)
		wholes[i]();
}

/* The part of one call in EVERY. */
static void
check_part(void)
{
	static u32 at[NTABLES], calls, whole;

	for (u32 t = 0; t < NTABLES; t++) {
		u32 n = (records(t) + EVERY - 1) / EVERY;

		while (n--) {
			tables[t].check(at[t]);
			at[t] = at[t] + 1 < records(t) ? at[t] + 1 : 0;
		}
	}
	if (++calls % (EVERY / NWHOLES) == 0)
		wholes[whole++ % NWHOLES]();
}

/* What an argument or a result may name. */
static void
check_named(u32 word)
{
	u32 n = AE_NAME_NUMBER(word);

	if (word < page_count)
		check_page(word);
	if (n && n < MAXENV && gates[n].name == word)
		check_env(n);
	check_pins(n);
}

/* A call on the stack path comes to its end; result goes to the caller. */
s32
check_call(s32 result, u32 arg)
{
	check_named(arg);
	check_named(result);
	check_current();
	check_part();
	return result;
}

/* A slice is about to begin. */
void
check_enter(void)
{
	check_current();
	check_part();
}

/* kframe is about to be resumed. */
void
check_frame(void)
{
	check_named(kframe.reg[2]);
	check_named(kframe.reg[4]);
	check_enter();
}

#endif

s32
sys_debug_check(void)
{
#ifdef CHECKS
	check_all();
	return 0;
#else
	return AE_ENOSYS;
#endif
}
