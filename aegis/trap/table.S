/* SPDX-License-Identifier: MIT */
/* The table of system calls; copied beside the fast-path data at boot. */
	.section .rodata
#include "syscall_table.h"
