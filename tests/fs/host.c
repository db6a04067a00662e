/* SPDX-License-Identifier: MIT */
/* The session segment on the host: memory, processes, console. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <aegis/error.h>

#include "host.h"

#define YIELDS_MAX 100000
#define BYTES	   (HOST_BASE - SESSION_BASE + sizeof(struct host_state))

struct process *process_cached;
void (*process_signals)(void); /* nobody handles any */
const u8 *host_archive = (const u8[1024]){ 0 };
u32 host_archive_bytes = 1024;

static int memory = -1;
static int failed;

static void
map(int flags)
{
	if (mmap((void *)SESSION_BASE, BYTES, PROT_READ | PROT_WRITE,
		 flags | MAP_FIXED, memory, 0) == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
}

void
host_begin(void)
{
	if (memory >= 0)
		close(memory);
	memory = memfd_create("session", 0);
	if (memory < 0 || ftruncate(memory, BYTES)) {
		perror("memfd_create");
		exit(2);
	}
	map(MAP_SHARED);
	host->room = SESSION_PAGES;
	for (u32 i = 0; i < SESSION_HEADER; i++)
		session_page(i);
	host_be(1);
}

void
host_private(void)
{
	map(MAP_PRIVATE);
}

void
host_be(u32 name)
{
	u32 i = 0;

	host->self = name;
	process_cached = 0;
	while (host->alive[i] && host->alive[i] != name)
		i++;
	host->alive[i] = name;
}

void
host_end(u32 name)
{
	for (u32 i = 0; host->alive[i]; i++)
		if (host->alive[i] == name)
			host->alive[i] = ~0u;
}

void
host_type(const char *s)
{
	host->typed = s;
	host->shown = 0;
	memset(host->screen, 0, sizeof host->screen);
}

int
session_page(u32 page)
{
	void *at = (void *)(SESSION_BASE + page * (size_t)SESSION_PAGE);

	if (host->present[page])
		return 1;
	if (host->count >= host->room)
		return -ENOSPC;
	memset(at, 0, SESSION_PAGE);
	host->present[page] = 1;
	host->count++;
	return 0;
}

/* What was in it is of no use from now on. */
void
session_page_drop(u32 page)
{
	if (!host->present[page])
		return;
	host->present[page] = 0;
	host->count--;
	memset((void *)(SESSION_BASE + page * (size_t)SESSION_PAGE), 0xdb,
	       SESSION_PAGE);
}

int
host_fork(u32 name)
{
	int r = process_fork(name, (const u32[2]){ 0, 0 });

	return r < 0 ? r : 0;
}

void
host_reap(void)
{
	struct process *p;

	process_lock();
	for (p = session->processes; p;) {
		struct process *dead = p->state >= PROC_DEAD ? p : 0;

		p = p->next;
		if (dead)
			process_forget(dead);
	}
	session_end(0);
}

int
process_accepts(u32 sig)
{
	return sig != 0;
}

void
session_end_child(const u32 cap[2])
{
	(void)cap;
}

u32
session_self(void)
{
	return host->self;
}

const char *
session_program(void)
{
	return "host";
}

int
exos_alive(u32 name)
{
	for (u32 i = 0; host->alive[i]; i++)
		if (host->alive[i] == name)
			return 1;
	return 0;
}

static s32
pause_a_while(u32 name)
{
	(void)name;
	if (++host->yields > YIELDS_MAX)
		session_fail("waits for ever");
	return 0;
}

s32 (*exos_pause)(u32 name) = pause_a_while;

s32
exos_lock(struct exos_lock *l)
{
	u32 owner = l->owner;

	if (owner && exos_alive(owner))
		return AE_EBUSY;
	l->owner = host->self;
	return owner ? EXOS_ORPHAN : 0;
}

u32
session_seconds(void)
{
	return 1000;
}

_Noreturn void
session_fail(const char *why)
{
	printf("not ok - %s\n", why);
	fflush(stdout);
	abort();
}

s32
console_put(const char *s, u32 n)
{
	if (n > 256)
		n = 256;
	for (u32 i = 0; i < n; i++)
		if (host->shown < sizeof host->screen - 1)
			host->screen[host->shown++] = s[i];
	return n;
}

s32
console_get(char *to, u32 n)
{
	u32 i = 0;

	while (i < n && host->typed && *host->typed)
		to[i++] = *host->typed++;
	return i;
}

const u8 *
archive_start(u32 *bytes)
{
	*bytes = host_archive_bytes;
	return host_archive;
}

void
check(int good, const char *fmt, ...)
{
	va_list ap;

	failed |= !good;
	printf("%s - ", good ? "ok" : "not ok");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
}

int
check_result(void)
{
	return failed;
}
