/* SPDX-License-Identifier: MIT */
/* Making environments from descriptions (SOSP'95 5.1). */
#include "kernel.h"

static u32 last_made; /* numbers are given out in rotation */

static u32
make_name(u32 n, u32 generation)
{
	return (generation & 3) << 29 | (generation >> 2 & 63) << 15 | n << 21 |
	       n << 6;
}

static int
bad_pc(u32 pc)
{
	return pc & 3 || pc >= KSEG0(0);
}

static int
bad_save(u32 off, u32 bytes)
{
	return off & 3 || off > AE_PAGE_SIZE - bytes;
}

/* Addresses and offsets of a description; pages are checked by check_pins. */
static int
bad_desc(const struct ae_env_desc *d)
{
	for (u32 c = 0; c < AE_NCAUSE; c++)
		if (bad_pc(d->handler[c]))
			return 1;
	if (!d->init || !d->prologue || !d->epilogue)
		return 1;
	if (bad_pc(d->init) || bad_pc(d->prologue) || bad_pc(d->epilogue) ||
	    bad_pc(d->gate) || bad_pc(d->reply) || bad_pc(d->agate) ||
	    bad_pc(d->interrupt))
		return 1;
	if (d->flags & ~AE_GATE_FLAGS)
		return 1;
	if ((d->flags & AE_GATE_CALLS) && !d->gate)
		return 1;
	if (bad_save(d->tlbx, AE_SAVE_BYTES) ||
	    bad_save(d->genx, AE_SAVE_BYTES) ||
	    bad_save(d->intx, AE_SAVE_BYTES) ||
	    bad_save(d->iq, sizeof(struct ae_intq)) ||
	    bad_save(d->repo, sizeof(struct ae_repo)) ||
	    (d->interrupt && !d->iq))
		return 1;
	return d->restart > d->restart_end || d->critical > d->critical_end ||
	       bad_pc(d->restart) || bad_pc(d->critical);
}

/* May creator make these guaranteed mappings?  Finds the save page. */
static s32
check_pins(const struct ae_env_desc *d, u32 creator, u32 *save_page)
{
	u32 used = 0;

	*save_page = 0;
	for (u32 i = 0; i < AE_NPIN; i++) {
		const struct ae_pin *p = &d->pin[i];
		u32 page = p->lo >> AE_PAGE_SHIFT;
		u32 slot = 1u << (p->va >> AE_PAGE_SHIFT & (AE_NPIN - 1));
		s32 e;

		if (!p->va)
			continue;
		if (p->va < AE_PINNED_BASE || p->va >= AE_PINNED_END ||
		    p->va & (AE_PAGE_SIZE - 1) || used & slot ||
		    p->lo & (AE_LO_G | AE_LO_SOFT) || !(p->lo & AE_LO_V))
			return AE_EINVAL;
		used |= slot;
		e = page_check(page, p->cap.lo, p->cap.hi, p->lo & AE_LO_D);
		if (e)
			return e;
		if (page_records[page].save)
			return AE_EINUSE;
		if (page_records[page].pins > 255 - AE_NPIN)
			return AE_EINUSE; /* the count is a byte */
		if (p->va == d->save_va && (p->lo & AE_LO_D)) {
			if (!holder_has(page, creator))
				return AE_EPERM;
			*save_page = page;
		}
	}
	return *save_page ? 0 : AE_EINVAL;
}

static void
set_pins(u32 n, const struct ae_env_desc *d, u32 creator)
{
	for (u32 i = 0; i < AE_NPIN; i++) {
		const struct ae_pin *p = &d->pin[i];

		if (!p->va)
			continue;
		pin_set(n, p->va >> AE_PAGE_SHIFT, p->lo);
		if (p->lo & AE_LO_D)
			holder_move(p->lo >> AE_PAGE_SHIFT, creator, n);
	}
}

static void
set_handlers(u32 n, const struct ae_env_desc *d)
{
	u32 save = KSEG0(envs[n].save_page << AE_PAGE_SHIFT);

	for (u32 c = 0; c < AE_NCAUSE; c++) {
		u32 pc = d->handler[c];
		int miss = c == AE_EXC_TLBL || c == AE_EXC_TLBS;

		if (c == AE_EXC_INT)
			pc = (u32)intr_entry;
		else if (c == AE_EXC_SYS)
			pc = (u32)sys_entry;
		else if (!pc)
			pc = (u32)unhandled_entry;
		handlers[n].pc[c] = pc;
		saves[n].pc[c] = pc >= KSEG0(0) ?
					 p_of_number(n) + FAST_PB :
					 save + (miss ? d->tlbx : d->genx);
	}
}

/* A free number, preferably with a free ASID; 0 if there is none. */
static u32
free_number(void)
{
	u32 any = 0;

	for (u32 i = 1; i < MAXENV; i++) {
		u32 n = (last_made + i - 1) % (MAXENV - 1) + 1;

		if (gates[n].state != AE_ENV_FREE)
			continue;
		if (!asid_owner[ASID(n)])
			return n;
		if (!any)
			any = n;
	}
	return any;
}

/*
 * Make an environment from a description whose pages creator may map.
 * Result: its name.  Nothing changes on error.
 */
s32
env_make(const struct ae_env_desc *d, u32 creator)
{
	u32 n = free_number(), save_page;
	struct env *e = &envs[n];
	struct ae_gate *g = &gates[n];
	u8 generation = e->generation + 1;
	s32 err;

	if (bad_desc(d))
		return AE_EINVAL;
	err = check_pins(d, creator, &save_page);
	if (err)
		return err;
	if (!n)
		return env_reap_some() ? AE_EAGAIN : AE_ENOENV;

	/* Nothing below fails. */
	last_made = n;
	*e = (struct env){
		.generation = generation,
		.init = d->init,
		.prologue = d->prologue,
		.epilogue = d->epilogue,
		.intx = KSEG0(save_page << AE_PAGE_SHIFT) + d->intx,
		.restart = d->restart,
		.restart_end = d->restart_end,
		.critical = d->critical,
		.critical_end = d->critical_end,
		.save_page = save_page,
		.save_va = d->save_va,
		.iq = d->iq,
		.interrupt = d->interrupt,
		.repo = d->repo,
		.access = d->cap,
		.leaf = n,
	};
	*g = (struct ae_gate){
		.name = make_name(n, generation),
		.gate = d->gate,
		.reply = d->reply,
		.agate = d->agate,
		.parent = creator ? gates[creator].name : 0,
		.flags = d->flags,
		.state = AE_ENV_LIVE,
	};
	page_records[save_page].save = n;
	memset(&env_data[n], 0, sizeof env_data[n]);
	*(u32 *)(p_of_number(n) + FAST_PB + PB_PROLOGUE) = d->prologue;
	set_handlers(n, d);
	set_pins(n, d, creator);
	if (!asid_owner[ASID(n)])
		env_claim_asid(n);
	env_refresh(n);
	event(AE_EV_ENV, AE_EV_MADE, n, 0, g->name, g->parent, 0);
	return g->name;
}

s32
sys_env_create(u32 page, u32 off, u32 len, u32 lo, u32 hi)
{
	static struct ae_env_desc d; /* a copy: the page may be shared */
	s32 e = buffer_check(page, off, len, lo, hi, 0);

	if (e)
		return e;
	if (len != sizeof d || off & 3)
		return AE_EINVAL;
	memcpy(&d, (void *)(KSEG0(page << AE_PAGE_SHIFT) + off), sizeof d);
	return env_make(&d, current());
}
