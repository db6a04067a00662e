/* SPDX-License-Identifier: MIT */
/*
 * The processor of one machine as the prompt shows it: registers, TLB and
 * memory by kernel address.  Everything read is kept until the machine runs.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Register numbers of the target description (description.c). */
enum {
	REG_A0 = 4,
	REG_STATUS = 32,
	REG_LO,
	REG_HI,
	REG_BADVADDR,
	REG_CAUSE,
	REG_PC,
	REG_F0,
	REG_FCSR = REG_F0 + 32,
	REG_FIR,
	REG_INDEX,
	REG_RANDOM,
	REG_ENTRYLO,
	REG_CONTEXT,
	REG_ENTRYHI,
	REG_EPC,
	REG_PRID,
	NREGS
};

#define TLB_SIZE 64

struct tlb_entry {
	uint32_t hi, lo;
};

/* The machine that the functions below are about, 0 first. */
void machine_select(int number);
int machine_selected(void);

/* Forget what was read; before the machine runs, put back what is lent. */
void machine_forget(void);

/* False: the emulator is gone, has no such register, or keeps its value. */
bool machine_register(int reg, uint32_t *value);
bool machine_set_register(int reg, uint32_t value);
uint32_t machine_pc(void);		   /* 0 when there is none */
const struct tlb_entry *machine_tlb(void); /* TLB_SIZE of them, or NULL */

/* Memory at 0x80000000 to 0xbfffffff, within one page. */
bool machine_read(uint32_t kva, void *to, size_t n);
bool machine_write(uint32_t kva, const void *from, size_t n);

#endif
