/* SPDX-License-Identifier: MIT */
/*
 * SOSP'95 table 6: protected control transfer between two bare environments,
 * synchronous with its reply, and asynchronous to and fro.
 */
#include <stdio.h>

#include "../../bare.h"
#include "../../window.h"

void table6_client(void);
void table6_server(void);
void table6_gate(void);
void table6_agate(void);
void table6_reply(void);
void table6_acalled(void);

int
main(void)
{
	struct ae_env_desc server = {
		.flags = AE_GATE_CALLS,
		.gate = (u32)table6_gate,
		.agate = (u32)table6_agate,
	};
	struct ae_env_desc client = {
		.reply = (u32)table6_reply,
		.agate = (u32)table6_acalled,
	};
	s32 callee = bare_make(&server, table6_server, 0);
	s32 caller = bare_make(&client, table6_client, callee);
	s32 status;

	if (callee < 0 || caller < 0) {
		printf("no environment: %ld %ld\n", (long)callee, (long)caller);
		return 1;
	}
	bench_wait_for_tick();
	exos_yield(caller);
	status = exos_wait(caller);
	ae_env_free(callee, 0);
	printf("table6: status %ld\n", (long)status);
	return status;
}
