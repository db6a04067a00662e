/* SPDX-License-Identifier: MIT */
/* Calls with a value in every register, for the event tests. */
#include "../../include/regs.inc"
