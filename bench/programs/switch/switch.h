/* SPDX-License-Identifier: MIT */
/* How often the two environments are switched between. */
#ifndef SWITCH_H
#define SWITCH_H

#define SWITCHES     24
#define SWITCH_COUNT 0x110 /* in the bare environment's data page */

#endif
