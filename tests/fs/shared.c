/* SPDX-License-Identifier: MIT */
/* Several processes in one segment: what they share, and how they end. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

#define PARENT 1
#define CHILD  2

static u32 blocks_at_first;

static int
leaked(void)
{
	u32 pages, blocks;

	host_reap();
	session_usage(&pages, &blocks);
	return host_check() || blocks != blocks_at_first;
}

static void
begin(void)
{
	u32 pages;

	host_begin();
	fs_access(AT_FDCWD, "/", 0);
	session_usage(&pages, &blocks_at_first);
}

static void
offsets(void)
{
	char c[4];
	int fd, other;

	begin();
	fd = fs_open(AT_FDCWD, "/tmp/f", O_CREAT | O_RDWR, 0666);
	fs_write(fd, "abcdef", 6);
	fs_seek(fd, 0, SEEK_SET);
	other = fs_dup(fd, 0, 0);
	fs_fcntl(other, F_SETFD, FD_CLOEXEC);
	host_fork(CHILD);
	host_be(CHILD);
	check(fs_read(fd, c, 2) == 2 && !memcmp(c, "ab", 2),
	      "a child reads from its parent's file");
	check(fs_fcntl(other, F_GETFD, 0) == FD_CLOEXEC,
	      "descriptor flags are copied");
	fs_fcntl(other, F_SETFD, 0);
	fs_close(fd);
	host_be(PARENT);
	check(fs_read(fd, c, 2) == 2 && !memcmp(c, "cd", 2),
	      "the offset is shared over fork");
	check(fs_read(other, c, 2) == 2 && !memcmp(c, "ef", 2), "and over dup");
	check(fs_fcntl(other, F_GETFD, 0) == FD_CLOEXEC,
	      "descriptor flags are not shared");
	fs_close(fd);
	fs_close(other);
	fs_unlink(AT_FDCWD, "/tmp/f");
	process_end(CHILD);
	check(!leaked(), "all is given back");
}

static void
append(void)
{
	char c[8];
	int one, two;

	begin();
	one = fs_open(AT_FDCWD, "/tmp/f", O_CREAT | O_RDWR | O_APPEND, 0666);
	two = fs_open(AT_FDCWD, "/tmp/f", O_WRONLY | O_APPEND, 0666);
	fs_write(one, "a", 1);
	fs_write(two, "b", 1);
	fs_seek(one, 0, SEEK_SET);
	fs_write(one, "c", 1);
	check(fs_seek(one, 0, SEEK_CUR) == 3 && fs_pread(one, c, 8, 0) == 3 &&
		      !memcmp(c, "abc", 3),
	      "O_APPEND writes at the end, whoever moved it");
	fs_close(one);
	fs_close(two);
	fs_unlink(AT_FDCWD, "/tmp/f");
	check(!leaked(), "all is given back");
}

/* The parent reads, the child holds the other end. */
static void
dying_writer(void)
{
	char c[4];
	int fd[2];

	begin();
	fs_pipe(fd, 0);
	host_fork(CHILD);
	fs_close(fd[1]);
	host_be(CHILD);
	fs_write(fd[1], "x", 1);
	host_be(PARENT);
	check(fs_read(fd[0], c, 4) == 1, "what was written is read");
	fs_fcntl(fd[0], F_SETFL, O_NONBLOCK);
	check(fs_read(fd[0], c, 4) == -EAGAIN, "the writer lives: EAGAIN");
	check(fs_poll(fd[0], POLLIN) == 0, "and poll says nothing");
	fs_fcntl(fd[0], F_SETFL, 0);
	host_end(CHILD);
	check(fs_read(fd[0], c, 4) == 0,
	      "a writer is killed: the reader waits no longer");
	check(fs_poll(fd[0], POLLIN) & POLLHUP, "and poll says POLLHUP");
	fs_close(fd[0]);
	check(!leaked(), "all is given back");
}

static void
dying_reader(void)
{
	static const char many[2 * SESSION_PAGE] = "x";
	int fd[2], r;

	begin();
	fs_pipe(fd, 0);
	host_fork(CHILD);
	fs_close(fd[0]);
	host_end(CHILD);
	r = fs_write(fd[1], many, sizeof many);
	check(r == SESSION_PAGE, "a reader is killed while the writer waits");
	check(fs_write(fd[1], many, 1) == -EPIPE, "then it is EPIPE");
	check(fs_poll(fd[1], POLLOUT) & POLLERR, "and poll says POLLERR");
	fs_close(fd[1]);
	check(!leaked(), "all is given back");
}

static void
pipe_limits(void)
{
	static char many[SESSION_PAGE];
	int fd[2], i, r = 0;

	begin();
	fs_pipe(fd, O_NONBLOCK);
	check(fs_write(fd[1], many, sizeof many) == SESSION_PAGE,
	      "a pipe takes a page");
	check(fs_write(fd[1], many, 1) == -EAGAIN, "then it is full");
	fs_read(fd[0], many, FS_PIPE_BUF - 1);
	check(fs_write(fd[1], many, FS_PIPE_BUF) == -EAGAIN,
	      "PIPE_BUF bytes are written whole or not at all");
	check(fs_poll(fd[1], POLLOUT) == 0, "poll waits for PIPE_BUF bytes");
	check(fs_write(fd[1], many, FS_PIPE_BUF + 1) == FS_PIPE_BUF - 1,
	      "more may be written in part");
	for (i = 0; i < 1000 && r >= 0; i++) {
		fs_read(fd[0], many, 1000);
		memset(many, i, 777);
		r = fs_write(fd[1], many, 400);
	}
	check(i == 1000, "round and round");
	check(fs_read(fd[1], many, 1) == -EBADF &&
		      fs_write(fd[0], many, 1) == -EBADF,
	      "each end has its direction");
	check(fs_seek(fd[0], 0, SEEK_SET) == -ESPIPE &&
		      fs_pread(fd[0], many, 1, 0) == -ESPIPE,
	      "a pipe has no offset");
	fs_close(fd[0]);
	fs_close(fd[1]);
	check(!leaked(), "all is given back");
}

/* Children with an unlinked file and a directory of their own die. */
static void
heirs(void)
{
	int fd;

	begin();
	fs_mkdir(AT_FDCWD, "/tmp/d", 0777);
	fs_chdir("/tmp/d");
	fd = fs_open(AT_FDCWD, "f", O_CREAT | O_RDWR, 0666);
	fs_write(fd, "words", 5);
	for (u32 name = CHILD; name < CHILD + 4; name++)
		host_fork(name);
	fs_close(fd);
	fs_chdir("/");
	check(fs_unlink(AT_FDCWD, "/tmp/d/f") == 0 &&
		      fs_rmdir(AT_FDCWD, "/tmp/d") == 0,
	      "a file and a directory that children have");
	check(!host_check() && leaked(), "are still there");
	host_be(CHILD);
	check(fs_open(AT_FDCWD, "new", O_CREAT, 0666) == -ENOENT &&
		      fs_mkdir(AT_FDCWD, "new", 0777) == -ENOENT &&
		      fs_access(AT_FDCWD, "..", 0) == -ENOENT,
	      "nothing can be made in a removed directory");
	check(fs_pread(fd, (char[5]){ 0 }, 5, 0) == 5,
	      "an unlinked file can be read");
	host_be(PARENT);
	for (u32 name = CHILD; name < CHILD + 4; name++)
		host_end(name);
	session_wait();
	check(!leaked(), "all is given back when the last child is dead");
}

static void
tables(void)
{
	int fd = 0, last = 0, pair[2];

	begin();
	while ((fd = fs_open(AT_FDCWD, "/dev/null", O_RDONLY, 0)) >= 0)
		last = fd;
	check(fd == -EMFILE && last == FS_OPEN_MAX - 1,
	      "descriptors until there are no more");
	check(fs_dup(0, 0, 0) == -EMFILE && fs_pipe(pair, 0) == -EMFILE,
	      "dup and pipe find none either");
	fs_close(last);
	check(fs_pipe(pair, 0) == -EMFILE, "a pipe needs two");
	check(fs_dup(0, FS_OPEN_MAX, 0) == -EINVAL &&
		      fs_dup2(0, FS_OPEN_MAX, 0) == -EBADF &&
		      fs_dup2(last, 1, 0) == -EBADF,
	      "descriptors out of range");
	while (last-- > 3)
		fs_close(last);
	check(!leaked(), "all is given back");
}

int
main(void)
{
	offsets();
	append();
	dying_writer();
	dying_reader();
	pipe_limits();
	heirs();
	tables();
	return check_result();
}
