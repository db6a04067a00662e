// SPDX-License-Identifier: MIT
/*
 * A preload library for GXemul 0.7.0: emulated time becomes a function of
 * executed instructions, and console traffic leaves the emulator's stdio.
 *
 * GXemul drives its emulated clocks from a host interval timer, so that any
 * guest with a clock behaves differently in each run. Here the host timer is
 * swallowed. Every emulated CPU's run function (struct cpu, run_instr) is
 * wrapped; after each batch of instructions the wrapper reads the exact
 * count (struct cpu, ninstrs) and calls the emulator's own clock callbacks
 * (struct timer) whose deadlines have passed. One emulated second is
 * AEGIS_CLOCK_HZ instructions, however the emulator is run: plain, under its
 * instruction trace, stopped and continued in its debugger, or with several
 * machines. When every guest idles, time skips to the next deadline.
 *
 * GXemul's serial consoles are opened as for `gxemul -x`, but where it would
 * start an xterm its pipes are joined to descriptors given by the launcher.
 * Guest text and the emulator's own text thus never mix.
 *
 * Nothing is assumed about GXemul that is not checked when it starts to run;
 * if a check fails the emulator stops with exit code 6 and a message.
 *
 * Environment (all read once, at start):
 *   AEGIS_CLOCK_HZ     instructions per emulated second (25000000)
 *   AEGIS_TIME_LIMIT   emulated seconds after which to exit with code 124
 *   AEGIS_REAL_TIME    1: leave the clock alone; the limit is in host seconds
 *   AEGIS_CONSOLE_FDS  console output descriptors, one per machine: "5,6"
 *   AEGIS_INPUT_FD     console input of machine 0; without it input is silent
 *   AEGIS_STATUS_FD    takes the lines "started", "time-limit", "failed: ...",
 *                      and "prompt N,M" when the debugger waits for a
 *                      command: the instruction count of each machine
 *   AEGIS_BLOCK_OUTPUT 1: fully buffered stdout, for instruction traces
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "gxstate.h"

#define EXIT_FAILED 6
#define EXIT_LIMIT  124
#define EPOCH	    817948800 /* 1995-12-03 00:00:00 UTC */
#define BATCH \
	8192 /* most instructions between two polls,
					   nearly: see N_SAFE_DYNTRANS_LIMIT */
#define IDLE_HZ \
	64 /* skip step of an idle guest without
					   a running clock */
#define IDLE_ROUNDS \
	3 /* main-loop rounds in which every
					   device is sure to tick */
#define MAX_GUESTS 8
#define MAX_TIMERS 16
#define MAX_FDS	   1024

struct guest {
	struct cpu *cpu;
	int64_t skipped; /* time passed without instructions */
	int (*run)(struct cpu *);
};

struct clock {
	struct timer *timer;
	double freq;
	int64_t start; /* of the first period */
	int64_t ticks; /* callbacks made since */
	bool seen;
};

/* Settings. */
static double hz = 25e6;
static double time_limit; /* seconds; 0 is none */
static bool real_time;
static int console_fd[MAX_GUESTS];
static int nconsoles;
static int input_fd = -1;
static int status_fd = -1;

/* What was found in the emulator. */
static struct guest guests[MAX_GUESTS];
static int nguests;
static struct timeval *last_tv; /* given to gettimeofday() */

/* State. */
static bool attached;
static bool running;	      /* false at the debugger's prompt */
static struct guest *current; /* whose instructions run */
static int64_t now;	      /* in instructions */
static struct clock clocks[MAX_TIMERS];
static int nclocks;
static int idle_rounds;
static double started_at;
static bool at_eof[MAX_FDS];
static int pipes[2][2]; /* made, not yet joined to a console */
static int npipes;

static int (*real_sigaction)(int, const struct sigaction *, struct sigaction *);
static int (*real_setitimer)(__itimer_which_t, const struct itimerval *,
			     struct itimerval *);
static int (*real_gettimeofday)(struct timeval *, void *);
static time_t (*real_clock)(time_t *);
static int (*real_usleep)(useconds_t);
static int (*real_select)(int, fd_set *, fd_set *, fd_set *, struct timeval *);
static ssize_t (*real_read)(int, void *, size_t);
static int (*real_pipe)(int[2]);
static pid_t (*real_fork)(void);
static void *(*real_mmap)(void *, size_t, int, int, int, off_t);
static int (*real_munmap)(void *, size_t);

static void
say(int fd, const char *text)
{
	size_t n = strlen(text);

	while (fd >= 0 && n > 0) {
		ssize_t k = write(fd, text, n);
		if (k <= 0)
			break;
		text += k;
		n -= k;
	}
}

void
fail(const char *fmt, ...)
{
	char text[400], line[440];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	fflush(NULL);
	snprintf(line, sizeof line, "detclock: %s\n", text);
	say(STDERR_FILENO, line);
	snprintf(line, sizeof line, "failed: %s\n", text);
	say(status_fd, line);
	_exit(EXIT_FAILED);
}

static double
number(const char *name, double otherwise)
{
	char *text = getenv(name), *end;
	double v;

	if (text == NULL || *text == '\0')
		return otherwise;
	v = strtod(text, &end);
	if (*end != '\0' || !isfinite(v) || v < 0)
		fail("%s=%s is not a number", name, text);
	return v;
}

static void *
original(const char *name)
{
	void *f = dlsym(RTLD_NEXT, name);

	if (f == NULL)
		fail("the C library has no %s", name);
	return f;
}

__attribute__((constructor)) static void
start(void)
{
	char *fds;

	status_fd = number("AEGIS_STATUS_FD", -1);
	real_sigaction = original("sigaction");
	real_setitimer = original("setitimer");
	real_gettimeofday = original("gettimeofday");
	real_clock = original("time");
	real_usleep = original("usleep");
	real_select = original("select");
	real_read = original("read");
	real_pipe = original("pipe");
	real_fork = original("fork");
	real_mmap = original("mmap");
	real_munmap = original("munmap");

	hz = number("AEGIS_CLOCK_HZ", hz);
	if (hz < 1)
		fail("AEGIS_CLOCK_HZ must be at least 1");
	time_limit = number("AEGIS_TIME_LIMIT", 0);
	real_time = number("AEGIS_REAL_TIME", 0) != 0;
	input_fd = number("AEGIS_INPUT_FD", -1);
	for (fds = getenv("AEGIS_CONSOLE_FDS");
	     fds != NULL && *fds != '\0' && nconsoles < MAX_GUESTS;
	     fds += strspn(fds, ","))
		console_fd[nconsoles++] = strtol(fds, &fds, 10);

	setvbuf(stdout, NULL,
		number("AEGIS_BLOCK_OUTPUT", 0) != 0 ? _IOFBF : _IOLBF,
		1 << 16);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	unsetenv("LD_PRELOAD");
}

static double
host_seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec * 1e-9;
}

static int run_and_poll(struct cpu *);

/* The machines are set up and begin to run. */
static void
attach(void)
{
	struct cpu *c;

	attached = true;
	gx_attach();
	while ((c = gx_cpu(nguests)) != NULL) {
		if (nguests == MAX_GUESTS)
			fail("more than %d machines", MAX_GUESTS);
		guests[nguests++] = (struct guest){ c, 0, c->run_instr };
	}
	if (nguests == 0)
		fail("no processor found; is this GXemul 0.7.0?");
	for (struct guest *g = guests; g < guests + nguests; g++)
		g->cpu->run_instr = run_and_poll;
	if (!real_time)
		gx_find_timers(last_tv);
	started_at = host_seconds();
	say(status_fd, "started\n");
}

/* ---- The clock ---- */

static void
check_limit(void)
{
	double t = real_time ? host_seconds() - started_at : now / hz;

	if (time_limit == 0 || t < time_limit)
		return;
	fflush(NULL);
	say(status_fd, "time-limit\n");
	_exit(EXIT_LIMIT);
}

static struct clock *
clock_of(struct timer *t)
{
	for (struct clock *c = clocks; c < clocks + nclocks; c++)
		if (c->timer == t)
			return c;
	if (nclocks == MAX_TIMERS)
		fail("more than %d emulated timers", MAX_TIMERS);
	clocks[nclocks] = (struct clock){ .timer = t };
	return &clocks[nclocks++];
}

static int64_t
deadline(const struct clock *c)
{
	return c->start + (int64_t)ceil((c->ticks + 1) * (hz / c->freq));
}

static void
run_clocks(void)
{
	for (int i = 0; i < nclocks; i++)
		clocks[i].seen = false;
	for (struct timer *t = gx_timers(); t != NULL; t = t->next) {
		struct clock *c = clock_of(t);

		c->seen = true;
		if (c->freq != t->freq)
			*c = (struct clock){ t, t->freq, now, 0, true };
		while (now >= deadline(c)) {
			c->ticks++;
			t->tick(t, t->extra);
		}
	}
	for (int i = 0; i < nclocks; i++)
		if (!clocks[i].seen)
			clocks[i--] = clocks[--nclocks];
}

/*
 * Machines take turns, a batch each, so their counts grow together and time
 * is the largest. One that idles or has halted executes less and would fall
 * behind: it is pulled along, or time would stand still while it caught up.
 */
static void
poll_clock(void)
{
	struct guest *g, *end = guests + nguests;

	for (g = guests; g < end; g++)
		if (g->cpu->ninstrs + g->skipped > now)
			now = g->cpu->ninstrs + g->skipped;
	for (g = guests; g < end; g++)
		if (g->cpu->ninstrs + g->skipped < now - 2 * BATCH)
			g->skipped = now - g->cpu->ninstrs;
	if (!real_time)
		run_clocks();
	check_limit();
}

static int
run_and_poll(struct cpu *c)
{
	int n;

	for (current = guests; current->cpu != c; current++)
		;
	n = current->run(c);
	current = NULL;
	poll_clock();
	return n;
}

/*
 * All guests idle. Time moves to the next deadline, then stands still for
 * a few rounds, in which every emulated device gets its tick, as it would
 * have many times over in a real period.
 */
static void
idle(void)
{
	int64_t next = now + (int64_t)(hz / IDLE_HZ);

	if (idle_rounds++ < IDLE_ROUNDS)
		return;
	idle_rounds = 0;
	for (int i = 0; i < nclocks; i++)
		if (deadline(&clocks[i]) < next)
			next = deadline(&clocks[i]);
	for (struct guest *g = guests; g < guests + nguests; g++)
		g->skipped = next - g->cpu->ninstrs;
}

/* ---- C library functions that the emulator gets from here ---- */

int
setitimer(__itimer_which_t which, const struct itimerval *new,
	  struct itimerval *old)
{
	running = new->it_interval.tv_sec != 0 || new->it_interval.tv_usec != 0;
	if (running && !attached)
		attach();
	return real_time ? real_setitimer(which, new, old) : 0;
}

int
sigaction(int sig, const struct sigaction *new, struct sigaction *old)
{
	if (sig == SIGALRM && !real_time)
		return 0;
	return real_sigaction(sig, new, old);
}

int
gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	double t = now / hz;

	last_tv = tv;
	if (real_time)
		return real_gettimeofday(tv, zone);
	tv->tv_sec = EPOCH + (time_t)t;
	tv->tv_usec = (t - floor(t)) * 1e6;
	return 0;
}

time_t
time(time_t *p)
{
	time_t t = real_time ? real_clock(NULL) : EPOCH + (time_t)(now / hz);

	if (p != NULL)
		*p = t;
	return t;
}

/* The debugger waits: say so, and sleep until there is a command. */
static void
prompt(void)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char text[24];

	if (at_eof[STDIN_FILENO])
		exit(0);
	say(status_fd, "prompt");
	for (int i = 0; i < nguests; i++) {
		snprintf(text, sizeof text, "%c%" PRId64, i > 0 ? ',' : ' ',
			 guests[i].cpu->ninstrs);
		say(status_fd, text);
	}
	say(status_fd, "\n");
	poll(&in, 1, -1);
}

/* GXemul sleeps when its guests idle, and while its debugger waits. */
int
usleep(useconds_t usec)
{
	if (!running)
		prompt();
	else if (real_time)
		return real_usleep(usec);
	else
		idle();
	return 0;
}

/*
 * GXemul takes a descriptor at end of file for one with input and never
 * stops reading it.
 */
ssize_t
read(int fd, void *buf, size_t n)
{
	ssize_t k = real_read(fd, buf, n);

	if (k == 0 && fd >= 0 && fd < MAX_FDS)
		at_eof[fd] = true;
	return k;
}

int
select(int n, fd_set *in, fd_set *out, fd_set *except, struct timeval *tv)
{
	if (n > 0 && n <= MAX_FDS && at_eof[n - 1] && in != NULL &&
	    FD_ISSET(n - 1, in)) {
		FD_ZERO(in);
		return 0;
	}
	return real_select(n, in, out, except, tv);
}

int
pipe(int fds[2])
{
	int r = real_pipe(fds);

	if (r == 0 && npipes < 2)
		memcpy(pipes[npipes++], fds, sizeof pipes[0]);
	return r;
}

/*
 * GXemul forks to start an xterm, with two new pipes for output and input.
 * Nothing is started; the emulator's ends become the launcher's descriptors.
 */
pid_t
fork(void)
{
	int machine = current != NULL ? current - guests : 0;
	int in = machine == 0 ? input_fd : -1;

	if (npipes != 2)
		return real_fork();
	npipes = 0;
	if (machine >= nconsoles)
		fail("no AEGIS_CONSOLE_FDS entry for machine %d", machine);
	if (dup2(console_fd[machine], pipes[0][1]) < 0)
		fail("console of machine %d: %s", machine, strerror(errno));
	if (in >= 0 && dup2(in, pipes[1][0]) < 0)
		fail("console input: %s", strerror(errno));
	if (pipes[1][0] >= MAX_FDS)
		fail("too many open files");
	at_eof[pipes[1][0]] = in < 0;
	return getpid(); /* any process number: it is not used */
}

void *
mmap(void *addr, size_t len, int prot, int flags, int fd, off_t off)
{
	void *p = real_mmap(addr, len, prot, flags, fd, off);

	if (p != MAP_FAILED && !attached && (flags & MAP_ANONYMOUS))
		gx_mapped(p, len);
	return p;
}

int
munmap(void *addr, size_t len)
{
	if (!attached)
		gx_unmapped(addr);
	return real_munmap(addr, len);
}
