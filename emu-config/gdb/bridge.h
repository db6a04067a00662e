/* SPDX-License-Identifier: MIT */
/* The bridge between gdb and the emulator, for its own parts. */
#ifndef BRIDGE_H
#define BRIDGE_H

#include <stdbool.h>

/* Which program gdb is to have the symbols of; it asks when told to. */
bool bridge_show(const char *program);
/* A line for the guest's console. */
bool bridge_type(const char *line);

#endif
