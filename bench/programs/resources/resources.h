/* SPDX-License-Identifier: MIT */
/* Where the environment that is asked for pages has what it needs. */
#ifndef RESOURCES_H
#define RESOURCES_H

#define ASKED_CAP   0x110 /* capability of its pages */
#define ASKED_PAGES 0x200 /* their numbers, at most 100 */
#define ASKED_IQ    0x800 /* struct ae_intq */

#endif
