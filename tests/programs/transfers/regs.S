/* SPDX-License-Identifier: MIT */
/* Calls with a value in every register, for the transfer tests. */
#include "../../include/regs.inc"
