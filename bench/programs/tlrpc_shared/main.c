/* SPDX-License-Identifier: MIT */
/* tlrpc by the reply entry that the library shares among all calls. */
#include "../tlrpc/main.c"
