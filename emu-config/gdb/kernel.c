// SPDX-License-Identifier: MIT
/* Reading the kernel's tables in the emulated memory. */
#include <ctype.h>
#include <string.h>

#include <fast.h>
#include <r3000.h>
#define __ASSEMBLER__ /* its types have pointers: a host's are longer */
#include <exos/pin.h>

#include "gdb-layout.h"
#include "kernel.h"
#include "machine.h"

#define KSEG1_END KSEG1(0x20000000) /* kseg2 is mapped */

struct image kernel_image;
char kernel_first[PROGRAM_NAME];

const char *const where_names[] = {
	[WHERE_NOT] = "not mapped",
	[WHERE_KERNEL] = "unmapped segment",
	[WHERE_TLB] = "TLB",
	[WHERE_STLB] = "STLB",
	[WHERE_PINNED] = "guaranteed mapping",
	[WHERE_TABLE] = "page table of the program",
};

static uint32_t gates, xls, stlb, info_pointer, asid_owner;

bool
kernel_open(const char *path, const char **why)
{
	if (!image_open(&kernel_image, path, why))
		return false;
	*why = "has not the symbols of the kernel";
	return kernel_symbol("gates", &gates) && kernel_symbol("xls", &xls) &&
	       kernel_symbol("stlb_data", &stlb) &&
	       kernel_symbol("asid_owner", &asid_owner) &&
	       kernel_symbol("info", &info_pointer);
}

bool
kernel_symbol(const char *name, uint32_t *value)
{
	return image_symbol(&kernel_image, name, value);
}

uint32_t
kernel_word(uint32_t kva)
{
	uint32_t word = 0;

	return machine_read(kva, &word, sizeof word) ? word : 0;
}

/* The Context register holds the top of its name (docs/design.md, 3). */
static uint32_t
tag_of(uint32_t env)
{
	return CONTEXT_TAG(kernel_word(gates + env * GATE_SIZE + GATE_NAME));
}

uint32_t
kernel_env(void)
{
	uint32_t context, env;

	if (!machine_register(REG_CONTEXT, &context))
		return 0;
	env = CONTEXT_ENV(context);
	return env != 0 && tag_of(env) == CONTEXT_TAG(context) ? env : 0;
}

/* 0: it is not there. */
static uint32_t
name_of(uint32_t env)
{
	uint32_t gate = gates + env * GATE_SIZE;

	return kernel_word(gate + GATE_STATE) == AE_ENV_LIVE ?
		       kernel_word(gate + GATE_NAME) :
		       0;
}

uint32_t
kernel_parent(uint32_t env)
{
	uint32_t name = kernel_word(gates + env * GATE_SIZE + GATE_PARENT);
	uint32_t parent = AE_NAME_NUMBER(name);

	return name != 0 && name_of(parent) == name ? parent : 0;
}

static uint32_t
stlb_slot(uint32_t tag)
{
	return stlb + AE_STLB_HASH(tag);
}

/* Numbers that agree in their low bits share an ASID; one of them has it. */
static bool
has_asid(uint32_t env)
{
	uint32_t asid = (env << HI_PID_SHIFT & HI_PID) >> HI_PID_SHIFT;
	uint8_t owner;

	return machine_read(asid_owner + asid, &owner, 1) && owner == env;
}

static enum where
translate_user(uint32_t env, uint32_t va, uint32_t *lo)
{
	uint32_t tag = tag_of(env) << 21 | va >> AE_PAGE_SHIFT << 2;
	uint32_t hi = (va & HI_VPN) | (env << HI_PID_SHIFT & HI_PID);
	uint32_t slot = stlb_slot(tag), xl;
	const struct tlb_entry *t = has_asid(env) ? machine_tlb() : NULL;

	for (int i = 0; t != NULL && i < TLB_SIZE; i++)
		if ((t[i].hi & (HI_VPN | HI_PID)) == hi &&
		    (t[i].lo & AE_LO_V)) {
			*lo = t[i].lo;
			return WHERE_TLB;
		}
	*lo = kernel_word(slot);
	if (kernel_word(slot + AE_STLB_TAGS) == tag && (*lo & AE_LO_V))
		return WHERE_STLB;
	if (va < AE_PINNED_BASE)
		return WHERE_NOT;
	xl = xls + (env * AE_NPIN + (va >> AE_PAGE_SHIFT) % AE_NPIN) * 8;
	*lo = kernel_word(xl + 4);
	return kernel_word(xl) == tag ? WHERE_PINNED : WHERE_NOT;
}

static uint32_t
pinned_word(uint32_t env, uint32_t va)
{
	uint32_t lo;

	if (translate_user(env, va, &lo) == WHERE_NOT)
		return 0;
	return kernel_word(KSEG0((lo & HI_VPN) + va % AE_PAGE_SIZE));
}

/* A word of a program's page table, by its place in the table's window. */
static uint32_t
table_word(uint32_t env, uint32_t at)
{
	uint32_t page, root = pinned_word(env, EXOS_PIN + PIN_TABLE_ROOT);

	if (root < AE_PINNED_BASE || at / AE_PAGE_SIZE >= PT_PAGES)
		return 0;
	page = pinned_word(env, root + at / AE_PAGE_SIZE * 4);
	return page == 0 ?
		       0 :
		       kernel_word(KSEG0((page & HI_VPN) + at % AE_PAGE_SIZE));
}

/* The linear table: a vector of pairs, sorted. */
static uint32_t
search_linear(uint32_t env, uint32_t va)
{
	uint32_t low = 0, n = pinned_word(env, EXOS_PIN + PIN_TABLE_COUNT);

	while (n > 1) {
		uint32_t half = n / 2;

		if (table_word(env, (low + half) * 8) <= va)
			low += half;
		n -= half;
	}
	return table_word(env, low * 8) == va ? table_word(env, low * 8 + 4) :
						0;
}

/* The inverted table: open hashing. */
static uint32_t
search_inverted(uint32_t env, uint32_t va)
{
	uint32_t n = va >> AE_PAGE_SHIFT, i = n ^ n >> PT_HASH_SHIFT;

	for (n = 0; n < PT_SLOTS; n++, i++) {
		uint32_t at = i * 8 & PT_HASH_MASK, key = table_word(env, at);

		if (key == va)
			return table_word(env, at + 4);
		if (key == 0)
			break;
	}
	return 0;
}

/* The page table of an ExOS program, if it is one of ExOS's. */
static enum where
translate_table(uint32_t env, uint32_t va, uint32_t *lo)
{
	va &= HI_VPN;
	switch (pinned_word(env, EXOS_PIN + PIN_TABLE_KIND)) {
	case PT_TWO_LEVEL:
		*lo = table_word(env, va >> AE_PAGE_SHIFT << 2);
		break;
	case PT_LINEAR:
		*lo = search_linear(env, va);
		break;
	case PT_INVERTED:
		*lo = search_inverted(env, va);
		break;
	default:
		*lo = 0;
	}
	return *lo & AE_LO_V ? WHERE_TABLE : WHERE_NOT;
}

enum where
kernel_translate(uint32_t env, uint32_t va, uint32_t *kva)
{
	const struct tlb_entry *t;
	enum where where = WHERE_NOT;
	uint32_t lo = 0;

	if (va >= KSEG0(0) && va < KSEG1_END) {
		*kva = va;
		return WHERE_KERNEL;
	}
	if (va >= KSEG0(0)) { /* the window on the STLB */
		t = machine_tlb();
		for (int i = 0; t != NULL && i < TLB_WIRED; i++)
			if ((t[i].hi & HI_VPN) == (va & HI_VPN) &&
			    (t[i].lo & AE_LO_V)) {
				lo = t[i].lo;
				where = WHERE_TLB;
			}
	} else if (env != 0) {
		where = translate_user(env, va, &lo);
		if (where == WHERE_NOT)
			where = translate_table(env, va, &lo);
	}
	*kva = KSEG0((lo & HI_VPN) + va % AE_PAGE_SIZE);
	return where;
}

bool
kernel_program(uint32_t env, char name[PROGRAM_NAME])
{
	uint32_t page, info = kernel_word(info_pointer);
	size_t n = 0;

	name[0] = 0;
	if (env == 0)
		return false;
	if (kernel_translate(env, EXOS_PIN, &page) == WHERE_NOT)
		return true;
	if (!machine_read(page + BOOT_ARGS, name, PROGRAM_NAME - 1))
		name[0] = 0;
	name[PROGRAM_NAME - 1] = 0;
	while (isalnum((unsigned char)name[n]) || name[n] == '_' ||
	       name[n] == '-' || (name[n] == '.' && n > 0))
		n++;
	if (name[n] != 0)
		name[0] = 0; /* a file name of nobody's choice */
	if (name[0] == 0 && name_of(env) == kernel_word(info + INFO_BOOT_ENV))
		strcpy(name, kernel_first);
	return true;
}

static bool
each_page(uint32_t va, uint8_t *byte, size_t n,
	  bool (*access)(uint32_t kva, uint8_t *byte, size_t n))
{
	uint32_t env = kernel_env(), kva;

	while (n > 0) {
		size_t k = AE_PAGE_SIZE - va % AE_PAGE_SIZE;

		if (k > n)
			k = n;
		if (kernel_translate(env, va, &kva) == WHERE_NOT ||
		    !access(kva, byte, k))
			return false;
		va += k;
		byte += k;
		n -= k;
	}
	return true;
}

static bool
read_page(uint32_t kva, uint8_t *byte, size_t n)
{
	return machine_read(kva, byte, n);
}

static bool
write_page(uint32_t kva, uint8_t *byte, size_t n)
{
	return machine_write(kva, byte, n);
}

bool
kernel_read(uint32_t va, void *to, size_t n)
{
	return each_page(va, to, n, read_page);
}

bool
kernel_write(uint32_t va, const void *from, size_t n)
{
	return each_page(va, (uint8_t *)from, n, write_page);
}
