// SPDX-License-Identifier: MIT
/*
 * Finding GXemul 0.7.0's processors and timers from inside, by what is known
 * of their structure. What is found is checked; nothing is guessed.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gxstate.h"

#define MAX_MAPPINGS 4096
#define TIMER_VARS   256 /* bytes about timer_start_tv that are looked at */

struct mapping {
	char *start;
	size_t len;
};

struct range {
	uintptr_t start, end;
	bool exec;
};

static struct mapping mappings[MAX_MAPPINGS];
static int nmappings;
static struct range *ranges;
static int nranges;
static char *timer_vars;	  /* the variables of core/timer.c */
static struct timer **timer_list; /* ... of which this is one */

void
gx_mapped(void *start, size_t len)
{
	if (nmappings == MAX_MAPPINGS)
		fail("more than %d mappings at start", MAX_MAPPINGS);
	mappings[nmappings++] = (struct mapping){ start, len };
}

void
gx_unmapped(void *start)
{
	for (int i = 0; i < nmappings; i++)
		if (mappings[i].start == start)
			mappings[i--] = mappings[--nmappings];
}

void
gx_attach(void)
{
	FILE *f = fopen("/proc/self/maps", "r");
	char line[512], perm[5];
	uintptr_t a, b;

	if (f == NULL)
		fail("cannot read /proc/self/maps");
	nranges = 0;
	while (fgets(line, sizeof line, f) != NULL) {
		if (sscanf(line, "%lx-%lx %4s", &a, &b, perm) != 3 ||
		    perm[0] != 'r')
			continue;
		ranges = realloc(ranges, (nranges + 1) * sizeof *ranges);
		if (ranges == NULL)
			fail("out of memory");
		ranges[nranges++] = (struct range){ a, b, perm[2] == 'x' };
	}
	fclose(f);
}

static const struct range *
range_of(const void *p, size_t n)
{
	uintptr_t a = (uintptr_t)p;

	for (int i = 0; i < nranges; i++)
		if (a >= ranges[i].start && a < ranges[i].end &&
		    n <= ranges[i].end - a)
			return &ranges[i];
	return NULL;
}

static bool
readable(const void *p, size_t n)
{
	return range_of(p, n) != NULL;
}

static bool
executable(const void *p)
{
	const struct range *r = range_of(p, 1);

	return r != NULL && r->exec;
}

/* Is this a struct cpu?  Then return its machine's number, else -1. */
static int
machine_of(const struct cpu *c)
{
	int m, n, end = 0;

	if (!readable(c->path, 24) || !readable(c->name, 8) ||
	    sscanf(c->path, "machine[%d].cpu[%d]%n", &m, &n, &end) != 2 ||
	    end == 0 || c->path[end] != '\0')
		return -1;
	if (n != c->cpu_id || c->name[0] != 'R' || c->ninstrs != 0 ||
	    c->vaddr_mask != 0xffffffff || c->is_32bit != 1 || c->running > 1 ||
	    !readable(c->machine, 8) || !readable(c->mem, 8) ||
	    !executable((void *)c->run_instr) ||
	    !executable((void *)c->memory_rw) ||
	    !executable((void *)c->translate_v2p))
		fail("%s does not look like a processor of GXemul 0.7.0",
		     c->path);
	if (n != 0)
		fail("%s: one processor a machine is expected", c->path);
	return m;
}

struct cpu *
gx_cpu(int machine)
{
	for (int i = 0; i < nmappings; i++) {
		struct cpu *c = (struct cpu *)mappings[i].start;

		if (mappings[i].len >= sizeof *c && machine_of(c) == machine)
			return c;
	}
	return NULL;
}

void
gx_find_timers(const struct timeval *start_tv)
{
	bool freq = false, step = false;

	timer_vars = (char *)((uintptr_t)start_tv & -8) - TIMER_VARS / 2;
	if (start_tv == NULL || !readable(timer_vars, TIMER_VARS))
		fail("the emulator's timers are not where they should be");
	for (int i = 0; i < TIMER_VARS; i += sizeof(double)) {
		double v = *(double *)(timer_vars + i);

		freq |= v == 65.0;
		step |= v == 1.0 / 65.0;
	}
	if (!freq || !step)
		fail("the emulator's timers are not those of GXemul 0.7.0");
	if ((char *)sbrk(0) <= timer_vars)
		fail("the emulator's heap is not where it should be");
}

static bool
is_timer(const struct timer *t)
{
	char *heap_end = sbrk(0); /* the heap lies above the variables */

	if ((uintptr_t)t % 16 != 0 || (char *)t < timer_vars ||
	    (char *)(t + 1) > heap_end)
		return false;
	return t->freq > 0 && t->interval == 1.0 / t->freq &&
	       executable((void *)t->tick);
}

struct timer *
gx_timers(void)
{
	for (int i = 0; timer_list == NULL && i < TIMER_VARS;
	     i += sizeof(void *)) {
		struct timer **p = (struct timer **)(timer_vars + i);

		if (is_timer(*p))
			timer_list = p;
	}
	return timer_list != NULL ? *timer_list : NULL;
}
