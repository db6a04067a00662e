// SPDX-License-Identifier: MIT
/* Registers, TLB and memory, read from and written through the prompt. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aegis/mem.h>
#include <r3000.h>

#include "emulator.h"
#include "machine.h"
#include "rsp.h"

#define LINE   64 /* bytes of memory read at once */
#define NLINES 256

/* What GXemul calls those that it lets one assign. */
static const char *const names[NREGS] = {
	NULL,
	"at",
	"v0",
	"v1",
	"a0",
	"a1",
	"a2",
	"a3",
	"t0",
	"t1",
	"t2",
	"t3",
	"t4",
	"t5",
	"t6",
	"t7",
	"s0",
	"s1",
	"s2",
	"s3",
	"s4",
	"s5",
	"s6",
	"s7",
	"t8",
	"t9",
	"k0",
	"k1",
	"gp",
	"sp",
	"fp",
	"ra",
	[REG_STATUS] = "status",
	[REG_LO] = "lo",
	[REG_HI] = "hi",
	[REG_BADVADDR] = "badvaddr",
	[REG_CAUSE] = "cause",
	[REG_PC] = "pc",
	[REG_INDEX] = "index",
	[REG_RANDOM] = "random",
	[REG_ENTRYLO] = "entrylo0",
	[REG_CONTEXT] = "context",
	[REG_ENTRYHI] = "entryhi",
	[REG_EPC] = "epc",
	[REG_PRID] = "prid",
};

static struct machine {
	bool have_regs, have_fpu, have_tlb;
	bool lent; /* Status says kernel mode, for dump and put */
	uint32_t reg[NREGS];
	struct tlb_entry tlb[TLB_SIZE];
	struct line {
		uint32_t address; /* 0: empty */
		uint8_t data[LINE];
	} line[NLINES];
} machines[MAX_MACHINES];
static struct machine *m = machines;

int
machine_selected(void)
{
	return m - machines;
}

void
machine_select(int number)
{
	if (number == machine_selected() || number < 0 ||
	    number >= emulator.nmachines)
		return;
	m = &machines[number];
	emulator_command("focus 0,%d", number);
}

static bool
is_fpu(int reg)
{
	return reg >= REG_F0 && reg <= REG_FIR;
}

/* Every `name = hexadecimal` of a register dump. */
static void
parse_registers(const char *text)
{
	char name[16];
	uint32_t value;
	int used;

	for (; *text; text += *text != 0) {
		if (sscanf(text, " %15[a-z0-9] = %8" SCNx32 "%n", name, &value,
			   &used) != 2)
			continue;
		for (int i = 1; i < NREGS; i++)
			if (names[i] != NULL && strcmp(names[i], name) == 0)
				m->reg[i] = value;
		text += used - 1;
	}
}

static bool
registers(void)
{
	if (m->have_regs)
		return true;
	parse_registers(emulator_command("reg"));
	parse_registers(emulator_command("reg ,0"));
	m->have_regs = emulator.alive;
	return m->have_regs;
}

/*
 * `c1,00=3f800000` and `fcr31 (fcsr) = 0x00000000`: those of the coprocessor,
 * whichever environment's they are.
 */
static bool
fpu_registers(void)
{
	const char *p;
	uint32_t value;
	int n;

	if (m->have_fpu)
		return true;
	p = emulator_command("reg ,1");
	for (; *p; p++)
		if (sscanf(p, "c1,%d=%8" SCNx32, &n, &value) == 2 && n >= 0 &&
		    n < 32)
			m->reg[REG_F0 + n] = value;
		else if (sscanf(p, "(fcir) = 0x%8" SCNx32, &value) == 1)
			m->reg[REG_FIR] = value;
		else if (sscanf(p, "(fcsr) = 0x%8" SCNx32, &value) == 1)
			m->reg[REG_FCSR] = value;
	m->have_fpu = emulator.alive;
	return m->have_fpu;
}

static bool
assign(const char *name, uint32_t value)
{
	const char *reply;

	reply = emulator_command("machine[%d].cpu[0].%s = 0x%" PRIx32,
				 machine_selected(), name, value);
	return strstr(reply, " = 0x") != NULL || strncmp(reply, "0x", 2) == 0;
}

bool
machine_register(int reg, uint32_t *value)
{
	if (reg < 0 || reg >= NREGS ||
	    !(is_fpu(reg) ? fpu_registers() : registers()))
		return false;
	*value = m->reg[reg];
	return true;
}

bool
machine_set_register(int reg, uint32_t value)
{
	uint32_t old;

	if (!machine_register(reg, &old))
		return false;
	if (old == value) /* gdb puts back all when it has called a function */
		return true;
	if (names[reg] == NULL)
		return false;
	m->reg[reg] = value;
	if (reg == REG_STATUS && m->lent)
		return true; /* written when the machine runs */
	return assign(names[reg], value);
}

uint32_t
machine_pc(void)
{
	uint32_t pc = 0;

	machine_register(REG_PC, &pc);
	return pc;
}

void
machine_forget(void)
{
	int was = machine_selected();

	for (int i = 0; i < emulator.nmachines; i++) {
		machine_select(i);
		if (m->lent)
			assign("status", m->reg[REG_STATUS]);
		m->lent = m->have_regs = m->have_fpu = m->have_tlb = false;
		for (int n = 0; n < NLINES; n++)
			m->line[n].address = 0;
	}
	machine_select(was);
}

const struct tlb_entry *
machine_tlb(void)
{
	const char *p;
	int n = 0;

	if (m->have_tlb)
		return m->tlb;
	p = emulator_command("tlbdump ,r");
	for (; n < TLB_SIZE && (p = strstr(p, "hi=0x")) != NULL; p++)
		n += sscanf(p, "hi=0x%" SCNx32 " lo=0x%" SCNx32, &m->tlb[n].hi,
			    &m->tlb[n].lo) == 2;
	m->have_tlb = n == TLB_SIZE;
	return m->have_tlb ? m->tlb : NULL;
}

/* In user mode the prompt cannot reach the kernel's addresses. */
static bool
as_kernel(void)
{
	if (!registers())
		return false;
	if (!m->lent && (m->reg[REG_STATUS] & ST_KUC))
		m->lent = assign("status", m->reg[REG_STATUS] & ~ST_KUC);
	return true;
}

/* The bytes of one line of a dump: `0x80020000  00000000 ...`. */
static bool
parse_dump(const char *text, uint8_t *to, size_t n)
{
	while (n > 0) {
		if (strncmp(text, "0x", 2) != 0 || strlen(text) < 12)
			return false;
		text += 12;
		for (int i = 0; i < 16 && n > 0; i++, n--, to++) {
			if (!rsp_bytes(text, to, 1))
				return false;
			text += i % 4 == 3 ? 3 : 2;
		}
		text = strchr(text, '\n');
		if (text == NULL)
			return n == 0;
		text++;
	}
	return true;
}

static const struct line *
line(uint32_t kva)
{
	uint32_t start = kva & -LINE;
	struct line *l = &m->line[start / LINE % NLINES];

	if (l->address == start)
		return l;
	l->address = 0;
	if (!as_kernel() ||
	    !parse_dump(emulator_command("dump 0x%" PRIx32 " 0x%" PRIx32, start,
					 start + LINE),
			l->data, LINE))
		return NULL;
	l->address = start;
	return l;
}

bool
machine_read(uint32_t kva, void *to, size_t n)
{
	uint8_t *byte = to;

	while (n > 0) {
		const struct line *l = line(kva);
		size_t k = LINE - kva % LINE;

		if (l == NULL)
			return false;
		if (k > n)
			k = n;
		memcpy(byte, l->data + kva % LINE, k);
		byte += k;
		kva += k;
		n -= k;
	}
	return true;
}

bool
machine_write(uint32_t kva, const void *from, size_t n)
{
	const uint8_t *byte = from;

	if (!as_kernel())
		return false;
	while (n > 0) {
		bool word = kva % 4 == 0 && n >= 4;
		uint32_t value = *byte, k = word ? 4 : 1;
		const char *reply;

		if (word)
			memcpy(&value, byte, 4);
		reply = emulator_command("put %c 0x%" PRIx32 ", 0x%" PRIx32,
					 word ? 'w' : 'b', kva, value);
		if (strstr(reply, "FAILED") || strchr(reply, ':') == NULL)
			return false;
		m->line[kva / LINE % NLINES].address = 0;
		byte += k;
		kva += k;
		n -= k;
	}
	return true;
}
