// SPDX-License-Identifier: MIT
/*
 * Between gdb's remote serial protocol on a loopback port and GXemul's
 * debugger prompt (gdb manual, appendix E).
 *
 * emu-config/gdb/debug starts the emulator and this program, and passes the
 * descriptors. This file has the options, the loop that waits for either
 * side, and what packets ask for. packet.c understands packets, run.c runs
 * the machine, stop.c says why it has stopped; machine.c and kernel.c read
 * it, monitor.c shows it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "breaks.h"
#include "client.h"
#include "emulator.h"
#include "kernel.h"
#include "machine.h"
#include "monitor.h"
#include "programs.h"
#include "rsp.h"
#include "run.h"
#include "stop.h"
#include "target.h"
#include "watch.h"

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
	breaks_add(va, program_shown());
	return true;
}

static bool
remove_break(uint32_t va)
{
	breaks_remove(va, program_shown());
	return true;
}

static bool
change_watch(int kind, uint32_t va, uint32_t n, bool add)
{
	return watch_change(kind, va, n, add);
}

static bool
monitor_line(const char *line)
{
	client_flush();
	monitor_command(line);
	client_flush();
	return true;
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

static const char *
document(const char *object, const char *annex)
{
	if (strcmp(object, "libraries") == 0)
		return program_libraries(annex);
	if (strcmp(object, "features") == 0 &&
	    (annex == NULL || strcmp(annex, "target.xml") == 0))
		return target_description();
	return NULL;
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

/* False: the end. */
static bool
packet(const char *data, size_t n)
{
	static union {
		struct packet p;
		char room[sizeof(struct packet) + RSP_MAX + 1];
	} u;

	if (running) /* it must wait for the stop; nobody does so */
		return true;
	packet_handle(&u.p, &target, data, n);
	switch (u.p.action) {
	case DO_REPLY:
		client_send(u.p.reply, u.p.len);
		if (u.p.no_ack)
			client_no_ack();
		break;
	case DO_STATUS:
		stop_send(STOP_STEP);
		break;
	case DO_CONTINUE:
	case DO_STEP:
	case DO_RANGE:
		run_resume(&u.p);
		break;
	case DO_DETACH:
		client_send(u.p.reply, u.p.len);
		client_hang_up();
		run_freely();
		break;
	case DO_KILL:
		if (u.p.len > 0)
			client_send(u.p.reply, u.p.len);
		return false;
	case DO_SILENT:
		break;
	}
	return true;
}

/* ---- waiting ---- */

static void
serve(void)
{
	enum { LISTENER, CLIENT, OUT, STATUS };

	while (emulator.alive || client_fd >= 0) {
		bool look = running && emulator.alive;
		struct pollfd p[] = {
			[LISTENER] = { client_listener, POLLIN, 0 },
			[CLIENT] = { client_fd, POLLIN, 0 },
			/* Without POLLIN, for the end alone. */
			[OUT] = { emulator.alive ? emulator.out : -1,
				  look ? POLLIN : 0, 0 },
			[STATUS] = { look ? emulator.status : -1, POLLIN, 0 },
		};

		if (poll(p, 4, -1) < 0 && errno != EINTR)
			return;
		if (look && (p[OUT].revents || p[STATUS].revents))
			run_event();
		else if (p[OUT].revents)
			emulator.alive = false;
		if (!emulator.alive && client_fd < 0)
			return;
		/* When gdb is killed, so is the machine. */
		if (p[CLIENT].revents && client_fd >= 0 &&
		    !client_input(packet, run_interrupt))
			return;
		if (p[LISTENER].revents && client_accept() && running)
			run_seize(); /* after a detach */
	}
}

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "bridge: %s: %s\n", what, why);
	exit(1);
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
			monitor_type_fd = atoi(optarg);
			break;
		case 'P':
			port = atoi(optarg);
			break;
		case 'd':
			program_folder = optarg;
			break;
		case 'v':
			program_vectors = optarg;
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
	stop_init();
	program_show(kernel_first);
	target.nthreads = emulator.nmachines;
	port = client_listen(port);
	if (port < 0)
		die("port", strerror(errno));
	printf("port %d\n", port);
	fflush(stdout);
	serve();
	return 0;
}
