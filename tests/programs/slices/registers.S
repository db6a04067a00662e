/* SPDX-License-Identifier: MIT */
/* A program whose every register is known while its slices end. */
#include "../../include/hold.inc"
