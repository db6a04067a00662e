/* SPDX-License-Identifier: MIT */
/* Opening the gates of a C program. */
#include <exos/exos.h>

extern void (*exos_gate_handler)(u32 caller, u32 m[3]);
extern void (*exos_agate_handler)(u32 caller, u32 m[3]);

void
exos_serve(void (*h)(u32 caller, u32 m[3]))
{
	exos_gate_handler = h;
	ae_gate_flags(h ? AE_GATE_CALLS : 0);
}

void
exos_serve_async(void (*h)(u32 caller, u32 m[3]))
{
	exos_agate_handler = h;
}
