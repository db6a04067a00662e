/* SPDX-License-Identifier: MIT */
/* Where some programs look for poll. */
#include <poll.h>
