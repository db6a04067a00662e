/* SPDX-License-Identifier: MIT */
/* Calls with a value in every register, for the environment tests. */
#include "../../include/regs.inc"
