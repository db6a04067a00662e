/* SPDX-License-Identifier: MIT */
/* Environments: making, naming, ending them (SOSP'95 5.1). */
#include "kernel.h"

struct env envs[AE_NENV];
static u8 asid_owner[64]; /* number that holds each ASID, 0: none */
static u32 last_made;	  /* numbers are given out in rotation */
static u32 fpu_user;	  /* whose values the FPU registers hold */

#define ASID(n) ((n)&63)

static u32
make_name(u32 n, u32 generation)
{
	return (generation & 3) << 29 | (generation >> 2 & 63) << 15 | n << 21 |
	       n << 6;
}

/* Environment 0 is current while C runs; its handlers are the panic. */
void
env_init(void)
{
	for (u32 c = 0; c < AE_NCAUSE; c++) {
		handlers[0].pc[c] = (u32)panic_entry;
		saves[0].pc[c] = p_of_number(0) + FAST_PB;
	}
	/* Not one of these is a name of environment 0. */
	gates[0].word = gates[0].fast = gates[0].afast = ~0u;
}

/* Number of the live environment with this name, or AE_EENV. */
int
env_by_name(u32 name)
{
	u32 n = AE_NAME_NUMBER(name);

	if (n == 0 || n >= MAXENV || gates[n].name != name ||
	    gates[n].state != AE_ENV_LIVE)
		return AE_EENV;
	return n;
}

/* A gate word with the sign bit is the private block of a caller. */
static int
serving(u32 n)
{
	return (s32)gates[n].word < 0;
}

/* Recompute what the fast paths compare names with. */
void
env_refresh(u32 n)
{
	struct ae_gate *g = &gates[n];
	u32 open = 0;

	if (g->state == AE_ENV_LIVE && asid_owner[ASID(n)] == n && !envs[n].fpu)
		open = g->name;
	g->fast = open;
	g->afast = g->agate ? open : 0;
	if (serving(n))
		return;
	g->word = 0;
	if ((g->flags & AE_GATE_CALLS) && !(g->flags & AE_GATE_REENTRANT) &&
	    !envs[n].orphan)
		g->word = open;
}

/*
 * ASIDs are part of the name, so environments whose numbers agree modulo 64
 * share one.  Only its holder has TLB entries and can be entered by the fast
 * paths; taking it over empties the TLB of it.
 */
void
env_claim_asid(u32 n)
{
	u32 other = asid_owner[ASID(n)];

	if (other == n)
		return;
	stlb_flush_asid(ASID(n));
	asid_owner[ASID(n)] = n;
	if (other)
		env_refresh(other);
	env_refresh(n);
}

/* Status register with which it runs; the FPU is made its own. */
u32
env_status(u32 n)
{
	u32 st = machine->im | ST_KUP | ST_IEP;

	if (!envs[n].fpu)
		return st;
	if (fpu_user != n)
		fpu_clear();
	fpu_user = n;
	return st | ST_CU1;
}

void
frame_FPUmod(struct frame *f)
{
	u32 n = current(), on = f->reg[4];

	f->epc += 4;
	f->reg[2] = AE_EINVAL;
	if (on > 1)
		return;
	f->reg[2] = 0;
	envs[n].fpu = on;
	handlers[n].pc[AE_EXC_SYS] = (u32)(on ? sys_entry_fpu : sys_entry);
	env_refresh(n);
	f->status = env_status(n);
}

static int
bad_pc(u32 pc)
{
	return pc & 3 || pc >= KSEG0(0);
}

static int
bad_save(u32 off)
{
	return off & 3 || off > AE_PAGE_SIZE - AE_SAVE_BYTES;
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
	    bad_pc(d->gate) || bad_pc(d->reply) || bad_pc(d->agate))
		return 1;
	if (d->flags & ~(AE_GATE_CALLS | AE_GATE_REENTRANT | AE_ENV_NOSLICE))
		return 1;
	if ((d->flags & AE_GATE_CALLS) && !d->gate)
		return 1;
	if (bad_save(d->tlbx) || bad_save(d->genx) || bad_save(d->intx))
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
		if (creator && page == envs[creator].save_page)
			return AE_EINUSE;
		if (page_records[page].pins > 255 - AE_NPIN)
			return AE_EINUSE; /* the count is a byte */
		if (p->va == d->save_va && (p->lo & AE_LO_D)) {
			if (page_records[page].state != AE_PG_OWNED ||
			    page_records[page].owner != creator)
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
		u32 page = p->lo >> AE_PAGE_SHIFT;
		u32 vpn = p->va >> AE_PAGE_SHIFT;

		if (!p->va)
			continue;
		xls[n][vpn & (AE_NPIN - 1)] = (struct xl){
			.context = gates[n].name >> 21 << 21 | vpn << 2,
			.lo = p->lo,
		};
		page_records[page].pins++;
		if ((p->lo & AE_LO_D) && page_records[page].owner == creator &&
		    page_records[page].state == AE_PG_OWNED) {
			page_records[page].owner = n;
			gates[creator].pages--;
			gates[n].pages++;
		}
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
		return AE_ENOENV;

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
	set_handlers(n, d);
	set_pins(n, d, creator);
	if (!asid_owner[ASID(n)])
		env_claim_asid(n);
	env_refresh(n);
	return g->name;
}

/* Its children: the dead are forgotten, the living become orphans. */
static void
leave_children(u32 n)
{
	for (u32 i = 1; i < MAXENV; i++) {
		if (gates[i].parent != gates[n].name)
			continue;
		gates[i].parent = 0;
		if (gates[i].state == AE_ENV_ZOMBIE)
			gates[i].state = AE_ENV_FREE;
	}
}

static void
free_pages(u32 n)
{
	envs[n].save_page = 0;
	for (u32 i = 0; gates[n].pages && i < page_count; i++)
		if (page_records[i].state == AE_PG_OWNED &&
		    page_records[i].owner == n)
			page_release(i);
}

/*
 * End an environment: every page, mapping and transfer it had is undone.
 * It stays a zombie until its parent collects the status.  The machine stops
 * with the first environment.
 */
void
env_end(u32 n, u32 status)
{
	struct ae_gate *g = &gates[n];

	if (g->name == info->boot_env)
		machine_halt(status);
	g->state = g->parent ? AE_ENV_ZOMBIE : AE_ENV_FREE;
	g->status = status;
	for (u32 c = 0; c < AE_NCAUSE; c++) {
		handlers[n].pc[c] = (u32)panic_entry;
		saves[n].pc[c] = p_of_number(n) + FAST_PB;
	}
	transfer_ended(n);
	stlb_purge(n);
	free_pages(n);
	leave_children(n);
	if (asid_owner[ASID(n)] == n) {
		stlb_flush_asid(ASID(n));
		asid_owner[ASID(n)] = 0;
	}
	if (fpu_user == n)
		fpu_user = 0;
	envs[n].fpu = 0;
	env_refresh(n);
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

s32
sys_env_free(u32 name, u32 status)
{
	u32 self = current(), n = AE_NAME_NUMBER(name);

	if (name == AE_NAME_SELF || name == gates[self].name) {
		env_end(self, status & 0xff);
		slice_next(self);
	}
	if (n == 0 || n >= MAXENV || gates[n].name != name ||
	    gates[n].state == AE_ENV_FREE)
		return AE_EENV;
	if (gates[n].parent != gates[self].name)
		return AE_EPERM;
	if (gates[n].state == AE_ENV_LIVE)
		env_end(n, AE_EXIT_KILLED);
	gates[n].state = AE_ENV_FREE;
	return gates[n].status;
}

s32
sys_gate_flags(u32 flags)
{
	u32 n = current();

	if (flags & ~(AE_GATE_CALLS | AE_GATE_REENTRANT | AE_ENV_NOSLICE))
		return AE_EINVAL;
	if ((flags & AE_GATE_CALLS) && !gates[n].gate)
		return AE_EINVAL;
	if (serving(n))
		return AE_EBUSY;
	/* Somebody must always have a slice: the first environment does. */
	if ((flags & AE_ENV_NOSLICE) && gates[n].name == info->boot_env)
		return AE_EPERM;
	gates[n].flags = flags;
	env_refresh(n);
	return 0;
}

s32
sys_null(void)
{
	return 0;
}
