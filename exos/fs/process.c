/* SPDX-License-Identifier: MIT */
/*
 * The processes of the session: who they are to each other, and what each
 * holds (descriptors, working directory, file mode mask).  It lies in the
 * segment and not in the process, so that fork is a copy, exec keeps it, and
 * what a killed process held is found.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>

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

struct process *
process_by_pid(u32 pid)
{
	struct process *p = session->processes;

	while (p && p->pid != pid)
		p = p->next;
	return p;
}

/* A number that is no process's, nor a group's; nor 1, for kill(-1) and
 * waitpid(-1) mean everybody. */
static u32
new_pid(void)
{
	u32 pid = session->last_pid;
	struct process *p;

	do {
		pid = pid % PID_MAX + 1;
		for (p = session->processes; p; p = p->next)
			if (p->pid == pid || p->ppid == pid || p->pgid == pid ||
			    p->sid == pid)
				break;
	} while (p || pid == 1);
	session_set(session->last_pid, pid);
	return pid;
}

static void
set_command(struct process *p, const char *program)
{
	char command[EXOS_COMMAND] = { 0 };
	u32 word;

	strncpy(command, program, sizeof command - 1);
	for (u32 i = 0; i < EXOS_COMMAND / 4; i++) {
		memcpy(&word, command + 4 * i, 4);
		session_set(p->command[i], word);
	}
}

static struct process *
record_new(u32 name)
{
	struct process **at = find(name);
	struct process *p = block_alloc(sizeof *p);

	if (!p)
		return 0;
	p->name = p->first = name;
	p->pid = p->pgid = p->sid = new_pid();
	if (!session->tty.pgrp) /* the first one has the terminal */
		session_set(session->tty.pgrp, p->pgid);
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
	set_command(p, session_program());
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

void
process_making(const u32 cap[2])
{
	struct process *p = process_lock();

	session_set(p->making[0], cap[0]);
	session_set(p->making[1], cap[1]);
	session_end(0);
}

static void
made(struct process *p)
{
	session_set(p->making[0], 0);
	session_set(p->making[1], 0);
}

/* Close what a process has open, one descriptor a transaction. */
static void
close_all(struct process *p)
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
	while (p->maps)
		mapping_remove(p, p->maps);
	if (p->args) {
		char *args = p->args;

		session_set(p->args, 0);
		page_free(args);
	}
	session_settle();
}

void
process_forget(struct process *p)
{
	struct process **at = &session->processes;

	while (*at != p)
		at = &(*at)->next;
	session_set(*at, p->next);
	block_free(p);
	session_settle();
}

/*
 * One descriptor a transaction.  A child that never came to life is found
 * dead, and what it was given so far is given back.
 */
int
process_fork(u32 name, const u32 cap[2])
{
	struct process *p = process_lock(), *child = record_new(name);
	u32 pid;

	if (!child)
		return session_end(-ENOMEM);
	made(p);
	child->cap[0] = cap[0];
	child->cap[1] = cap[1];
	child->ppid = p->pid;
	child->pgid = p->pgid;
	child->sid = p->sid;
	child->umask = p->umask;
	memcpy(child->command, p->command, sizeof child->command);
	pid = child->pid;
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
	if (mapping_copy(child, p)) {
		session_rollback();
		close_all(child);
		process_forget(child);
		return session_end(-ENOMEM);
	}
	session_end(0);
	return pid;
}

int
process_move(u32 name, const u32 cap[2], const char *program)
{
	struct process *p = process_lock();

	session_set(p->cap[0], cap[0]);
	session_set(p->cap[1], cap[1]);
	session_set(p->name, name);
	set_command(p, program);
	made(p);
	return session_end(0);
}

int
process_args_room(void)
{
	struct process *p = process_lock();
	char *page = page_alloc();

	if (!page)
		return session_end(-ENOMEM);
	session_set(p->args, page);
	return session_end(0);
}

char *
process_args(void)
{
	return process_self()->args;
}

void
process_args_taken(void)
{
	struct process *p = process_lock();
	char *args = p->args;

	session_set(p->args, 0);
	page_free(args);
	session_end(0);
}

#define BIT(sig) (1u << (sig))
#define STOPS	 (BIT(SIGSTOP) | BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU))

/* Going on and stopping undo each other; what a child's end tells stays. */
void
process_post(struct process *p, u32 sig, struct origin from)
{
	u32 undone = sig == SIGCONT   ? STOPS :
		     BIT(sig) & STOPS ? BIT(SIGCONT) :
					0;

	if (p->pending & BIT(SIGCHLD) && sig == SIGCHLD &&
	    from.code == CLD_STOPPED)
		return;
	session_set(p->origin[sig], from);
	session_set(p->pending, (p->pending & ~undone) | BIT(sig));
}

static int
is_over(const struct process *p)
{
	return p->state >= PROC_DEAD;
}

struct process *
process_parent(const struct process *p)
{
	struct process *parent = process_by_pid(p->ppid);

	return parent && !is_over(parent) ? parent : 0;
}

int
process_is_group(u32 pgid, u32 sid)
{
	struct process *p = session->processes;

	while (p && (p->pgid != pgid || p->sid != sid))
		p = p->next;
	return p != 0;
}

int
process_is_orphaned(u32 pgid)
{
	for (struct process *p = session->processes; p; p = p->next) {
		struct process *parent = process_parent(p);

		if (p->pgid == pgid && !is_over(p) && parent &&
		    parent->pgid != pgid && parent->sid == p->sid)
			return 0;
	}
	return 1;
}

void
process_post_group(u32 pgid, u32 sig)
{
	for (struct process *p = session->processes; p; p = p->next) {
		if (p->pgid != pgid || is_over(p))
			continue;
		process_post(p, sig, (struct origin){ .code = SI_KERNEL });
		session_commit();
	}
}

/* What SIGCHLD tells of a status. */
static struct origin
end_of(const struct process *p, u32 status)
{
	u32 sig = status & 0x7f;

	return (struct origin){
		.pid = p->pid,
		.code = sig || p->state == PROC_DEAD ? CLD_KILLED : CLD_EXITED,
		.status = sig ? sig : status >> 8,
	};
}

/* A process has ended.  Its parent can ask how. */
static void
bury(struct process *p, u32 state, u32 status)
{
	struct process *parent = process_parent(p);

	close_all(p);
	session_set(p->status, status);
	session_set(p->state, state);
	if (parent)
		process_post(parent, SIGCHLD, end_of(p, status));
	session_settle();
}

void
process_bury(struct process *p)
{
	if (p->making[0] | p->making[1])
		session_end_child(p->making);
	bury(p, PROC_DEAD, p->status);
}

void
process_end(u32 name)
{
	struct process *p;

	session_lock();
	p = *find(name);
	if (p) {
		close_all(p);
		process_forget(p);
	}
	session_end(0);
}

void
process_exit(u32 status)
{
	struct process *p = process_lock();

	bury(p, PROC_ZOMBIE, status);
	session_end(0);
}

volatile struct handled process_handled;

void
process_look(void)
{
	if (process_signals)
		process_signals();
}

void
process_raise(u32 sig)
{
	struct process *p = process_lock();

	process_post(p, sig, (struct origin){ .code = SI_KERNEL });
	session_end(0);
	process_look();
}

/* Nobody will ask about it; the session's first process asks itself (exec). */
static int
has_nobody(const struct process *p)
{
	return p->ppid && !process_parent(p);
}

/* The first that died without a word, or that nobody will ask about. */
static struct process *
first_dead(void)
{
	struct process *p = session->processes;

	while (p && (is_over(p) ? !has_nobody(p) : exos_alive(p->name)))
		p = p->next;
	return p;
}

void
session_wait(void)
{
	struct process *p;

	session_lock();
	while ((p = first_dead())) {
		if (is_over(p)) {
			process_forget(p);
			continue;
		}
		process_bury(p);
	}
	tty_look();
	session_end(0);
	process_look();
	exos_pause(0);
	process_look();
}
