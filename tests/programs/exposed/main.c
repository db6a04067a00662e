/* SPDX-License-Identifier: MIT */
/*
 * The exposed tables: they agree with each other, they cannot be written, and
 * no capability word or register value can be found in them (SOSP'95 3.1).
 */
#include "../../include/check.h"
#include "../../include/regs.h"

#define VA	   0x30000000
#define WAIT_TURNS 50000000 /* a tick comes sooner, at any speed */

/* Words that must stay secret; kept inverted, so as not to find these. */
#define NSECRET 64
static u32 secret[NSECRET], nsecret;

static void
keep_secret(u32 word)
{
	secret[nsecret++] = ~word;
}

static void
consistent(void)
{
	static u32 owned[AE_NENV];
	u32 free = 0, bad = 0, live = 0, ticks;
	const volatile struct ae_gate *self =
		&exos_gates[AE_NAME_NUMBER(exos_self)];

	check(exos_info->magic == AE_INFO_MAGIC &&
		      exos_info->version == AE_INFO_VERSION &&
		      exos_info->tick_hz == AE_TICK_HZ,
	      "the information page says what it is");
	check(exos_info->boot_env == exos_self && self->name == exos_self &&
		      self->state == AE_ENV_LIVE && self->parent == 0,
	      "this is the first environment");
	memset(owned, 0, sizeof owned);
	for (u32 try = 0; try < 2; try++) {
		memset(owned, 0, sizeof owned);
		free = bad = 0;
		for (u32 i = 0; i < exos_info->npages; i++) {
			struct ae_page p = exos_pages[i];

			free += p.state == AE_PG_FREE;
			if (p.state == AE_PG_OWNED)
				owned[p.owner]++;
			bad += p.state > AE_PG_KERNEL;
			bad += p.state != AE_PG_OWNED && p.owner;
			bad += p.state == AE_PG_FREE && (p.bindings | p.pins);
		}
	}
	check_is(bad, 0, "page records have a state, and an owner if owned");
	check_is(exos_info->free_pages, free, "free pages are as many");
	bad = 0;
	for (u32 i = 0; i < AE_NENV; i++) {
		live += exos_gates[i].state == AE_ENV_LIVE;
		bad += exos_gates[i].pages != owned[i];
		bad += exos_gates[i].state == AE_ENV_LIVE &&
		       AE_NAME_NUMBER(exos_gates[i].name) != i;
	}
	check_is(bad, 0, "environments own as many pages as they are said to");
	check_is(live, 1, "one environment lives");
	check(((const volatile struct ae_handlers *)
		       EXOS_HANDLERS)[AE_NAME_NUMBER(exos_self)]
			      .pc[AE_EXC_MOD] >= AE_PINNED_BASE,
	      "its handlers are in its pinned pages");
	check(!strcmp((const char *)EXOS_ARCHIVE, "bin/") ||
		      !strncmp((const char *)EXOS_ARCHIVE, "bin/", 4),
	      "the boot archive begins with bin/");
	ticks = exos_info->ticks;
	for (u32 i = 0; exos_info->ticks == ticks && i < WAIT_TURNS; i++)
		;
	check(exos_info->ticks > ticks, "ticks advance");
	for (const volatile char *s = exos_info->args; *s; s++)
		bad += !strncmp((const char *)s, "nonce", 5);
	check(!bad, "the launcher's nonce is not among the boot words");
}

static void
read_only(void)
{
	static const u32 at[] = { EXOS_INFO, EXOS_GATES, EXOS_HANDLERS,
				  EXOS_STLB, EXOS_PAGES, EXOS_ARCHIVE };
	u32 bad = 0;

	for (u32 i = 0; i < sizeof at / sizeof *at; i++) {
		u32 before = *(volatile u32 *)at[i];

		bad += probe_store(at[i], 0xdeadbeef) != AE_EXC_MOD;
		bad += *(volatile u32 *)at[i] != before;
		bad += ae_TLBunprotect(at[i], 1, 0, 0) != AE_EACCES;
		bad += probe_store(at[i], 0xdeadbeef) != AE_EXC_MOD;
	}
	check(!bad, "a store to any of them raises Mod");
}

static void
make_secrets(void)
{
	static u32 words[1024] __attribute__((aligned(4096)));
	u32 p = page_under(words), page;

	/* Capabilities of ours. */
	for (u32 i = CAP_PINNED; i <= CAP_OWN; i++) {
		keep_secret(exos_pin->caps[i].lo);
		keep_secret(exos_pin->caps[i].hi);
	}
	/* Capabilities of a page, old and new. */
	ae_random(p, 0, 64, own_cap.lo, own_cap.hi);
	page = ae_Alloc(AE_PAGE_ANY, words[0], words[1], words[2], words[3], 0,
			0, 0);
	ae_TLBwr(VA, LO(page, RW), words[2], words[3]);
	ae_chcap(page, words[2], words[3], words[4], words[5], words[6],
		 words[7]);
	ae_TLBwr(VA, LO(page, AE_LO_V), words[4], words[5]);
	ae_TLBunprotect(VA, 1, words[6], words[7]);
	for (u32 i = 0; i < 8; i++)
		keep_secret(words[i]);
	/* Registers at calls of every kind, arguments of failed ones too. */
	REGS_DO(SYSV_self, words[8], words[9], words[10], words[11]);
	REGS_DO(SYSV_null, words[8], words[9], words[10], words[11]);
	REGS_DO(SYSV_TLBwr, VA, LO(page, RW), words[12], words[13]);
	REGS_DO(SYSV_Dealloc, page, words[14], words[15]);
	REGS_DO(0x80000000, 1, words[8], words[9], words[10]); /* a name */
	REGS_DO(0x80000004, words[8], words[9], words[10], words[11]);
	REGS_DO(63 * 4, words[8], words[9], words[10], words[11]);
	for (u32 i = 8; i < 16; i++)
		keep_secret(words[i]);
	memset(words, 0, sizeof words);
	memset(regs, 0, sizeof regs);
	for (u32 i = 0; i < NREG; i++) /* what regs_do puts everywhere */
		if (i > 11 && i != 26 && i != 27 && i != 28)
			keep_secret(0xa5000000 + i * 0x10101);
}

static void
searched(void)
{
	u32 pages = 0, found = 0, writable = 0;

	for (u32 i = 0; i < exos_info->npages; i++) {
		if (ae_TLBwr(VA, LO(i, AE_LO_V), 0, 0))
			continue;
		pages++;
		for (u32 w = 0; w < AE_PAGE_SIZE / 4; w++) {
			u32 word = ((volatile u32 *)VA)[w];

			if (word < 0x1000)
				continue;
			for (u32 k = 0; k < nsecret; k++)
				if (word == ~secret[k] && found++ < 8)
					printf("# page %#lx, word %lu: "
					       "secret %lu\n",
					       (unsigned long)i,
					       (unsigned long)w,
					       (unsigned long)k);
		}
		writable += !ae_TLBwr(VA, LO(i, RW), 0, 0);
	}
	check(pages >= 30, "%lu pages can be read by all",
	      (unsigned long)pages);
	check_is(writable, 0, "none of them can be written");
	check(!found && nsecret > 30, "none holds one of %lu secret words",
	      (unsigned long)nsecret);
}

int
main(void)
{
	printf("# begin\n");
	read_only();
	consistent();
	make_secrets();
	searched();
	return check_plan();
}
