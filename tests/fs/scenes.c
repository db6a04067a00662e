/* SPDX-License-Identifier: MIT */
/* Calls to be cut short: each with what is to be there before. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "scenes.h"

enum { OPEN = 3, LONELY, READS, WRITES }; /* descriptors */
#define DEAD 7				  /* a process that ended */
#define BIG  (9 * SESSION_PAGE)		  /* with a table of pages */

static void
must(int r)
{
	if (r >= 0)
		return;
	printf("not ok - the scene: %s\n", strerror(-r));
	exit(2);
}

static void
make_file(const char *path, u32 bytes)
{
	static const char page[SESSION_PAGE] = "content";
	int fd = fs_open(AT_FDCWD, path, O_CREAT | O_WRONLY, 0666);

	must(fd);
	for (u32 n; bytes; bytes -= n) {
		n = bytes < sizeof page ? bytes : sizeof page;
		must(fs_write(fd, page, n));
	}
	must(fs_close(fd));
}

/* A process begins to unlink a file, and dies. */
static void
die_in_unlink(int committed)
{
	struct walk w;

	host_be(DEAD);
	session_lock();
	must(walk_to(AT_FDCWD, "/tmp/big", WALK_PLAIN, &w));
	dir_remove(w.dir, w.at);
	inode_unlink(w.inode);
	if (committed)
		session->nlog = 0;
	host_be(1);
	host_end(DEAD);
}

void
scene_begin(const struct scene *s)
{
	int fd[2];

	host_begin();
	if (s->fresh)
		return;
	must(fs_chdir("/tmp"));
	make_file("file", 100);
	make_file("big", BIG);
	make_file("other", 5000);
	make_file("lonely", BIG);
	must(fs_mkdir(AT_FDCWD, "dir", 0777));
	must(fs_mkdir(AT_FDCWD, "empty", 0777));
	must(fs_mkdir(AT_FDCWD, "dir/sub", 0777));
	make_file("dir/sub/leaf", 10);
	must(fs_symlink("dir/sub", AT_FDCWD, "link"));
	must(fs_open(AT_FDCWD, "file", O_RDWR, 0) - OPEN);
	must(fs_open(AT_FDCWD, "lonely", O_RDWR, 0) - LONELY);
	must(fs_unlink(AT_FDCWD, "lonely"));
	must(fs_pipe(fd, 0));
	must(fd[1] == WRITES ? 0 : -EBADF);
	must(fs_write(WRITES, "words", 5));
	must(fs_map(OPEN, 1, MAP_WRITES) - 1);
	must(host_fork(DEAD));
	if (s->orphan)
		die_in_unlink(s->orphan == 2);
}

static int
create(void)
{
	return fs_open(AT_FDCWD, "dir/new", O_CREAT | O_RDWR, 0666);
}

static int
truncate_open(void)
{
	return fs_open(AT_FDCWD, "big", O_TRUNC | O_WRONLY, 0);
}

static int
append(void)
{
	return fs_pwrite(OPEN, "more", 4, 100);
}

static int
write_two_pages(void)
{
	static const char bytes[2 * SESSION_PAGE] = "x";

	return fs_pwrite(OPEN, bytes, sizeof bytes, 100);
}

static int
write_far(void)
{
	return fs_pwrite(OPEN, "far", 3, 3000000);
}

static int
truncate_big(void)
{
	return fs_truncate("big", 5000);
}

static int
extend(void)
{
	return fs_truncate("file", 6000);
}

static int
unlink_big(void)
{
	return fs_unlink(AT_FDCWD, "big");
}

static int
unlink_open(void)
{
	return fs_unlink(AT_FDCWD, "file");
}

static int
make_dir(void)
{
	return fs_mkdir(AT_FDCWD, "dir/new", 0777);
}

static int
remove_dir(void)
{
	return fs_rmdir(AT_FDCWD, "empty");
}

static int
make_link(void)
{
	return fs_link(AT_FDCWD, "file", AT_FDCWD, "dir/new", 0);
}

static int
make_symlink(void)
{
	return fs_symlink("somewhere/else", AT_FDCWD, "dir/new");
}

static int
rename_new(void)
{
	return fs_rename(AT_FDCWD, "file", AT_FDCWD, "dir/new");
}

static int
rename_beside(void)
{
	return fs_rename(AT_FDCWD, "link", AT_FDCWD, "new");
}

static int
rename_over(void)
{
	return fs_rename(AT_FDCWD, "file", AT_FDCWD, "big");
}

static int
rename_dir(void)
{
	return fs_rename(AT_FDCWD, "dir/sub", AT_FDCWD, "empty");
}

static int
close_last(void)
{
	return fs_close(LONELY);
}

static int
dup_over_last(void)
{
	return fs_dup2(OPEN, LONELY, 1);
}

static int
duplicate(void)
{
	return fs_dup(OPEN, 10, 0);
}

static int
make_pipe(void)
{
	int fd[2];

	return fs_pipe(fd, O_CLOEXEC);
}

static int
write_pipe(void)
{
	return fs_write(WRITES, "more", 4);
}

static int
read_pipe(void)
{
	char c[3];

	return fs_read(READS, c, sizeof c);
}

static int
close_pipe(void)
{
	return fs_close(WRITES);
}

static int
change_dir(void)
{
	return fs_chdir("link");
}

static int
map_file(void)
{
	return fs_map(LONELY, 0, 0);
}

static int
unmap_file(void)
{
	struct process *p = process_lock();

	mapping_remove(p, p->maps);
	return session_end(0);
}

static int
fork_process(void)
{
	return host_fork(DEAD + 1);
}

static int
end_process(void)
{
	process_end(DEAD);
	return 0;
}

static int
first_call(void)
{
	return fs_write(1, "x", 1);
}

static int
first_path(void)
{
	return fs_access(AT_FDCWD, "/dev/tty", F_OK);
}

const struct scene scenes[] = {
	{ "create a file", .call = create },
	{ "open and truncate", .call = truncate_open },
	{ "append", .call = append },
	{ "write over a page's end", .call = write_two_pages, .steps = 1 },
	{ "write beyond tables of pages", .call = write_far },
	{ "truncate", .call = truncate_big },
	{ "extend", .call = extend },
	{ "unlink", .call = unlink_big },
	{ "unlink an open file", .call = unlink_open },
	{ "mkdir", .call = make_dir },
	{ "rmdir", .call = remove_dir },
	{ "link", .call = make_link },
	{ "symlink", .call = make_symlink },
	{ "rename to a new name", .call = rename_new },
	{ "rename in one directory", .call = rename_beside },
	{ "rename over a file", .call = rename_over },
	{ "rename over a directory", .call = rename_dir },
	{ "close an unlinked file", .call = close_last },
	{ "dup2 over an unlinked file", .call = dup_over_last },
	{ "dup", .call = duplicate },
	{ "pipe", .call = make_pipe },
	{ "write to a pipe", .call = write_pipe },
	{ "read from a pipe", .call = read_pipe },
	{ "close a pipe", .call = close_pipe },
	{ "chdir", .call = change_dir },
	{ "map a file", .call = map_file },
	{ "unmap a file", .call = unmap_file },
	{ "fork", .call = fork_process, .steps = 1 },
	{ "give back what a dead process held", .call = end_process,
	  .steps = 1 },
	{ "take back what a dead process began", .call = duplicate,
	  .orphan = 1 },
	{ "finish what a dead process committed", .call = duplicate,
	  .orphan = 2 },
	{ "the first call", .call = first_call, .fresh = 1, .steps = 1 },
	{ "the first path", .call = first_path, .fresh = 1, .steps = 1 },
};
const unsigned nscenes = sizeof scenes / sizeof *scenes;
