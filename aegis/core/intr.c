/* SPDX-License-Identifier: MIT */
/*
 * Interrupts and notices to applications, by way of the queue in their save
 * page (Engler's thesis, "Aegis' Interface").  Nothing in the queue is
 * trusted: the kernel only writes inside it.
 */
#include "kernel.h"

static struct ae_intq *
queue_of(u32 n)
{
	const struct env *e = &envs[n];

	return (void *)(KSEG0(e->save_page << AE_PAGE_SHIFT) + e->iq);
}

static void
lose(struct ae_intq *q, u32 type)
{
	if (q->overflow[type] != 0xffff)
		q->overflow[type]++;
}

/* May the handler be entered now, or does somebody's code have to finish? */
static int
can_enter(u32 n, const struct frame *f)
{
	const struct env *e = &envs[n];

	return f && n == current() && e->interrupt && processor_told != n &&
	       !inside(f->epc, e->critical, e->critical_end) &&
	       !inside(f->epc, e->restart, e->restart_end);
}

/*
 * Tell n.  With f, the registers of the current environment that was
 * interrupted, its handler is entered; else the notice waits in the queue.
 */
void
intr_post(u32 n, u32 type, u32 arg0, u32 arg1, struct frame *f)
{
	struct env *e = &envs[n];
	struct ae_intq *q = queue_of(n);
	u32 at;

	if (!e->iq)
		return;
	if (!(q->mask & 1u << type) || q->pending >= AE_NINTQ) {
		lose(q, type);
		return;
	}
	at = q->head++ % AE_NINTQ;
	q->pending++;
	q->entry[at] = (struct ae_int){
		.type = type,
		.arg = { arg0, arg1 },
		.ticks = info->ticks,
	};
	if (can_enter(n, f)) {
		struct ae_int *i = &q->entry[at];

		env_own_context();
		i->epc = f->epc;
		i->a0 = f->reg[4];
		i->a1 = f->reg[5];
		i->a2 = f->reg[6];
		event(AE_EV_UPCALL, AE_EXC_INT, n, f->epc, type, arg0,
		      e->interrupt);
		q->mask &= ~(1u << type);
		f->reg[4] = e->save_va + e->iq +
			    offsetof(struct ae_intq, entry) + at * sizeof *i;
		f->reg[5] = type;
		f->epc = e->interrupt;
	}
	/* Also if it runs: it may be about to yield, having just looked. */
	if (type != AE_INT_TIME && !gates[n].nslices) {
		e->wake = e->again = 1;
		processor_look_for_strays();
	}
}
