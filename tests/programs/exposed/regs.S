/* SPDX-License-Identifier: MIT */
/* Calls with a value in every register, for the exposed-table tests. */
#include "../../include/regs.inc"
