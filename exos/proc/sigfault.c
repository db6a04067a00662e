/* SPDX-License-Identifier: MIT */
/*
 * Exceptions as signals.  The library hears of one on the exception stack,
 * turns what caused it aside, as at the start of a slice (start/divert.c),
 * and the handler is called on the program's own stack or on that of
 * sigaltstack.  Without a handler an exception ends the process (vm/die.c).
 */
#include <errno.h>

#include "../vm/private.h"
#include "signal.h"

extern char exos_diverted[];

/* An exception's signal and code; the code of a memory fault comes later. */
static const struct {
	u8 sig, code;
} signals[AE_NCAUSE] = {
	[AE_EXC_MOD] = { SIGSEGV, SEGV_ACCERR },
	[AE_EXC_TLBL] = { SIGSEGV, SEGV_MAPERR },
	[AE_EXC_TLBS] = { SIGSEGV, SEGV_MAPERR },
	[AE_EXC_ADEL] = { SIGBUS, BUS_ADRALN },
	[AE_EXC_ADES] = { SIGBUS, BUS_ADRALN },
	[AE_EXC_IBE] = { SIGBUS, BUS_ADRERR },
	[AE_EXC_DBE] = { SIGBUS, BUS_ADRERR },
	[AE_EXC_BP] = { SIGTRAP, TRAP_BRKPT },
	[AE_EXC_RI] = { SIGILL, ILL_ILLOPC },
	[AE_EXC_CPU] = { SIGILL, ILL_COPROC },
	[AE_EXC_OV] = { SIGFPE, FPE_INTOVF },
};

int
process_status_of(s32 exit)
{
	u32 cause = exit - EXOS_DIED;

	if (cause < AE_NCAUSE && signals[cause].sig)
		return signals[cause].sig;
	if (exit < 0 || exit > 0xff)
		return SIGKILL;
	return exit << 8;
}

static u32
cause_of(const struct exos_frame *f)
{
	return exos_cause_at((f->cause & AE_CAUSE_MASK) >> 2, f->epc);
}

static siginfo_t
info_of(const struct exos_frame *f)
{
	u32 cause = cause_of(f), at = f->epc;
	siginfo_t i = {
		.si_signo = signals[cause].sig,
		.si_code = signals[cause].code,
	};

	if ((s32)f->cause < 0)
		at += 4; /* in the delay slot */
	if (cause <= AE_EXC_DBE)
		at = f->badvaddr;
	i.si_addr = (void *)at;
	if (i.si_signo == SIGSEGV &&
	    exos_region_covers(PAGE_OF(at), PAGE_OF(at) + AE_PAGE_SIZE))
		i.si_code = SEGV_ACCERR;
	if (cause == AE_EXC_OV &&
	    exos_break_code(f->epc) == EXOS_BREAK_DIVISION)
		i.si_code = FPE_INTDIV;
	return i;
}

/* On the program's stack, as if it had called this itself. */
static void
faulted(struct exos_frame *f)
{
	siginfo_t info = info_of(f);
	int e = errno;

	signal_call(&info, f);
	errno = e;
}

/* Where the frame goes that the handler is told of. */
static u32
stack_for(const struct sigaction *a, u32 sp)
{
	if (a->sa_flags & SA_ONSTACK && !signal_on_stack(sp) &&
	    !(signal_stack.ss_flags & SS_DISABLE))
		sp = (u32)signal_stack.ss_sp + signal_stack.ss_size;
	return (sp - sizeof(struct exos_frame)) & ~7u;
}

static int
holds_session(void)
{
	return process_cached && session->lock.owner == exos_self;
}

/*
 * Nobody can answer a fault of a handler or gate, which is on a stack of
 * ExOS's, of a signal that is blocked, or in the middle of a file call.
 */
static int
answer(struct exos_frame *f)
{
	int sig = signals[cause_of(f)].sig;
	const struct sigaction *a = &signal_action[sig];
	struct exos_frame *g;

	if (!sig || a->sa_handler == SIG_DFL || a->sa_handler == SIG_IGN ||
	    signal_blocked & BIT(sig) || f->sp >= AE_PINNED_BASE ||
	    holds_session())
		return AE_EACCES;
	g = (struct exos_frame *)stack_for(a, f->sp);
	*g = *f;
	f->sp = (u32)g;
	f->t9 = (u32)faulted;
	f->epc = (u32)exos_diverted;
	return 0;
}

void
signal_catch_faults(void)
{
	static int done;

	for (u32 cause = AE_EXC_MOD; !done && cause < AE_NCAUSE; cause++)
		if (signals[cause].sig)
			exos_on_exception(cause, answer);
	done = 1;
}

void
signal_last_words(u32 status)
{
	if (!holds_session())
		process_exit(process_status_of(status));
}
