// SPDX-License-Identifier: MIT
/*
 * Between gdb's remote serial protocol on a loopback port and GXemul's
 * debugger prompt (gdb manual, appendix E).
 *
 * emu-config/gdb/debug starts the emulator and this program, and passes the
 * descriptors. gdb learns of a change of program as of a shared library: the
 * stop is reported as a library event, gdb reads the list and goes on, and
 * then gets the stop itself. docs/debugging.md tells what that makes of
 * breakpoints.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <aegis/env.h>
#include <r3000.h>

#include "breaks.h"
#include "bridge.h"
#include "emulator.h"
#include "kernel.h"
#include "machine.h"
#include "monitor.h"
#include "rsp.h"
#include "target.h"

#define KERNEL_START 0x80000000
#define MAX_WATCHES 16
#define OP_SB 40 /* the first store of MIPS I, and the last */
#define OP_SWR 46
#define IDLE_STEPS 4 /* without an instruction: it has halted */
#define GDB_SIGINT   2 /* gdb's numbers: include/gdb/signals.h */
#define GDB_SIGILL   4
#define GDB_SIGTRAP  5
#define GDB_SIGABRT  6

enum stop {
	STOP_NOT,
	STOP_BREAK,
	STOP_STEP,
	STOP_WATCH,
	STOP_INTERRUPT,
	STOP_ILLEGAL, /* what GXemul does not implement */
	STOP_HALTED,  /* without a word: state can be looked at */
	STOP_EXIT,
	STOP_GONE,
};

static int listener = -1, client = -1, type_fd = -1;
static struct rsp rsp;
static bool no_ack;
static char said[1 << 16]; /* for the user, not sent yet */
static size_t nsaid;
static char shown[PROGRAM_NAME], next[PROGRAM_NAME];
static const char *vectors; /* ELF file with the vectors' symbols */
static bool running;
static enum stop deferred;
/* A step by source line passes over what traps: until it is back here. */
static struct {
	bool active;
	uint32_t start, end, pc, env;
	int machine;
} passing;
/* A store to these stops the machine; it is stepped meanwhile. */
static struct watch {
	uint32_t va, n;
} watches[MAX_WATCHES];
static int nwatches;
static uint32_t watch_hit;
static bool halting;
static uint32_t halt_entry, halt_status;

/* ---- to gdb ---- */

static void
send_bytes(const char *p, size_t n)
{
	while (client >= 0 && n > 0) {
		ssize_t k = send(client, p, n, MSG_NOSIGNAL);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0) {
			close(client);
			client = -1;
			return;
		}
		p += k;
		n -= k;
	}
}

static void
send_packet(const void *data, size_t n)
{
	static char frame[2 * RSP_MAX + 4];

	send_bytes(frame, rsp_frame(frame, data, n));
}

/* Only while gdb waits for a stop or for a monitor command. */
static void
send_said(void)
{
	char packet[2 * 1000 + 2];

	for (size_t i = 0; i < nsaid; i += 1000) {
		size_t n = nsaid - i < 1000 ? nsaid - i : 1000;

		packet[0] = 'O';
		rsp_hex(packet + 1, said + i, n);
		send_packet(packet, 1 + 2 * n);
	}
	nsaid = 0;
}

void
tell(const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(said + nsaid, sizeof said - nsaid, format, ap);
	va_end(ap);
	if (n > 0)
		nsaid += n;
	if (nsaid >= sizeof said)
		nsaid = sizeof said - 1;
}

/* ---- what packets ask for ---- */

static bool
select_machine(int thread)
{
	machine_select(thread - 1);
	return true;
}

static bool
add_break(uint32_t va)
{
	breaks_add(va, shown);
	return true;
}

static bool
remove_break(uint32_t va)
{
	breaks_remove(va, shown);
	return true;
}

static bool
change_watch(uint32_t va, uint32_t n, bool add)
{
	for (int i = 0; i < nwatches; i++)
		if (watches[i].va == va && watches[i].n == n) {
			if (!add)
				watches[i] = watches[--nwatches];
			return true;
		}
	if (add && nwatches == MAX_WATCHES)
		return false;
	if (add)
		watches[nwatches++] = (struct watch){ va, n };
	return true;
}

static bool
monitor_line(const char *line)
{
	bool ok;

	send_said();
	ok = monitor_command(line);
	send_said();
	return ok;
}

static const char *
thread_name(int thread)
{
	int was = machine_selected();
	const char *name;

	machine_select(thread - 1);
	name = monitor_where();
	machine_select(was);
	return name;
}

static const char description[] =
	"<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\">"
	"<target version=\"1.0\"><architecture>mips:3000</architecture>"
	"<osabi>none</osabi>"
	"<feature name=\"org.gnu.gdb.mips.cpu\">%s</feature>"
	"<feature name=\"org.gnu.gdb.mips.cp0\">%s</feature>"
	"<feature name=\"org.gnu.gdb.mips.fpu\">%s</feature>"
	"<feature name=\"org.aegis.mips.cp0\">%s</feature></target>";

static char *
registers_xml(const int *numbers, int n)
{
	static const char *const names[NREGS] = {
		[REG_STATUS] = "status",   [REG_LO] = "lo",
		[REG_HI] = "hi",	   [REG_BADVADDR] = "badvaddr",
		[REG_CAUSE] = "cause",	   [REG_PC] = "pc",
		[REG_FCSR] = "fcsr",	   [REG_FIR] = "fir",
		[REG_INDEX] = "index",	   [REG_RANDOM] = "random",
		[REG_ENTRYLO] = "entrylo", [REG_CONTEXT] = "context",
		[REG_ENTRYHI] = "entryhi", [REG_EPC] = "epc",
		[REG_PRID] = "prid",
	};
	char *xml = NULL, name[8];
	size_t size;
	FILE *f = open_memstream(&xml, &size);

	if (f == NULL)
		abort();
	for (int i = 0; i < n; i++) {
		int r = numbers[i];
		bool fpu = r >= REG_F0 && r < REG_F0 + 32;

		if (names[r] != NULL)
			snprintf(name, sizeof name, "%s", names[r]);
		else
			snprintf(name, sizeof name, fpu ? "f%d" : "r%d",
				 fpu ? r - REG_F0 : r);
		fprintf(f, "<reg name=\"%s\" bitsize=\"32\" regnum=\"%d\"%s/>",
			names[r] != NULL ? names[r] : name, r,
			fpu ? " type=\"ieee_single\"" : "");
	}
	fclose(f);
	return xml;
}

static char *
target_xml(void)
{
	static const int cp0[] = { REG_STATUS, REG_BADVADDR, REG_CAUSE };
	static const int more[] = { REG_INDEX,	 REG_RANDOM,  REG_ENTRYLO,
				    REG_CONTEXT, REG_ENTRYHI, REG_EPC,
				    REG_PRID };
	int cpu[35], fpu[34];
	char *xml;

	for (int i = 0; i < 32; i++) {
		cpu[i] = i;
		fpu[i] = REG_F0 + i;
	}
	cpu[32] = REG_LO;
	cpu[33] = REG_HI;
	cpu[34] = REG_PC;
	fpu[32] = REG_FCSR;
	fpu[33] = REG_FIR;
	if (asprintf(&xml, description, registers_xml(cpu, 35),
		     registers_xml(cp0, 3), registers_xml(fpu, 34),
		     registers_xml(more, 7)) < 0)
		abort();
	return xml;
}

static void
library(FILE *f, const struct image *im)
{
	fprintf(f, "<library name=\"");
	for (const char *p = im->path; *p; p++)
		if (strchr("<>&\"", *p) != NULL)
			fprintf(f, "&#%d;", *p);
		else
			fputc(*p, f);
	fprintf(f, "\">");
	/*
	 * The offset of each section: all are linked to where they are. (By
	 * segments gdb 13 fails, if the first one is not the lowest.)
	 */
	for (int i = 0; i < im->nsections; i++)
		fprintf(f, "<section address=\"0\"/>");
	fprintf(f, "</library>");
}

/* The program whose turn it is, and the vectors where they are copied to. */
static char *
libraries_xml(void)
{
	static struct image vector_image;
	const struct image *im;
	const char *why;
	char *xml = NULL;
	size_t size;
	FILE *f = open_memstream(&xml, &size);

	if (f == NULL)
		abort();
	if (strcmp(shown, next) != 0) {
		strcpy(shown, next);
		breaks_forget(shown); /* gdb sets them anew */
	}
	if (vectors != NULL && vector_image.path == NULL &&
	    !image_open(&vector_image, vectors, &why))
		vectors = NULL;
	fprintf(f, "<library-list>");
	if (vectors != NULL)
		library(f, &vector_image);
	im = program_image(shown);
	if (im != NULL)
		library(f, im);
	fprintf(f, "</library-list>");
	fclose(f);
	return xml;
}

static const char *
document(const char *object, const char *annex)
{
	static char *target, *libraries;

	if (strcmp(object, "features") == 0) {
		if (target == NULL)
			target = target_xml();
		return annex == NULL || strcmp(annex, "target.xml") == 0 ?
			       target :
			       NULL;
	}
	if (strcmp(object, "libraries") != 0)
		return NULL;
	if (annex != NULL || libraries == NULL) {
		free(libraries);
		libraries = libraries_xml();
	}
	return libraries;
}

bool
bridge_show(const char *program)
{
	if (program_image(program) == NULL)
		return false;
	snprintf(next, sizeof next, "%s", program);
	return true;
}

bool
bridge_type(const char *line)
{
	char text[600];
	int n = snprintf(text, sizeof text, "%s\r", line);

	return type_fd >= 0 && n > 0 && n < (int)sizeof text &&
	       write(type_fd, text, n) == n;
}

static struct target target = {
	.select = select_machine,
	.get = machine_register,
	.set = machine_set_register,
	.read = kernel_read,
	.write = kernel_write,
	.add_break = add_break,
	.remove_break = remove_break,
	.change_watch = change_watch,
	.document = document,
	.monitor = monitor_line,
	.thread_name = thread_name,
};

/* ---- stopping ---- */

static void
send_stop(enum stop stop)
{
	char packet[64];
	int signal = stop == STOP_INTERRUPT ? GDB_SIGINT :
		     stop == STOP_ILLEGAL   ? GDB_SIGILL :
		     stop == STOP_HALTED    ? GDB_SIGABRT :
					      GDB_SIGTRAP;

	send_said();
	if (stop == STOP_EXIT)
		snprintf(packet, sizeof packet, "W%02" PRIx32,
			 halt_status & 0xff);
	else if (stop == STOP_GONE)
		snprintf(packet, sizeof packet, "X09");
	else if (stop == STOP_WATCH)
		snprintf(packet, sizeof packet,
			 "T05watch:%" PRIx32 ";thread:%x;", watch_hit,
			 machine_selected() + 1);
	else
		snprintf(packet, sizeof packet, "T%02x%sthread:%x;", signal,
			 stop == STOP_BREAK ? "swbreak:;" : "",
			 machine_selected() + 1);
	send_packet(packet, strlen(packet));
}

static void
report(enum stop stop)
{
	char name[PROGRAM_NAME], packet[64];

	running = passing.active = false;
	if (stop < STOP_EXIT && kernel_program(kernel_env(), name) &&
	    strcmp(name, shown) != 0) {
		strcpy(next, name);
		deferred = stop;
		send_said();
		snprintf(packet, sizeof packet, "T05library:;thread:%x;",
			 machine_selected() + 1);
		send_packet(packet, strlen(packet));
		return;
	}
	send_stop(stop);
}

static uint32_t
pc(void)
{
	uint32_t v = 0;

	machine_register(REG_PC, &v);
	return v;
}

/* Has a step that passes over a trap come back? */
static bool
is_back(uint32_t at)
{
	return passing.active && at == passing.pc &&
	       machine_selected() == passing.machine &&
	       kernel_env() == passing.env;
}

/* The prompt is there (or the emulator gone): why? */
static enum stop
reason(const char *text, bool interrupted)
{
	char name[PROGRAM_NAME] = "";
	const char *p = strstr(text, "BREAKPOINT: pc = 0x");
	uint32_t at;

	if (!emulator.alive)
		return STOP_GONE;
	if (p == NULL) {
		if (strstr(text, "UNIMPLEMENTED") != NULL) {
			tell("%s", text);
			return STOP_ILLEGAL;
		}
		if (interrupted)
			return STOP_INTERRUPT;
		if (halting)
			return STOP_EXIT;
		tell("The machine has halted.\n%s", text);
		return STOP_HALTED;
	}
	at = strtoul(strchr(p, '=') + 2, NULL, 16);
	for (int i = 0; emulator.nmachines > 1 && i < emulator.nmachines; i++) {
		machine_select(i);
		if (pc() == at)
			break;
	}
	kernel_program(kernel_env(), name);
	if (at == halt_entry) {
		halting = machine_register(4, &halt_status);
		if (!breaks_at(at, ""))
			return STOP_NOT;
	}
	if (breaks_at(at, name))
		return STOP_BREAK;
	return interrupted ? STOP_INTERRUPT : STOP_NOT;
}

/* It has come to the prompt.  What was said goes with the next command. */
static enum stop
stopped(bool interrupted)
{
	char *text = strdup(emulator_text());
	enum stop stop;

	if (text == NULL)
		abort();
	machine_forget();
	stop = reason(text, interrupted);
	free(text);
	return stop;
}

/* One instruction, or a branch with its delay slot. */
static enum stop
step(void)
{
	uint32_t was = pc();
	int64_t before = emulator.count[machine_selected()];
	const char *text;

	breaks_sync();
	machine_forget();
	for (int i = 0; i < 2; i++) { /* the first may only break */
		text = emulator_command("step");
		if (!emulator.alive)
			return STOP_GONE;
		if (strstr(text, "UNIMPLEMENTED") != NULL)
			return reason(text, false);
		if (emulator.count[machine_selected()] != before)
			return STOP_STEP;
		if (strstr(text, "BREAKPOINT") == NULL)
			break;
	}
	if (pc() != was)
		return STOP_STEP; /* an exception came first */
	return reason("", false); /* nothing runs any more */
}

static bool
interrupt_waits(void)
{
	struct pollfd p = { .fd = client, .events = POLLIN };
	char c;

	return client < 0 || (poll(&p, 1, 0) > 0 &&
			      (recv(client, &c, 1, MSG_PEEK) <= 0 || c == 3));
}

/*
 * Does the text of a step show a store to what is watched?  GXemul shows
 * `7fff0a20: af860014  sw a2,20(gp)  [0x7fff0014]' before it is executed,
 * and after a branch the instruction in its delay slot.
 */
static bool
stored(const char *text)
{
	const char *p = text;
	uint32_t pc_shown, word, at;

	for (; p != NULL; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (sscanf(p, "%8" SCNx32 ": %8" SCNx32, &pc_shown, &word) != 2)
			continue;
		if (word >> 26 < OP_SB || word >> 26 > OP_SWR)
			continue;
		text = strstr(p, "[0x");
		if (text == NULL || sscanf(text, "[0x%8" SCNx32, &at) != 1)
			continue;
		for (int i = 0; i < nwatches; i++)
			if (at < watches[i].va + watches[i].n &&
			    at + 4 > watches[i].va) {
				watch_hit = watches[i].va;
				return true;
			}
	}
	return false;
}

/* Continue by steps, as long as something is watched. */
static void
go_on_watching(void)
{
	int machine = machine_selected(), idle = 0;
	enum stop stop = STOP_NOT;

	breaks_sync();
	machine_forget();
	for (bool first = true; stop == STOP_NOT; first = false) {
		int64_t before = emulator.count[machine];
		const char *text = emulator_command("step");

		idle = emulator.count[machine] == before ? idle + 1 : 0;
		if (!emulator.alive || strstr(text, "UNIMPLEMENTED") ||
		    (!first && strstr(text, "BREAKPOINT"))) {
			stop = stopped(false);
			breaks_sync();
			machine_forget();
		} else if (stored(text)) {
			stop = STOP_WATCH;
		} else if (interrupt_waits()) {
			stop = STOP_INTERRUPT;
		} else if (idle > IDLE_STEPS) {
			stop = reason("", false);
		}
	}
	report(stop);
}

static void
go_on(void)
{
	enum stop stop;
	char name[PROGRAM_NAME] = "";

	breaks_passing(passing.active ? passing.pc : 0);
	if (nwatches > 0 && !passing.active && client >= 0) {
		go_on_watching();
		return;
	}
	breaks_sync();
	if (breaks_set(pc())) {
		stop = step();
		if (stop != STOP_STEP) {
			report(stop);
			return;
		}
		kernel_program(kernel_env(), name);
		if (breaks_at(pc(), name)) {
			report(STOP_BREAK);
			return;
		}
		breaks_sync();
	}
	machine_forget();
	emulator_run("continue\n");
}

/*
 * After a step from user mode: if that trapped, where it will go on.  False:
 * it did not, or it is not known (an end of slice goes on from elsewhere).
 */
static bool
trapped(uint32_t *back)
{
	uint32_t cause = 0;

	if (pc() < KERNEL_START || !machine_register(REG_EPC, back) ||
	    !machine_register(REG_CAUSE, &cause))
		return false;
	if ((cause & CAUSE_EXC) >> 2 == AE_EXC_SYS)
		*back += 4;
	return true;
}

static void
steps(uint32_t start, uint32_t end)
{
	char name[PROGRAM_NAME] = "";
	enum stop stop;
	uint32_t back;

	passing.active = false;
	do {
		bool user = pc() < KERNEL_START;

		stop = step();
		if (stop != STOP_STEP)
			break;
		kernel_program(kernel_env(), name);
		if (breaks_at(pc(), name)) {
			stop = STOP_BREAK;
		} else if (user && start != end && trapped(&back)) {
			passing.active = true;
			passing.start = start;
			passing.end = end;
			passing.pc = back;
			passing.env = kernel_env();
			passing.machine = machine_selected();
			go_on();
			return;
		} else if (start != end && interrupt_waits()) {
			stop = STOP_INTERRUPT;
		}
	} while (stop == STOP_STEP && pc() >= start && pc() < end);
	report(stop);
}

/* It is back: on with the step, if that was not all. */
static void
steps_on(void)
{
	uint32_t start = passing.start, end = passing.end;

	passing.active = false;
	if (pc() >= start && pc() < end)
		steps(start, end);
	else
		report(STOP_STEP);
}

static void
resume(const struct packet *p)
{
	enum stop stop = deferred;
	char name[PROGRAM_NAME] = "";

	running = true;
	deferred = STOP_NOT;
	send_said();
	if (p->thread > 0)
		machine_select(p->thread - 1);
	if (stop != STOP_NOT) {
		kernel_program(kernel_env(), name);
		/* It may have gone while its program was not shown. */
		if (stop != STOP_BREAK || breaks_at(pc(), name)) {
			running = false;
			send_stop(stop);
			return;
		}
	}
	if (!emulator.alive)
		report(STOP_GONE);
	else if (p->action == DO_CONTINUE)
		go_on();
	else
		steps(p->start, p->end);
}

/* While it runs, the emulator has written something. */
static void
emulator_event(void)
{
	enum stop stop;

	emulator_input();
	if (emulator.alive && !emulator.at_prompt)
		return;
	stop = stopped(false);
	if (stop == STOP_NOT && is_back(pc()))
		steps_on();
	else if (stop == STOP_NOT)
		go_on();
	else if (running)
		report(stop);
}

static void
interrupt(void)
{
	enum stop stop;

	if (!running)
		return;
	emulator_interrupt();
	stop = stopped(true);
	report(stop == STOP_NOT ? STOP_INTERRUPT : stop);
}

/* ---- gdb's connection ---- */

static void
hang_up(void)
{
	if (client >= 0)
		close(client);
	client = -1;
	no_ack = false;
	rsp.state = RSP_IDLE;
}

/* Let it run without a debugger; gdb can come back. */
static void
detach(void)
{
	hang_up();
	breaks_forget(NULL);
	deferred = STOP_NOT;
	running = true;
	go_on();
}

/* False: the end. */
static bool
packet(void)
{
	static union {
		struct packet p;
		char room[sizeof(struct packet) + RSP_MAX + 1];
	} u;

	if (running) /* it must wait for the stop; nobody does so */
		return true;
	packet_handle(&u.p, &target, rsp.data, rsp.len);
	switch (u.p.action) {
	case DO_REPLY:
		send_packet(u.p.reply, u.p.len);
		no_ack |= u.p.no_ack;
		break;
	case DO_STATUS:
		send_stop(STOP_STEP);
		break;
	case DO_CONTINUE:
	case DO_STEP:
	case DO_RANGE:
		resume(&u.p);
		break;
	case DO_DETACH:
		send_packet(u.p.reply, u.p.len);
		detach();
		break;
	case DO_KILL:
		if (u.p.len > 0)
			send_packet(u.p.reply, u.p.len);
		return false;
	case DO_SILENT:
		break;
	}
	return true;
}

static bool
client_event(void)
{
	char buf[4096];
	ssize_t n = recv(client, buf, sizeof buf, 0);

	if (n <= 0)
		return false; /* gdb was killed: so is the machine */
	for (ssize_t i = 0; i < n && client >= 0; i++) {
		switch (rsp_feed(&rsp, buf[i])) {
		case RSP_PACKET:
			if (!no_ack)
				send_bytes("+", 1);
			if (!packet())
				return false;
			break;
		case RSP_BROKEN:
			if (!no_ack)
				send_bytes("-", 1);
			break;
		case RSP_INTERRUPT:
			interrupt();
			break;
		default:
			break;
		}
	}
	return true;
}

static void
listener_event(void)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC), on = 1;

	if (fd < 0)
		return;
	if (client >= 0) { /* one at a time */
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	client = fd;
	if (running) { /* it was let go: gdb is back */
		emulator_interrupt();
		machine_forget();
		running = false;
		if (!emulator.alive)
			return;
		/* A breakpoint cannot be: detach() has removed them. */
	}
}

static void
serve(void)
{
	enum { LISTENER, CLIENT, OUT, STATUS };

	while (emulator.alive || client >= 0) {
		bool look = running && emulator.alive;
		struct pollfd p[] = {
			[LISTENER] = { listener, POLLIN, 0 },
			[CLIENT] = { client, POLLIN, 0 },
			/* Without POLLIN, for the end alone. */
			[OUT] = { emulator.alive ? emulator.out : -1,
				  look ? POLLIN : 0, 0 },
			[STATUS] = { look ? emulator.status : -1, POLLIN, 0 },
		};

		if (poll(p, 4, -1) < 0 && errno != EINTR)
			return;
		if (look && (p[OUT].revents || p[STATUS].revents))
			emulator_event();
		else if (p[OUT].revents)
			emulator.alive = false;
		if (!emulator.alive && client < 0)
			return;
		if (p[CLIENT].revents && client >= 0 && !client_event())
			return;
		if (p[LISTENER].revents)
			listener_event();
	}
}

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "bridge: %s: %s\n", what, why);
	exit(1);
}

/* Loopback, and nothing else.  Port 0: any; which one is printed. */
static void
listen_on(int port)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t n = sizeof a;
	int on = 1;

	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (listener < 0 || bind(listener, (void *)&a, sizeof a) != 0 ||
	    listen(listener, 1) != 0 ||
	    getsockname(listener, (void *)&a, &n) != 0)
		die("port", strerror(errno));
	printf("port %d\n", ntohs(a.sin_port));
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	int c, port = 0;
	const char *image = NULL, *why;

	while ((c = getopt(argc, argv, "i:o:s:p:t:P:d:v:f:k:")) != -1) {
		switch (c) {
		case 'i':
			emulator.in = atoi(optarg);
			break;
		case 'o':
			emulator.out = atoi(optarg);
			break;
		case 's':
			emulator.status = atoi(optarg);
			break;
		case 'p':
			emulator.pid = atoi(optarg);
			break;
		case 't':
			type_fd = atoi(optarg);
			break;
		case 'P':
			port = atoi(optarg);
			break;
		case 'd':
			program_folder = optarg;
			break;
		case 'v':
			vectors = optarg;
			break;
		case 'k':
			image = optarg;
			break;
		case 'f':
			snprintf(kernel_first, sizeof kernel_first, "%s",
				 optarg);
			break;
		default:
			return 2;
		}
	}
	if (image == NULL || emulator.pid <= 0)
		die("usage", "emu-config/gdb/debug starts this program");
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!kernel_open(image, &why))
		die(image, why);
	if (!emulator_begin())
		die("the emulator", emulator_text());
	if (kernel_symbol("machine_halt", &halt_entry))
		breaks_own(halt_entry);
	strcpy(next, kernel_first);
	target.nthreads = emulator.nmachines;
	listen_on(port);
	serve();
	return 0;
}
