// SPDX-License-Identifier: MIT
/*
 * The target description (gdb manual, appendix G): the registers of an
 * R3000 as gdb knows them from MIPS, and those of CP0 that it does not.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "machine.h"
#include "target.h"

static const char document[] =
	"<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\">"
	"<target version=\"1.0\"><architecture>mips:3000</architecture>"
	"<osabi>none</osabi>"
	"<feature name=\"org.gnu.gdb.mips.cpu\">%s</feature>"
	"<feature name=\"org.gnu.gdb.mips.cp0\">%s</feature>"
	"<feature name=\"org.gnu.gdb.mips.fpu\">%s</feature>"
	"<feature name=\"org.aegis.mips.cp0\">%s</feature></target>";

static const char *const names[NREGS] = {
	[REG_STATUS] = "status",   [REG_LO] = "lo",
	[REG_HI] = "hi",	   [REG_BADVADDR] = "badvaddr",
	[REG_CAUSE] = "cause",	   [REG_PC] = "pc",
	[REG_FCSR] = "fcsr",	   [REG_FIR] = "fir",
	[REG_INDEX] = "index",	   [REG_RANDOM] = "random",
	[REG_ENTRYLO] = "entrylo", [REG_CONTEXT] = "context",
	[REG_ENTRYHI] = "entryhi", [REG_EPC] = "epc",
	[REG_PRID] = "prid",
};

static char *
registers(const int *numbers, int n)
{
	char *xml = NULL;
	size_t size;
	FILE *f = open_memstream(&xml, &size);

	if (f == NULL)
		abort();
	for (int i = 0; i < n; i++) {
		int r = numbers[i];
		bool fpu = r >= REG_F0 && r < REG_F0 + 32;

		if (names[r] != NULL)
			fprintf(f, "<reg name=\"%s\"", names[r]);
		else if (fpu)
			fprintf(f, "<reg name=\"f%d\" type=\"ieee_single\"",
				r - REG_F0);
		else
			fprintf(f, "<reg name=\"r%d\"", r);
		fprintf(f, " bitsize=\"32\" regnum=\"%d\"/>", r);
	}
	fclose(f);
	return xml;
}

const char *
target_description(void)
{
	static const int cp0[] = { REG_STATUS, REG_BADVADDR, REG_CAUSE };
	static const int more[] = { REG_INDEX,	 REG_RANDOM,  REG_ENTRYLO,
				    REG_CONTEXT, REG_ENTRYHI, REG_EPC,
				    REG_PRID };
	static char *xml;
	int cpu[35], fpu[34];

	if (xml != NULL)
		return xml;
	for (int i = 0; i < 32; i++) {
		cpu[i] = i;
		fpu[i] = REG_F0 + i;
	}
	cpu[32] = REG_LO;
	cpu[33] = REG_HI;
	cpu[34] = REG_PC;
	fpu[32] = REG_FCSR;
	fpu[33] = REG_FIR;
	if (asprintf(&xml, document, registers(cpu, 35), registers(cp0, 3),
		     registers(fpu, 34), registers(more, 7)) < 0)
		abort();
	return xml;
}
