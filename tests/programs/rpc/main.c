/* SPDX-License-Identifier: MIT */
/* lrpc and tlrpc: values, registers, every error, and servers that die. */
#include <exos/ipc.h>

#include "../../include/check.h"

#define TRUSTED 0
#define SPOILS	1
#define DIES	2

extern volatile u32 rpc_mode;
u32 rpc_kept(u32 server, u32 arg, u32 *value);

static s32
start(const char *mode)
{
	s32 server = check_spawn("serve", mode);

	while (exos_alive(server) &&
	       !(exos_gates[AE_NAME_NUMBER(server)].flags & AE_GATE_CALLS))
		exos_yield(server);
	return server;
}

static _Noreturn void
serve(u32 mode)
{
	rpc_mode = mode;
	ae_gate_flags(AE_GATE_CALLS);
	for (;;)
		exos_yield(AE_NAME_SELF);
}

/* The client whose trusted server dies. */
static int
trust(const char *mode)
{
	exos_tlrpc(start(mode), 1);
	return 0; /* never here: what it keeps is lost */
}

static void
calls(void)
{
	s32 server = start("0");
	uint64_t r;
	u32 value = 0, m[3] = { 10, 20, 30 };
	int good = 1;

	for (u32 i = 0; i < 1000; i++) {
		r = exos_lrpc(server, i);
		good &= exos_rpc_status(r) == server &&
			exos_rpc_value(r) == i + 1;
		r = exos_tlrpc(server, ~i);
		good &= exos_rpc_status(r) == server &&
			exos_rpc_value(r) == ~i + 1;
	}
	check(good, "lrpc and tlrpc bring back server and value");
	check_is(exos_scall(server, m), server, "exos_scall to the same gate");
	check(m[0] == 11 && m[1] == 20 && m[2] == 30, "brings three words");
	check_is(rpc_kept(server, 1, &value), 0x41ff, "registers are kept");

	exos_pin->call = exos_pin->depth + 1; /* as if one waited */
	check_is(exos_rpc_status(exos_lrpc(server, 1)), AE_EBUSY,
		 "while a call waits: EBUSY");
	exos_pin->call = 0;
	ae_env_free(server, 0);
	check_is(exos_rpc_status(exos_lrpc(server, 1)), AE_EENV,
		 "to the dead: EENV");
	check_is(exos_rpc_status(exos_tlrpc(server, 1)), AE_EENV,
		 "tlrpc: EENV");
	m[0] = 10;
	check_is(exos_scall(server, m), AE_EENV, "exos_scall: EENV");
	check_is(m[0], 10, "the message is what it was");
	check_is(exos_rpc_status(exos_lrpc(exos_self, 1)), AE_ENOGATE,
		 "to a closed gate: ENOGATE");
	check_is(exos_pin->call, 0, "after errors no call waits");
}

static void
hostile(void)
{
	s32 server = start("1");
	u32 value = 0;

	check_is(rpc_kept(server, 41, &value), 0x41ff,
		 "a server that spoils registers: they are kept");
	check_is(value, 42, "and the value came");
	ae_env_free(server, 0);
	server = start("2");
	check_is(rpc_kept(server, 41, &value), 0x41ff,
		 "a server that dies: they are kept");
	check_is(exos_pin->call, 0, "no call waits");
	check_is(exos_wait(server), 9, "it is dead");
	server = start("2");
	check_is(exos_rpc_status(exos_lrpc(server, 1)), AE_EDIED, "EDIED");
	ae_env_free(server, 0);
	check_is(exos_wait(check_spawn("trust", "2")), 128 + AE_EXC_TLBL,
		 "a trusted server that dies takes its client with it");
}

int
main(int argc, char **argv)
{
	u32 free_pages;

	if (check_part(argc, argv, "serve"))
		serve(argv[2][0] - '0');
	if (check_part(argc, argv, "trust"))
		return trust(argv[2]);
	calls();
	free_pages = exos_info->free_pages;
	hostile();
	check_free_pages(free_pages, "no page is lost");
	return check_plan();
}
