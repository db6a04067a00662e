/* SPDX-License-Identifier: MIT */
/* The machines and the devices they are put together from. */
#ifndef AEGIS_MACHINES_H
#define AEGIS_MACHINES_H

#include "kernel.h"

extern const struct console_ops dc7085;
extern const struct clock_ops mc146818;

extern const struct machine kn01, kn02;

#endif
