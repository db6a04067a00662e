// SPDX-License-Identifier: MIT
/*
 * GXemul's debugger prompt. It is at the prompt when the preload library
 * has said so on a descriptor of its own and the output ends with the
 * prompt: no text of the emulator or its guest can be mistaken for it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emulator.h"

#define PROMPT	    "GXemul> "
#define COMMAND_MAX 71	      /* GXemul's MAX_CMD_BUFLEN less one */
#define REPLY_LIMIT 30000     /* milliseconds */
#define SETTLE	    1000      /* milliseconds; after it, ask again */
#define TEXT_MAX    (1 << 20) /* kept of what it says while running */

struct emulator emulator = { .in = -1, .out = -1, .status = -1 };

static char *text;
static size_t text_len, text_room;
static char report[256];
static size_t report_len;

static void
gone(void)
{
	emulator.alive = emulator.at_prompt = false;
}

static void
take_text(const char *from, size_t n)
{
	if (text_len > TEXT_MAX) { /* of a flood, the end is enough */
		memmove(text, text + text_len / 2, text_len - text_len / 2);
		text_len -= text_len / 2;
	}
	if (text_len + n + 1 > text_room) {
		text_room = 2 * (text_len + n + 1);
		text = realloc(text, text_room);
		if (text == NULL)
			abort();
	}
	memcpy(text + text_len, from, n);
	text_len += n;
	text[text_len] = 0;
}

static void
take_report(const char *from, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (report_len < sizeof report - 1)
			report[report_len++] = from[i];
		if (from[i] != '\n')
			continue;
		report[report_len] = 0;
		report_len = 0;
		if (strncmp(report, "prompt ", 7) != 0)
			continue;
		emulator.at_prompt = true;
		emulator.nmachines = 0;
		for (char *p = report + 6; (*p == ' ' || *p == ',') &&
					   emulator.nmachines < MAX_MACHINES;)
			emulator.count[emulator.nmachines++] =
				strtoll(p + 1, &p, 10);
	}
}

static bool
ends_with_prompt(void)
{
	size_t n = strlen(PROMPT);

	return text_len >= n && memcmp(text + text_len - n, PROMPT, n) == 0;
}

static void
drain(int fd, void (*take)(const char *, size_t))
{
	char buf[65536];
	struct pollfd p = { .fd = fd, .events = POLLIN };

	while (emulator.alive && poll(&p, 1, 0) > 0) {
		ssize_t n = read(fd, buf, sizeof buf);

		if (n <= 0)
			gone();
		else
			take(buf, n);
	}
}

void
emulator_input(void)
{
	drain(emulator.status, take_report);
	/* The prompt is written before it is reported. */
	drain(emulator.out, take_text);
}

/* Until the prompt, the end, or the limit, after which it is killed. */
static void
wait_prompt(void)
{
	struct pollfd p[2] = {
		{ .fd = emulator.out, .events = POLLIN },
		{ .fd = emulator.status, .events = POLLIN },
	};

	while (emulator.alive && !(emulator.at_prompt && ends_with_prompt())) {
		int n = poll(p, 2, REPLY_LIMIT);

		if (n > 0) {
			emulator_input();
		} else if (n == 0) {
			kill(emulator.pid, SIGKILL);
			gone();
		}
	}
}

bool
emulator_begin(void)
{
	emulator.alive = true;
	take_text("", 0);
	wait_prompt();
	if (emulator.alive)
		emulator_command("quiet on");
	return emulator.alive;
}

void
emulator_run(const char *command)
{
	size_t n = strlen(command);

	text_len = 0;
	text[0] = 0;
	emulator.at_prompt = false;
	for (const char *p = command; emulator.alive && n > 0;) {
		ssize_t k = write(emulator.in, p, n);

		if (k < 0 && errno != EINTR)
			gone();
		if (k > 0) {
			p += k;
			n -= k;
		}
	}
}

const char *
emulator_text(void)
{
	char *end;

	if (ends_with_prompt()) {
		text_len -= strlen(PROMPT);
		text[text_len] = 0;
	}
	end = strchr(text, '\n'); /* of the echo */
	return end != NULL ? end + 1 : text;
}

const char *
emulator_command(const char *format, ...)
{
	char line[COMMAND_MAX + 2];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(line, sizeof line - 1, format, ap);
	va_end(ap);
	if (n < 0 || n > COMMAND_MAX || !emulator.alive)
		return "";
	strcpy(line + n, "\n");
	emulator_run(line);
	wait_prompt();
	return emulator.alive ? emulator_text() : "";
}

/*
 * The signal can come just after the machine has stopped by itself; then it
 * makes a second prompt, and that must be over before the next command.  So
 * a number nobody else has is printed, and the answer waited for.
 */
static void
settle(void)
{
	static unsigned serial = 0x10000;
	char command[40], answer[40];
	struct pollfd p = { .fd = emulator.out, .events = POLLIN };

	while (emulator.alive) {
		snprintf(command, sizeof command, "print 0x%x\n", ++serial);
		snprintf(answer, sizeof answer, "\n0x%x\n" PROMPT, serial);
		emulator_run(command);
		while (emulator.alive && strstr(text, answer) == NULL &&
		       poll(&p, 1, SETTLE) > 0)
			emulator_input();
		if (strstr(text, answer) != NULL)
			break;
	}
	wait_prompt();
}

void
emulator_interrupt(void)
{
	char *kept;

	if (!emulator.alive)
		return;
	kill(emulator.pid, SIGINT);
	wait_prompt();
	kept = strdup(text);
	settle();
	if (kept != NULL) { /* what was said when it stopped */
		text_len = 0;
		take_text(kept, strlen(kept));
		free(kept);
	}
}
