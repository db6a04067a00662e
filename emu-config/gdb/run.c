// SPDX-License-Identifier: MIT
/*
 * Running and stepping the machine as gdb asks, until it stops.
 *
 * While it runs the bridge waits for the emulator or gdb to say something
 * (run_event, run_interrupt). Steps are done at once, one command each.
 */
#define _GNU_SOURCE
#include <string.h>

#include <aegis/env.h>
#include <r3000.h>

#include "breaks.h"
#include "client.h"
#include "emulator.h"
#include "kernel.h"
#include "machine.h"
#include "run.h"
#include "stop.h"
#include "watch.h"

#define IDLE_STEPS 4 /* without an instruction: it has halted */

bool running;

/* A step by source line passes over what traps: until it is back here. */
static struct {
	bool active;
	uint32_t pc, env;
	int machine;
	uint32_t start, end; /* of the line */
} passing;

static void
report(enum stop stop)
{
	running = passing.active = false;
	if (stop < STOP_EXIT)
		breaks_retry();
	stop_report(stop);
}

/* Has a step that passes over a trap come back? */
static bool
is_back(void)
{
	return passing.active && machine_pc() == passing.pc &&
	       machine_selected() == passing.machine &&
	       kernel_env() == passing.env;
}

/*
 * One instruction of the selected machine, or a branch with its delay slot.
 * It passes over a breakpoint where it is; another machine that is at one
 * stays there.
 */
static enum stop
step(void)
{
	uint32_t was = machine_pc();
	int machine = machine_selected();
	int64_t before[MAX_MACHINES];
	const char *text;

	memcpy(before, emulator.count, sizeof before);
	breaks_lift(was);
	breaks_sync();
	breaks_lift(0);
	machine_forget();
	text = emulator_command("step");
	if (!emulator.alive)
		return STOP_GONE;
	if (strstr(text, "UNIMPLEMENTED") != NULL)
		return stop_reason(text, false);
	if (emulator.count[machine] != before[machine])
		return watch_seen(text, before) ? STOP_WATCH : STOP_STEP;
	if (machine_pc() != was)
		return STOP_STEP;      /* an exception came first */
	return stop_reason("", false); /* it does not run any more */
}

/*
 * Continue by steps, as long as something is watched.  STOP_STEP: back from
 * the trap that is passed over.
 */
static enum stop
go_watching(void)
{
	int64_t before[MAX_MACHINES];
	enum stop stop = step();
	int idle = 0;

	if (stop == STOP_STEP)
		stop = breaks_here() ? STOP_BREAK : STOP_NOT;
	breaks_sync();
	machine_forget();
	while (stop == STOP_NOT) {
		const char *text;

		memcpy(before, emulator.count, sizeof before);
		text = emulator_command("step");
		idle = memcmp(before, emulator.count, sizeof before) == 0 ?
			       idle + 1 :
			       0;
		if (!emulator.alive || strstr(text, "UNIMPLEMENTED")) {
			stop = stop_after_run(false);
		} else if (strstr(text, "BREAKPOINT")) {
			stop = stop_after_run(false);
			if (stop == STOP_NOT && is_back())
				return STOP_STEP;
			if (stop == STOP_NOT) /* nobody's: pass over it */
				stop = step();
			if (stop == STOP_STEP)
				stop = breaks_here() ? STOP_BREAK : STOP_NOT;
			breaks_sync();
			machine_forget();
		} else if (watch_seen(text, before)) {
			stop = STOP_WATCH;
		} else if (client_interrupts()) {
			stop = STOP_INTERRUPT;
		} else if (idle > IDLE_STEPS) {
			stop = stop_reason("", false);
		}
	}
	return stop;
}

/* Continue.  What stops it comes later, or has been reported. */
static void
go_on(void)
{
	enum stop stop;

	breaks_passing(passing.active ? passing.pc : 0);
	if (watch_any()) {
		report(go_watching());
		return;
	}
	if (breaks_stop_at(machine_pc())) {
		stop = step();
		if (stop == STOP_STEP && breaks_here())
			stop = STOP_BREAK;
		if (stop != STOP_STEP) {
			report(stop);
			return;
		}
	}
	breaks_sync();
	machine_forget();
	emulator_run("continue\n");
}

/*
 * After a step from user mode: if that trapped, where will it go on?  False:
 * it did not, or it is not known (an end of slice goes on from elsewhere).
 */
static bool
trapped(uint32_t *back)
{
	uint32_t cause = 0;

	if (machine_pc() < USER_END || !machine_register(REG_EPC, back) ||
	    !machine_register(REG_CAUSE, &cause))
		return false;
	if ((cause & CAUSE_EXC) >> 2 == AE_EXC_SYS)
		*back += 4;
	return true;
}

static void
pass_over(uint32_t back, uint32_t start, uint32_t end)
{
	passing.active = true;
	passing.pc = back;
	passing.env = kernel_env();
	passing.machine = machine_selected();
	passing.start = start;
	passing.end = end;
}

/* Step once, or by source line: while pc is in start..end. */
static void
steps(uint32_t start, uint32_t end)
{
	bool by_line = start != end;
	enum stop stop;
	uint32_t back;

	passing.active = false;
	do {
		bool user = machine_pc() < USER_END;

		stop = step();
		if (stop != STOP_STEP)
			break;
		if (breaks_here()) {
			stop = STOP_BREAK;
		} else if (user && by_line && trapped(&back)) {
			pass_over(back, start, end);
			if (!watch_any()) {
				go_on();
				return;
			}
			breaks_passing(back);
			stop = go_watching();
			passing.active = false;
		} else if (by_line && client_interrupts()) {
			stop = STOP_INTERRUPT;
		}
	} while (stop == STOP_STEP && machine_pc() >= start &&
		 machine_pc() < end);
	report(stop);
}

void
run_resume(const struct packet *p)
{
	enum stop stop;

	running = true;
	client_flush();
	if (p->thread > 0)
		machine_select(p->thread - 1);
	stop = stop_deferred();
	if (stop != STOP_NOT) {
		running = false;
		stop_send(stop);
	} else if (!emulator.alive) {
		report(STOP_GONE);
	} else if (p->action == DO_STEP && stop_was_watch()) {
		report(STOP_STEP);
	} else if (p->action == DO_CONTINUE) {
		go_on();
	} else {
		steps(p->start, p->end);
	}
}

void
run_event(void)
{
	enum stop stop;
	uint32_t at;

	emulator_input();
	if (emulator.alive && !emulator.at_prompt)
		return;
	stop = stop_after_run(false);
	if (stop == STOP_NOT && is_back()) {
		passing.active = false;
		at = machine_pc();
		if (at >= passing.start && at < passing.end)
			steps(passing.start, passing.end);
		else
			report(STOP_STEP);
	} else if (stop == STOP_NOT) {
		go_on();
	} else if (running) {
		report(stop);
	}
}

void
run_interrupt(void)
{
	enum stop stop;

	if (!running)
		return;
	emulator_interrupt();
	stop = stop_after_run(true);
	report(stop == STOP_NOT ? STOP_INTERRUPT : stop);
}

void
run_freely(void)
{
	breaks_forget(NULL);
	watch_forget();
	stop_deferred();
	passing.active = false;
	running = true;
	go_on();
}

void
run_seize(void)
{
	emulator_interrupt();
	machine_forget();
	running = false;
	/* It is not at a breakpoint: run_freely() has removed them. */
}
