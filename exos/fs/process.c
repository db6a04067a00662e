/* SPDX-License-Identifier: MIT */
/*
 * What each process of the session holds: descriptors, working directory,
 * file mode mask.  It lies in the segment and not in the process, so that
 * fork is a copy, exec keeps it, and what a killed process held is found.
 */
#include <errno.h>
#include <fcntl.h>

#include "fs.h"

/* The link that leads to a process's record, or the end of the list. */
static struct process **
find(u32 name)
{
	struct process **at = &session->processes;

	while (*at && (*at)->name != name)
		at = &(*at)->next;
	return at;
}

static struct process *
record_new(u32 name)
{
	struct process **at = find(name);
	struct process *p = block_alloc(sizeof *p);

	if (!p)
		return 0;
	p->name = name;
	session_set(*at, p);
	return p;
}

/* The console, which has a name only when somebody asks for names. */
static struct inode *
console(void)
{
	if (!session->console) {
		struct inode *i = inode_new(INODE_CONSOLE, S_IFCHR | 0666);

		if (!i)
			return 0;
		i->refs = 1;
		session_set(session->console, i);
	}
	return session->console;
}

/* A process that inherited nothing: the console on 0, 1 and 2. */
static int
first(void)
{
	struct process *p = record_new(session_self());
	struct inode *i = console();
	struct file *f = i ? file_new(i, O_RDWR) : 0;

	if (!p || !f)
		return -ENOSPC;
	f->refs = 3;
	p->umask = 022;
	for (int fd = 0; fd < 3; fd++)
		p->file[fd] = f;
	return 0;
}

struct process *
process_self(void)
{
	u32 name = session_self();
	struct process *p = process_cached;

	if (p && p->name == name)
		return p;
	session_lock();
	if (session_end(*find(name) ? 0 : first()) < 0)
		session_fail("no memory for descriptors");
	return process_cached = *find(name);
}

struct process *
process_lock(void)
{
	struct process *p = process_self();

	session_lock();
	return p;
}

/*
 * One descriptor a transaction.  A child that never came to life is found
 * dead, and what it was given so far is given back.
 */
int
process_fork(u32 name)
{
	struct process *p = process_lock(), *child = record_new(name);

	if (!child)
		return session_end(-ENOMEM);
	child->umask = p->umask;
	if (p->cwd) {
		session_set(p->cwd->refs, p->cwd->refs + 1);
		child->cwd = p->cwd;
	}
	for (int fd = 0; fd < FS_OPEN_MAX; fd++) {
		struct file *f = p->file[fd];
		int cloexec = p->cloexec[fd / 32] >> fd % 32 & 1;

		session_commit();
		if (!f)
			continue;
		session_set(f->refs, f->refs + 1);
		descriptor_set(child, fd, f, cloexec);
	}
	return session_end(0);
}

static void
release(struct process *p)
{
	for (int fd = 0; fd < FS_OPEN_MAX; fd++) {
		struct file *f = p->file[fd];

		if (!f)
			continue;
		descriptor_set(p, fd, 0, 0);
		file_put(f);
		session_settle();
	}
	if (p->cwd) {
		struct inode *cwd = p->cwd;

		session_set(p->cwd, 0);
		inode_put(cwd);
	}
	session_set(*find(p->name), p->next);
	block_free(p);
	session_settle();
}

void
process_end(u32 name)
{
	struct process *p;

	session_lock();
	p = *find(name);
	if (p)
		release(p);
	session_end(0);
}

void
session_wait(void)
{
	struct process *p;

	session_lock();
	for (p = session->processes; p;) {
		struct process *dead = exos_alive(p->name) ? 0 : p;

		p = p->next;
		if (dead)
			release(dead);
	}
	session_end(0);
	exos_pause(0);
}
