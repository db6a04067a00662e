/* SPDX-License-Identifier: MIT */
/* The same server's gate; the reply entry is ExOS's. */
#define SHARED_REPLY
#include "../tlrpc/gate.S"
