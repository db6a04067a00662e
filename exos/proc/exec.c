/* SPDX-License-Identifier: MIT */
/*
 * exec: the process goes on in a new environment, and the old one ends.  An
 * environment's handlers and pinned pages are given once, when it is made, so
 * another program cannot take them over; but the process, its number and its
 * descriptors are in the session segment.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "private.h"
#include "process.h"

static int
add_words(char **to, const char *end, char *const words[])
{
	int n = 0;

	for (; words && words[n]; n++) {
		u32 bytes = strlen(words[n]) + 1;

		if (bytes > (u32)(end - *to))
			return -E2BIG;
		memcpy(*to, words[n], bytes);
		*to += bytes;
	}
	return n;
}

static int
fill_words(struct process_words *w, char *const argv[],
	   char *const environment[])
{
	char *to = w->text;
	int argc = add_words(&to, w->text + sizeof w->text, argv), envc;

	if (argc < 0)
		return argc;
	envc = add_words(&to, w->text + sizeof w->text, environment);
	if (envc < 0)
		return envc;
	w->argc = argc;
	w->envc = envc;
	process_leave_signals(w);
	return 0;
}

/* Which program a path names: 0, its file and its name, or why none. */
static int
find(const char *path, const struct ae_elf **elf, const char **program)
{
	struct walk w;
	int e;

	process_lock();
	e = walk_to(AT_FDCWD, path, WALK_FOLLOW, &w);
	if (!e && !S_ISREG(w.inode->mode))
		e = -EACCES;
	if (!e && !(w.inode->mode & 0111))
		e = -EACCES;
	if (!e && w.inode->type != INODE_ARCHIVE)
		e = -ENOEXEC; /* programs are loaded from the archive only */
	if (!e) {
		*elf = exos_program_at(w.inode->offset, program);
		if (!*elf)
			e = -ENOEXEC;
	}
	/* The tree of the archive's files is made when it is first asked. */
	return session_end(e == -ENOSPC ? -ENOMEM : e);
}

/* The words, in a page that this process has for them from the first. */
static int
leave_words(char *const argv[], char *const environment[])
{
	int e = process_args_room();

	return e ? e :
		   fill_words((struct process_words *)process_args(), argv,
			      environment);
}

static void
close_on_exec(void)
{
	struct process *p = process_lock();

	while (p->maps)
		mapping_remove(p, p->maps);
	session_end(0);

	for (int fd = 0; fd < FS_OPEN_MAX; fd++)
		if (p->file[fd] && p->cloexec[fd / 32] >> fd % 32 & 1)
			fs_close(fd);
}

/* Where a process is now: 0; or how it ended, as wait has it. */
static int
look(u32 pid, u32 *name, u32 *status)
{
	const struct process *p;
	int over;

	session_look_anew();
	session_lock();
	p = process_by_pid(pid);
	over = !p || p->state >= PROC_DEAD || !exos_alive(p->name);
	*status = p && p->state >= PROC_DEAD ? p->status : SIGKILL;
	*name = p ? p->name : 0;
	return session_end(over);
}

/*
 * The first environment's end is the machine's, so it waits for its process,
 * which may go on to yet another environment.
 */
static _Noreturn void
outlive(u32 pid, u32 name)
{
	u32 status;
	s32 said;

	do
		said = exos_wait(name);
	while (!look(pid, &name, &status));
	if (said < 0) /* it was not our child */
		said = WIFEXITED(status) ? WEXITSTATUS(status) : AE_EXIT_KILLED;
	exos_exit(said);
}

/* The environment of a program, which has no slice yet: its name. */
static int
prepare(const struct ae_elf *elf, const char *program, struct child *c)
{
	char *words[2] = { (char *)program, 0 };
	s32 name;
	int e;

	child_begin(c);
	c->shares = 1;
	exos_cap_new(&c->env);
	process_making((u32 *)&c->env);
	name = child_program(c, elf, 1, words);
	if (name < 0)
		return -ENOMEM;
	e = session_hand_over(name, &c->env);
	if (!e)
		return name;
	ae_env_free(name, 0);
	return e;
}

int
process_replace(const char *path, char *const argv[], char *const environment[])
{
	struct child c;
	const struct ae_elf *elf = 0;
	const char *program = 0;
	int e = find(path, &elf, &program), name;
	u32 pid;

	if (e)
		return e;
	e = leave_words(argv, environment);
	name = e ? e : prepare(elf, program, &c);
	if (name < 0) {
		if (process_args())
			process_args_taken();
		return name;
	}
	/* No way back; signals are the new program's. */
	exos_pin->preempt = 0;
	pid = process_self()->pid;
	close_on_exec();
	if (exos_info->console == exos_self)
		ae_cons_give(name);
	process_move(name, (u32 *)&c.env, program);
	if (ae_slice_alloc(AE_SLICE_ANY, c.cap.lo, c.cap.hi, name, 0, 0) < 0)
		ae_env_free(name, 0);
	if (exos_self == exos_info->boot_env)
		outlive(pid, name);
	exos_exit(0);
}
