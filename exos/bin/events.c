/* SPDX-License-Identifier: MIT */
/* The last events of the kernel's ring, as text: events [N [ENVIRONMENT]]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <exos/event.h>

#define DEFAULT 40

static struct ae_event copy[AE_NEVENT]; /* oldest first */
static u32 ncopied;

static const struct {
	const char *name;
	const char *arg[3]; /* those that events show */
} calls[] = {
#define AE_CALL(n, s, a, b, c) [n] = { s, { a, b, c } },
#include <aegis/sysnames.h>
#undef AE_CALL
};
#define NCALLS (sizeof calls / sizeof *calls)

static const char *const causes[AE_NCAUSE] = {
	"INT", "MOD", "TLBL", "TLBS", "ADEL", "ADES", "IBE", "DBE",
	"SYS", "BP",  "RI",   "CPU",  "OV",   "13",   "14",  "15",
};

static const char *
cause(const struct ae_event *e)
{
	return causes[e->code % AE_NCAUSE];
}

/* Printing makes events, so all are copied first, into pages that are there;
 * the ring's pages are touched first as well. */
static void
copy_ring(void)
{
	u32 newest;

	memset(copy, 1, sizeof copy);
	for (u32 i = 0; i < sizeof copy; i += AE_PAGE_SIZE)
		(void)*(const volatile u32 *)(EXOS_EVENTS + i);
	newest = exos_events_made;
	for (u32 n = newest < AE_NEVENT ? 1 : newest - AE_NEVENT + 1;
	     n <= newest; n++)
		if (!exos_event_read(n, &copy[ncopied]))
			ncopied++;
}

static void
show_call(const struct ae_event *e)
{
	const char *sep = "";

	if (e->code == AE_EV_SCALL)
		printf("Scall(name=0x%lx", (unsigned long)e->arg[0]);
	else if (e->code == AE_EV_REPLY)
		printf("Reply(");
	else if (e->code >= NCALLS || !calls[e->code].name)
		printf("unknown call %u(", e->code);
	else
		printf("%s(", calls[e->code].name);
	for (u32 i = 0; i < 3 && e->code < NCALLS; i++) {
		const char *name = calls[e->code].arg[i];

		if (!name || !*name)
			continue;
		printf("%s%s=0x%lx", sep, name, (unsigned long)e->arg[i]);
		sep = ", ";
	}
	printf(")");
	if (e->kind & AE_EV_RETURNED)
		printf(" = %ld", (long)(s32)e->result);
	else if (e->after != e->env)
		printf(" to environment %u", e->after);
}

static void
show_slice(const struct ae_event *e)
{
	if (e->code == AE_EV_END)
		printf("ends");
	else
		printf("%lu %s", (unsigned long)e->arg[0],
		       e->code == AE_EV_GOES_ON ? "goes on" : "starts");
	printf(" at 0x%08lx", (unsigned long)e->pc);
}

static void
show_user(const struct ae_event *e)
{
	char name[9] = "";

	memcpy(name, &e->arg[1], 8);
	if (e->arg[0] == EXOS_EV_LOADED)
		printf("ExOS: runs %s", name);
	else if (e->arg[0] == EXOS_EV_FAULT)
		printf("ExOS: answered %s, address 0x%08lx",
		       causes[(e->arg[2] & AE_CAUSE_MASK) >> 2],
		       (unsigned long)e->arg[1]);
	else
		printf("event(0x%lx, 0x%lx, 0x%lx)", (unsigned long)e->arg[0],
		       (unsigned long)e->arg[1], (unsigned long)e->arg[2]);
}

static void
show_unbind(const struct ae_event *e)
{
	if (e->code == AE_EV_DISPLACED)
		printf("STLB slot of va=0x%08lx taken by va=0x%08lx",
		       (unsigned long)e->arg[0], (unsigned long)e->arg[1]);
	else if (e->code == AE_EV_PAGE)
		printf("page 0x%lx: %lu STLB entries, %lu guaranteed mappings",
		       (unsigned long)e->arg[0], (unsigned long)e->arg[1],
		       (unsigned long)e->arg[2]);
	else if (e->code == AE_EV_SLOTS)
		printf("STLB searched from slot %lu on",
		       (unsigned long)e->arg[0]);
	else if (e->code == AE_EV_PINS)
		printf("all guaranteed mappings");
	else
		printf("all TLB entries of ASID %lu", (unsigned long)e->arg[0]);
}

static const char *
kind_name(const struct ae_event *e)
{
	static const char *const names[] = {
		[AE_EV_SWITCH] = "switch", [AE_EV_SLICE] = "slice",
		[AE_EV_CALL] = "call",	   [AE_EV_USER] = "user",
		[AE_EV_UPCALL] = "upcall", [AE_EV_EXCEPTION] = "exception",
		[AE_EV_REFILL] = "refill", [AE_EV_INTERRUPT] = "interrupt",
		[AE_EV_UNBIND] = "unbind", [AE_EV_ENV] = "env",
	};
	u32 kind = e->kind & AE_EV_KIND;

	return kind < sizeof names / sizeof *names && names[kind] ?
		       names[kind] :
		       "?";
}

static void
show(const struct ae_event *e)
{
	unsigned long pc = e->pc, a = e->arg[0], b = e->arg[1];

	printf("%7lu %6lu %4u  %-9s ", (unsigned long)e->seq,
	       (unsigned long)e->tick, e->env, kind_name(e));
	switch (e->kind & AE_EV_KIND) {
	case AE_EV_SWITCH:
		printf("to environment %u, goes on at 0x%08lx", e->after, pc);
		break;
	case AE_EV_SLICE:
		show_slice(e);
		break;
	case AE_EV_CALL:
		show_call(e);
		break;
	case AE_EV_USER:
		show_user(e);
		break;
	case AE_EV_UPCALL:
	case AE_EV_EXCEPTION:
	case AE_EV_REFILL:
		printf("%s at 0x%08lx, address 0x%08lx", cause(e), pc, a);
		break;
	case AE_EV_INTERRUPT:
		printf("at 0x%08lx", pc);
		break;
	case AE_EV_UNBIND:
		show_unbind(e);
		break;
	case AE_EV_ENV:
		printf("0x%08lx %s 0x%lx", a,
		       e->code == AE_EV_ENDED ? "ended with status" : "made by",
		       b);
		break;
	}
	printf("\n");
}

int
main(int argc, char **argv)
{
	u32 n = argc > 1 ? strtoul(argv[1], 0, 0) : DEFAULT, from;
	u32 self = AE_NAME_NUMBER(exos_self);
	u32 only = argc > 2 ? strtoul(argv[2], 0, 0) : 0;

	if (!exos_has_events) {
		printf("this kernel keeps no events\n");
		return 1;
	}
	copy_ring();
	/* Without a choice, all but what this program itself does. */
	for (from = ncopied; from > 0 && n > 0;) {
		from--;
		if (only ? copy[from].env == only : copy[from].env != self)
			n--;
	}
	printf("# event   tick  env  what\n");
	for (; from < ncopied; from++)
		if (only ? copy[from].env == only : copy[from].env != self)
			show(&copy[from]);
	return 0;
}
