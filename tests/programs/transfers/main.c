/* SPDX-License-Identifier: MIT */
/*
 * Protected control transfer: who gets in, who is told what, what comes
 * along, and whose slices run whom (SOSP'95 5.5).
 */
#include "../../include/check.h"
#include "../../include/raw.h"
#include "../../include/regs.h"
#include "children.h"

#include <aegis/transfer.h>

extern char client[], client_reply[], client_slice[], client_fpu[],
	client_all[], client_all_reply[], server_all[], server[],
	server_slice[], server_fpu[], middle[], middle_reply[], dying[],
	server_acall[], acaller[], acalled[], acalled_yields[],
	acalled_acalls[], parked[], own[], own_gate[], children_end[];

#define SOON 40 /* ticks in which everything here should have happened */

/* All children's code is one piece; entries say what it is. */
static void
prepare(struct raw *r, const char *init, const char *slice)
{
	raw_prepare(r, client, children_end);
	r->desc.init = raw_at(r, init);
	r->desc.prologue = raw_at(r, slice);
	r->desc.epilogue = raw_at(r, parked);
}

/*
 * A client begins right after a tick, so that none comes while its server
 * has what it was called with in registers only: children do not save them.
 */
static void
make_client(struct raw *r, const char *init, s32 peer, u32 arg)
{
	prepare(r, init, client_slice);
	r->desc.reply = raw_at(r, client_reply);
	r->mem[W_PEER] = peer;
	r->mem[W_ARG] = arg;
	wait_ticks(1);
	raw_create(r);
}

static void
make_server(struct raw *r, const char *gate, u32 flags)
{
	prepare(r, parked, server_slice);
	r->desc.gate = raw_at(r, gate);
	r->desc.reply = raw_at(r, middle_reply);
	r->desc.flags = AE_GATE_CALLS | flags;
	raw_create(r);
}

static s32
try_scall(u32 name)
{
	return REGS_DO(AE_SCALL, name);
}

/* ---- what comes along ---- */

static u32
differ(const volatile u32 *came, const volatile u32 *went)
{
	u32 n = 0;

	for (u32 i = 1; i < NREG; i++) {
		/* v0 is the name, k0 k1 the kernel's, gp is the base */
		if (i == 2 || i == 26 || i == 27 || i == 28 ||
		    came[i] == went[i])
			continue;
		printf("# register %lu: sent %#lx, came %#lx\n",
		       (unsigned long)i, (unsigned long)went[i],
		       (unsigned long)came[i]);
		n++;
	}
	return n;
}

static void
registers(void)
{
	struct raw c, s;
	/* Times and places of the registers stored after hi and lo. */

	prepare(&s, parked, parked);
	s.desc.gate = raw_at(&s, server_all);
	s.desc.flags = AE_GATE_CALLS;
	s.desc.critical = RAW_VA;
	s.desc.critical_end = RAW_VA + AE_PAGE_SIZE;
	raw_create(&s);
	prepare(&c, client_all, parked);
	c.desc.reply = raw_at(&c, client_all_reply);
	c.desc.critical = RAW_VA;
	c.desc.critical_end = RAW_VA + AE_PAGE_SIZE;
	for (u32 i = 0; i < NREG; i++) {
		c.mem[W_OUT + i] = 0xc1000000 + i * 0x10101;
		s.mem[W_OUT + i] = 0x5e000000 + i * 0x10203;
	}
	c.mem[W_OUT + 4] = s.name;
	raw_create(&c);
	check(raw_wait(&c, W_REPLIES, 0, SOON), "a call and its reply");
	check(s.mem[W_CALLER] == (u32)c.name, "v0 tells the server who calls");
	check(c.mem[W_REPLIER] == (u32)s.name,
	      "v0 tells the client who replies");
	check(!differ(s.mem + W_IN, c.mem + W_OUT),
	      "every other register arrives at the server");
	check(!differ(c.mem + W_IN, s.mem + W_OUT),
	      "every other register arrives at the client");
	raw_free(&c);
	raw_free(&s);
}

static void
add_one(u32 caller, u32 m[3])
{
	m[0] += 1;
	m[1] = ~m[1];
	m[2] = caller;
}

static _Noreturn void
serve(void)
{
	exos_serve(add_one);
	for (;;)
		exos_yield(AE_NAME_SELF);
}

static void
exos_calls(void)
{
	s32 s = check_spawn("serve", 0), e = 0;
	u32 bad = 0;

	while (exos_gates[AE_NAME_NUMBER((u32)s)].flags != AE_GATE_CALLS)
		exos_yield(AE_NAME_SELF);
	for (u32 i = 0; i < 2000; i++) {
		u32 m[3] = { i, i * 3, 0 };

		e = exos_scall(s, m);
		bad += e != s || m[0] != i + 1 || m[1] != ~(i * 3) ||
		       m[2] != exos_self;
	}
	check(!bad, "2000 calls from ExOS to ExOS: answer, replier, caller");
	check_is(ae_env_free(s, 0), AE_EXIT_KILLED, "the server is ended");
	{
		u32 m[3] = { 1, 2, 3 };

		e = exos_scall(s, m);
		check(e == AE_EENV && m[0] == 1 && m[1] == 2 && m[2] == 3,
		      "a call to it: EENV, the message is as it was");
	}
}

/* ---- who does not get in ---- */

static void
refused(void)
{
	static const u32 flips[] = { 1,	      1 << 5,  1 << 6,	1 << 13,
				     1 << 14, 1 << 15, 1 << 20, 1 << 21,
				     1 << 28, 1 << 29, 1 << 30, 1u << 31 };
	struct raw s, closed, none;
	u32 bad = 0, x = 99;
	s32 old;

	make_server(&s, server, 0);
	s.mem[W_GO] = 1;
	prepare(&closed, parked, parked);
	closed.desc.gate = raw_at(&closed, server);
	raw_create(&closed);
	prepare(&none, parked, parked);
	none.desc.agate = raw_at(&none, acalled);
	raw_create(&none);
	check_is(try_scall(closed.name), AE_ENOGATE,
		 "a gate that takes no calls: ENOGATE");
	check_is(try_scall(none.name), AE_ENOGATE,
		 "an environment without a gate: ENOGATE");
	check_is(try_scall(0), AE_EENV, "name 0: EENV");
	for (u32 i = 0; i < sizeof flips / sizeof *flips; i++)
		bad += try_scall(s.name ^ flips[i]) != AE_EENV;
	check(!bad, "a good name with any field changed: EENV");
	for (u32 i = 0; i < AE_NENV; i++) {
		bad += try_scall(0x80034000 + i * 64) != AE_EENV;
		bad += try_scall(0x80030000 + i * 64) != AE_EENV;
		bad += try_scall(i) != AE_EENV;
		bad += i != AE_NAME_NUMBER((u32)s.name) &&
		       i != AE_NAME_NUMBER((u32)closed.name) &&
		       i != AE_NAME_NUMBER((u32)none.name) &&
		       i != AE_NAME_NUMBER(exos_self) &&
		       try_scall(i << 21 | i << 6) != AE_EENV;
	}
	check(!bad, "kernel addresses, numbers, first names: EENV");
	for (u32 i = 0; i < 5000; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		if (x != (u32)s.name && x != (u32)closed.name &&
		    x != (u32)none.name && x != exos_self)
			bad += try_scall(x) != AE_EENV;
	}
	check(!bad, "5000 random words: EENV");
	check(s.mem[W_CALLED] == 0, "the open server was never entered");
	old = s.name;
	raw_free(&s);
	check_is(try_scall(old), AE_EENV, "a name that is gone: EENV");
	raw_free(&closed);
	raw_free(&none);
}

static void
busy(void)
{
	u32 m[3] = { 5, 0, 0 }, slices;
	struct raw c, s;

	make_server(&s, server, 0);
	make_client(&c, client, s.name, 41);
	check(raw_wait(&s, W_CALLED, 0, SOON), "a client is being served");
	check(raw_gate(&s)->word >> 31, "the gate word says so");
	check_is(try_scall(s.name), AE_EBUSY, "a second call: EBUSY");
	check_is(exos_scall(s.name, m), AE_EBUSY, "from ExOS: EBUSY");
	check_is(REGS_DO(AE_REPLY, c.name), AE_ENOREPLY,
		 "a reply by a third: ENOREPLY");
	check_is(try_scall(c.name), AE_ENOGATE,
		 "a call to the waiting client: ENOGATE");
	slices = s.mem[W_SLICES];
	wait_ticks(8);
	check(!c.mem[W_REPLIES] && !c.mem[W_ERRORS] && !c.mem[W_SLICES],
	      "nobody gets into the waiting client");
	check(s.mem[W_SLICES] > slices, "the server waits on");
	s.mem[W_GO] = 1;
	check(raw_wait(&c, W_REPLIES, 0, SOON) && c.mem[W_ARG] == 42 &&
		      c.mem[W_REPLIER] == (u32)s.name,
	      "then the reply comes");
	check(exos_scall(s.name, m) == s.name && m[0] == 6,
	      "and the gate is open again");
	check(s.mem[W_CALLED] == 2 && s.mem[W_CALLER] == exos_self,
	      "it was entered twice in all");
	raw_free(&c);
	raw_free(&s);
}

static void
donated(void)
{
	u32 slices, before;
	struct raw c, s;

	make_server(&s, server, RAW_NOSLICE);
	wait_ticks(4);
	check(raw_gate(&s)->slices == 0 && s.mem[W_SLICES] == 0,
	      "a server without slices does not run by itself");
	make_client(&c, client, s.name, 1);
	check(raw_wait(&s, W_CALLED, 0, SOON), "until it is called");
	slices = s.mem[W_SLICES];
	before = raw_gate(&c)->slices;
	wait_ticks(8);
	check(s.mem[W_SLICES] >= slices + 3 && raw_gate(&c)->slices > before,
	      "the client's slices run it");
	check(!c.mem[W_SLICES], "and not the client");
	s.mem[W_GO] = 1;
	check(raw_wait(&c, W_REPLIES, 0, SOON), "it answers");
	slices = s.mem[W_SLICES];
	before = c.mem[W_SLICES];
	wait_ticks(8);
	check(s.mem[W_SLICES] == slices && c.mem[W_SLICES] > before,
	      "from then on the client has its slices for itself");
	raw_free(&c);
	raw_free(&s);
}

/* ---- deaths ---- */

static void
callee_dies(void)
{
	u32 m[3] = { 0, 0, 0 };
	struct raw c, s;

	make_server(&s, server, 0);
	make_client(&c, client, s.name, 1);
	raw_wait(&s, W_CALLED, 0, SOON);
	raw_free(&s);
	check(raw_wait(&c, W_REPLIES, 0, SOON) &&
		      c.mem[W_REPLIER] == (u32)AE_EDIED,
	      "the server is killed: the client's reply entry gets EDIED");
	raw_free(&c);

	make_server(&s, dying, 0);
	make_client(&c, client, s.name, 1);
	check(raw_wait(&c, W_REPLIES, 0, SOON) &&
		      c.mem[W_REPLIER] == (u32)AE_EDIED,
	      "the server ends itself: EDIED");
	raw_free(&c);
	check_is(raw_free(&s), 7, "its exit status is its own");

	make_server(&s, dying, RAW_NOSLICE);
	check_is(exos_scall(s.name, m), AE_EDIED, "the same from ExOS");
	raw_free(&s);
}

static void
caller_dies(u32 flags)
{
	const char *kind =
		flags & RAW_NOSLICE ? "a server without slices" : "a server";
	u32 m[3] = { 8, 0, 0 }, start;
	s32 e;
	struct raw c, s;

	make_server(&s, server, flags);
	make_client(&c, client, s.name, 1);
	raw_wait(&s, W_CALLED, 0, SOON);
	raw_free(&c);
	s.mem[W_GO] = 1;
	start = exos_info->ticks;
	while ((e = exos_scall(s.name, m)) == AE_EBUSY &&
	       exos_info->ticks - start < SOON)
		pause_slice();
	check(e == s.name && m[0] == 9,
	      "%s whose caller died takes calls again", kind);
	check(s.mem[W_ERRORS] == 1 && s.mem[W_ERROR] == (u32)AE_ENOREPLY,
	      "its reply to the dead failed: ENOREPLY");
	raw_free(&s);
}

/* ---- chains ---- */

static void
nested(void)
{
	u32 m[3] = { 100, 0, 0 };
	struct raw b, c;

	make_server(&c, server, RAW_NOSLICE);
	c.mem[W_GO] = 1;
	make_server(&b, middle, RAW_NOSLICE);
	b.mem[W_PEER] = c.name;
	check(exos_scall(b.name, m) == b.name && m[0] == 111,
	      "A calls B, B calls C, the answer comes back through both");
	check(b.mem[W_CALLER] == exos_self && c.mem[W_CALLER] == (u32)b.name,
	      "each knows its own caller");
	check_is(b.mem[W_REPLIER], c.name, "B knows who replied");
	raw_free(&b);
	raw_free(&c);
}

static void
nested_wait(void)
{
	struct raw a, b, c;
	u32 slices;

	make_server(&c, server, RAW_NOSLICE);
	make_server(&b, middle, RAW_NOSLICE);
	b.mem[W_PEER] = c.name;
	make_client(&a, client, b.name, 1);
	raw_wait(&c, W_CALLED, 0, SOON);
	slices = c.mem[W_SLICES];
	wait_ticks(8);
	check(c.mem[W_SLICES] >= slices + 3 && !a.mem[W_SLICES] &&
		      !b.mem[W_SLICES],
	      "A's slices run C through B");
	raw_free(&b);
	check(raw_wait(&a, W_REPLIES, 0, SOON) &&
		      a.mem[W_REPLIER] == (u32)AE_EDIED,
	      "B is killed: A hears of it");
	raw_free(&a);
	raw_free(&c);
}

static void
nested_death(u32 flags, const char *kind)
{
	struct raw a, b, c;

	make_server(&c, dying, RAW_NOSLICE);
	make_server(&b, middle, flags);
	b.mem[W_PEER] = c.name;
	make_client(&a, client, b.name, 1);
	raw_wait(&a, W_REPLIES, 0, SOON);
	check(b.mem[W_REPLIES] == 1 && b.mem[W_REPLIER] == (u32)AE_EDIED,
	      "A calls B (%s) calls C, which ends: B hears of it", kind);
	check(a.mem[W_REPLIES] == 1 && a.mem[W_REPLIER] == (u32)b.name,
	      "and A gets B's answer");
	check(!a.mem[W_EARLY],
	      "no slice begins at A's prologue while it waits");
	raw_free(&a);
	raw_free(&b);
	raw_free(&c);
}

static void
itself(void)
{
	struct raw r;

	prepare(&r, own, parked);
	r.desc.gate = raw_at(&r, own_gate);
	r.desc.reply = raw_at(&r, client_reply);
	r.desc.flags = AE_GATE_CALLS;
	raw_create(&r);
	check(raw_wait(&r, W_REPLIES, 0, SOON) &&
		      r.mem[W_CALLER] == (u32)r.name &&
		      r.mem[W_REPLIER] == (u32)r.name,
	      "an environment can call itself");
	raw_free(&r);
}

/* ---- asynchronous ---- */

static void
asynchronous(void)
{
	struct raw a, b, none;
	u32 slices;

	prepare(&b, parked, parked);
	b.desc.agate = raw_at(&b, acalled);
	raw_create(&b);
	make_client(&a, acaller, b.name, 77);
	check(raw_wait(&b, W_CALLED, 0, SOON) &&
		      b.mem[W_CALLER] == (u32)a.name && b.mem[W_ARG] == 77,
	      "Acall: the callee learns who calls, registers come along");
	check(a.mem[W_ERRORS] == 0, "nothing returns to the caller");
	slices = a.mem[W_SLICES];
	wait_ticks(6);
	check(a.mem[W_SLICES] > slices, "its next slice begins as ever");
	raw_free(&a);
	make_client(&a, acaller, b.name, 78);
	check(raw_wait(&b, W_CALLED, 1, SOON) && b.mem[W_ARG] == 78,
	      "and another");
	raw_free(&a);

	prepare(&none, parked, parked);
	raw_create(&none);
	check_is(REGS_DO(SYSV_Acall, none.name), AE_ENOGATE,
		 "Acall without a gate for it: ENOGATE");
	raw_free(&none);
	check_is(REGS_DO(SYSV_Acall, none.name), AE_EENV,
		 "Acall to a dead environment: EENV");
	check_is(REGS_DO(SYSV_Acall, b.name ^ 1 << 15), AE_EENV,
		 "Acall to another generation: EENV");
	check_is(REGS_DO(SYSV_Acall, b.name ^ 1 << 14), AE_EENV,
		 "Acall to a name with bit 14: EENV");
	raw_free(&b);
}

/* A server that made an Acall still runs in the slices it was lent. */
static void
lent(void)
{
	struct raw c, s, b;

	prepare(&b, parked, parked);
	b.desc.agate = raw_at(&b, acalled);
	raw_create(&b);
	make_server(&s, server_acall, RAW_NOSLICE);
	s.mem[W_PEER] = b.name;
	s.mem[W_GO] = 1;
	make_client(&c, client, s.name, 4);
	check(raw_wait(&b, W_CALLED, 0, SOON) && b.mem[W_CALLER] == (u32)s.name,
	      "a server without slices makes an Acall");
	check(raw_wait(&c, W_REPLIES, 0, SOON) && c.mem[W_ARG] == 5,
	      "and then answers its client");
	check(!c.mem[W_EARLY],
	      "no slice begins at the client's prologue while it waits");
	raw_free(&c);
	raw_free(&s);
	raw_free(&b);
}

/* Who runs last in the slices of a client that waits, it or its server? */
static void
handed_on(const char *agate, const char *how)
{
	struct raw a, b, c, d;
	u32 served;

	prepare(&d, parked, parked);
	d.desc.agate = raw_at(&d, acalled);
	raw_create(&d);
	make_server(&b, server, RAW_NOSLICE);
	prepare(&a, client, client_slice);
	a.desc.reply = raw_at(&a, client_reply);
	a.desc.agate = raw_at(&a, agate);
	a.mem[W_PEER] = b.name;
	a.mem[W_NEXT] = d.name;
	wait_ticks(1);
	raw_create(&a);
	raw_wait(&b, W_CALLED, 0, SOON);
	wait_ticks(3);
	check(b.mem[W_SLICES] && !a.mem[W_SLICES],
	      "a client waits for a server");
	make_client(&c, acaller, a.name, 1);
	check(raw_wait(&a, W_CALLED, 0, SOON),
	      "its Acall gate is entered, and %s", how);
	served = b.mem[W_SLICES];
	wait_ticks(8);
	check(a.mem[W_SLICES] >= 2 && b.mem[W_SLICES] == served,
	      "its next slices are its own");
	b.mem[W_GO] = 1;
	exos_yield(b.name);
	check(raw_wait(&a, W_REPLIES, 0, SOON) &&
		      a.mem[W_REPLIER] == (u32)b.name,
	      "the server still answers");
	raw_free(&a);
	raw_free(&b);
	raw_free(&c);
	raw_free(&d);
}

static void
fpu_users(void)
{
	u32 m[3] = { 1, 0, 0 };
	struct raw c, s;

	make_server(&s, server, 0);
	s.mem[W_GO] = 1;
	make_client(&c, client_fpu, s.name, 9);
	check(raw_wait(&c, W_REPLIES, 0, SOON) && c.mem[W_ARG] == 10 &&
		      s.mem[W_CALLER] == (u32)c.name &&
		      c.mem[W_REPLIER] == (u32)s.name,
	      "a client that uses the FPU calls and is answered");
	raw_free(&c);
	raw_free(&s);

	prepare(&s, server_fpu, server_slice);
	s.desc.gate = raw_at(&s, server);
	s.desc.flags = AE_GATE_CALLS;
	raw_create(&s);
	raw_wait(&s, W_CALLS, 0, SOON);
	s.mem[W_GO] = 1;
	check(exos_scall(s.name, m) == s.name && m[0] == 2 &&
		      s.mem[W_CALLER] == exos_self,
	      "a server that uses the FPU is called and answers");
	check(exos_scall(s.name, m) == s.name && m[0] == 3, "and again");
	raw_free(&s);
}

static void
reentrant(void)
{
	struct raw c[2], s;

	make_server(&s, server, AE_GATE_REENTRANT);
	make_client(&c[0], client, s.name, 1);
	check(raw_wait(&s, W_CALLED, 0, SOON), "a re-entrant gate is called");
	make_client(&c[1], client, s.name, 1);
	check(raw_wait(&s, W_CALLED, 1, SOON) && !c[1].mem[W_ERRORS],
	      "and takes a call while it handles another");
	check_is(s.mem[W_CALLER], c[1].name, "and knows whose");
	raw_free(&c[0]);
	raw_free(&c[1]);
	raw_free(&s);
}

int
main(int argc, char **argv)
{
	if (check_part(argc, argv, "serve"))
		serve();
	registers();
	exos_calls();
	refused();
	busy();
	donated();
	callee_dies();
	nested();
	nested_wait();
	itself();
	asynchronous();
	handed_on(acalled, "ends the slice");
	handed_on(acalled_yields, "yields by name");
	handed_on(acalled_acalls, "makes an Acall");
	fpu_users();
	reentrant();
	caller_dies(0);
	nested_death(0, "with slices");
	lent();
	nested_death(RAW_NOSLICE, "without slices");
	caller_dies(RAW_NOSLICE);
	return check_plan();
}
