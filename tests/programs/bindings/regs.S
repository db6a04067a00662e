/* SPDX-License-Identifier: MIT */
/* The register test of the binding calls. */
#include "../../include/regs.inc"
