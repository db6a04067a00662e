/* SPDX-License-Identifier: MIT */
/* Exceptions as signals: handled, left by a jump, and not handled. */
#include <setjmp.h>
#include <sys/mman.h>

#include "../include/signals.h"

#define NOWHERE ((volatile char *)(EXOS_FREE + 0x100000))

static sigjmp_buf out;
static char stack[SIGSTKSZ];
static volatile char *page;

static void
leave(int sig, siginfo_t *info, void *context)
{
	see_info(sig, info, context);
	siglongjmp(out, 1);
}

/* Makes the page writable: the store is tried again. */
static void
mend(int sig, siginfo_t *info, void *context)
{
	see_info(sig, info, context);
	mprotect((void *)page, AE_PAGE_SIZE, PROT_READ | PROT_WRITE);
}

static void
skip(int sig, siginfo_t *info, void *context)
{
	see_info(sig, info, context);
	((struct exos_frame *)context)->epc += 4;
}

static void
on(int sig, void (*f)(int, siginfo_t *, void *))
{
	struct sigaction a = { .sa_sigaction = f, .sa_flags = SA_SIGINFO };

	sigaction(sig, &a, 0);
	seen_count = 0;
}

static void
load(void)
{
	(void)*NOWHERE;
}

static void
memory(void)
{
	page = mmap(0, AE_PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0);
	on(SIGSEGV, leave);
	if (!sigsetjmp(out, 1))
		load();
	good(seen_count == 1 && seen_info.si_code == SEGV_MAPERR &&
		     seen_info.si_addr == (void *)NOWHERE,
	     "a load from nowhere: SIGSEGV, SEGV_MAPERR, where");
	if (!sigsetjmp(out, 1))
		page[7] = 1;
	good(seen_count == 2 && seen_info.si_code == SEGV_ACCERR &&
		     seen_info.si_addr == page + 7,
	     "a store to what is read-only: SEGV_ACCERR, where");
	on(SIGSEGV, mend);
	page[9] = 5;
	good(seen_count == 1 && page[9] == 5,
	     "a handler that mends it: the store is done");
	munmap((void *)page, AE_PAGE_SIZE);
	on(SIGBUS, leave);
	if (!sigsetjmp(out, 1))
		(void)*(volatile int *)(page + 1);
	good(seen_count == 1 && seen_info.si_code == BUS_ADRALN &&
		     seen_info.si_addr == page + 1,
	     "an unaligned load: SIGBUS, BUS_ADRALN, where");
}

static volatile int zero, seven = 7;

static void
divide(void)
{
	seven = 7 / zero;
	seven = 7;
}

static void
overflow(void)
{
	int sum;

	asm volatile(".set push; .set noreorder\n"
		     "lui %0, 0x7fff\n"
		     "add %0, %0, %0\n"
		     ".set pop"
		     : "=r"(sum));
	zero = sum & 0;
}

/* Among the constants, as no program's text may have such. */
static const u32 mfc1[] = {
	0x44020000, /* mfc1 $2, $f0 */
	0x03e00008, /* jr $ra */
	0,
};

static void
coprocessor(void)
{
	((void (*)(void))mfc1)();
}

static void
trap(void)
{
	asm volatile("break 77");
}

static void
nothing(void)
{
}

static void
instructions(void)
{
	static const struct {
		void (*f)(void);
		int sig, code;
		const char *what;
	} cases[] = {
		{ divide, SIGFPE, FPE_INTDIV, "division by zero: SIGFPE" },
		{ overflow, SIGFPE, FPE_INTOVF, "overflow: SIGFPE" },
		{ coprocessor, SIGILL, ILL_COPROC, "coprocessor: SIGILL" },
		{ trap, SIGTRAP, TRAP_BRKPT, "a breakpoint: SIGTRAP" },
	};

	for (u32 i = 0; i < sizeof cases / sizeof *cases; i++) {
		int status = status_of(cases[i].f);

		good(WTERMSIG(status) == cases[i].sig, cases[i].what);
		on(cases[i].sig, skip);
		cases[i].f();
		good(seen_count == 1 && seen_info.si_code == cases[i].code &&
			     seen_info.si_addr,
		     "and to its handler, which goes on behind it");
		signal(cases[i].sig, SIG_DFL);
	}
	gives(status_of(nothing), 0);
}

static int
deep(int n)
{
	volatile char room[512];

	room[0] = n;
	return n < 1 << 20 ? deep(n + 1) + room[0] : 0;
}

static void
overrun(void)
{
	deep(0);
}

static void
ignore_and_fault(void)
{
	signal(SIGSEGV, SIG_IGN);
	load();
}

static void
block_and_fault(void)
{
	sigset_t segv = 1u << SIGSEGV;

	on(SIGSEGV, mend);
	sigprocmask(SIG_BLOCK, &segv, 0);
	load();
}

/* The handler faults, too. */
static void
fault_in_handler(void)
{
	struct sigaction a = { .sa_handler = (void (*)(int))load };

	sigaction(SIGSEGV, &a, 0);
	load();
}

static void
fault_in_call(void)
{
	int fd = open("/tmp", O_RDONLY);

	on(SIGSEGV, leave);
	if (!sigsetjmp(out, 1))
		stat("/tmp", (struct stat *)NOWHERE);
	_exit(fd);
}

/* In a child, since the stack keeps its pages: 8 MB. */
static void
overrun_elsewhere(void)
{
	struct sigaction a = { .sa_sigaction = leave,
			       .sa_flags = SA_SIGINFO | SA_ONSTACK };
	stack_t s = { stack, 0, sizeof stack };

	sigaltstack(&s, 0);
	sigaction(SIGSEGV, &a, 0);
	seen_count = 0;
	if (!sigsetjmp(out, 1))
		overrun();
	_exit(seen_count == 1 ? 4 : 5);
}

static void
overrun_there(void)
{
	on(SIGSEGV, leave);
	overrun();
}

static void
stacks(void)
{
	good(WEXITSTATUS(status_of(overrun_elsewhere)) == 4,
	     "a stack that ran over: handled on another");
	good(WTERMSIG(status_of(overrun_there)) == SIGSEGV,
	     "with a handler, but on that stack: the end");
}

static void
endings(void)
{
	good(WTERMSIG(status_of(load)) == SIGSEGV, "by default: the end");
	good(WTERMSIG(status_of(ignore_and_fault)) == SIGSEGV,
	     "ignored: the end");
	good(WTERMSIG(status_of(block_and_fault)) == SIGSEGV,
	     "blocked: the end");
	good(WTERMSIG(status_of(fault_in_handler)) == SIGSEGV,
	     "again in the handler: the end");
	good(WTERMSIG(status_of(fault_in_call)) == SIGSEGV,
	     "in the middle of a file call: the end");
}

static void
test(void)
{
	memory();
	instructions();
	stacks();
	signal(SIGSEGV, SIG_DFL);
	signal(SIGBUS, SIG_DFL);
	endings();
}

int
main(void)
{
	return posix_main(test);
}
