/* SPDX-License-Identifier: MIT */
/* The victim of aftermath.h: its registers are known. */
#include "../../include/hold.inc"
