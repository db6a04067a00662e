/* SPDX-License-Identifier: MIT */
/*
 * The parts of GXemul 0.7.0's state that the preload library uses.
 */
#ifndef GXSTATE_H
#define GXSTATE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>

/* The start of GXemul's struct cpu (include/cpu.h), up to what is used. */
struct cpu {
	void *machine;
	void *settings;
	void *cpu_family;
	char *name; /* "R3000" */
	char *path; /* "machine[0].cpu[0]" */
	int64_t ninstrs;
	int64_t ninstrs_show;
	int64_t ninstrs_flush;
	int64_t ninstrs_since_gettimeofday;
	struct timeval starttime;
	uint8_t byte_order;
	uint8_t is_32bit;
	uint8_t delay_slot;
	uint8_t running;
	int cpu_id;
	void *mem;
	uint64_t vaddr_mask;
	int (*run_instr)(struct cpu *);
	int (*memory_rw)();
	int (*translate_v2p)();
};

/* GXemul's struct timer (core/timer.c). */
struct timer {
	struct timer *next;
	double freq;
	void (*tick)(struct timer *, void *);
	void *extra;
	double interval;
	double next_tick_at;
};

/* The emulator's anonymous mappings until it runs; one is each struct cpu. */
void gx_mapped(void *start, size_t len);
void gx_unmapped(void *start);

/* When it begins to run, before the rest: look at the address space. */
void gx_attach(void);

/* The processor of a machine, or NULL. Valid until it has executed. */
struct cpu *gx_cpu(int machine);

/*
 * timer_start() gives gettimeofday() the address of timer_start_tv just
 * before it sets the interval timer. The other variables of core/timer.c lie
 * next to it; two of them are constants that tell whether this is the place.
 */
void gx_find_timers(const struct timeval *start_tv);

/* The list of timers: empty until a guest programs its clock. */
struct timer *gx_timers(void);

/* Report trouble to the user and the launcher, and end the emulator. */
__attribute__((format(printf, 1, 2), noreturn)) void fail(const char *fmt, ...);

#endif
