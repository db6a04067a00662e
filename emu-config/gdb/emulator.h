/* SPDX-License-Identifier: MIT */
/* GXemul's debugger prompt: commands and their replies, running, stopping. */
#ifndef EMULATOR_H
#define EMULATOR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define MAX_MACHINES 8

struct emulator {
	int in, out; /* its standard input and output */
	int status;  /* reports of the preload library */
	pid_t pid;
	bool alive;
	bool at_prompt;
	int nmachines;
	int64_t count[MAX_MACHINES]; /* instructions executed, at the prompt */
};
extern struct emulator emulator;

/* Wait for the first prompt.  False, with emulator_text(): it is not there. */
bool emulator_begin(void);

/* The reply to a command, without its echo; "" when the emulator is gone. */
__attribute__((format(printf, 1, 2))) const char *
emulator_command(const char *format, ...);

/* Begin a command that runs the machine. */
void emulator_run(const char *command);
/* Take in what was written; call when out or status can be read. */
void emulator_input(void);
/* While it runs: make it stop. */
void emulator_interrupt(void);
/* What was said since the last command began, without the prompt. */
const char *emulator_text(void);

#endif
