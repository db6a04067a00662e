/* SPDX-License-Identifier: MIT */
/*
 * mmap of files: what is seen, who sees what is stored, the errors, and the
 * end of a file under a mapping.
 */
#include <setjmp.h>
#include <sys/mman.h>

#include "../include/signals.h"

#define PAGE AE_PAGE_SIZE
#define BOTH (PROT_READ | PROT_WRITE)

static char text[3 * PAGE];
static sigjmp_buf out;

static void
leave(int sig, siginfo_t *info, void *context)
{
	see_info(sig, info, context);
	siglongjmp(out, 1);
}

/* The signal of a load, or 0. */
static int
load(const volatile char *at)
{
	seen = 0;
	if (!sigsetjmp(out, 1))
		(void)*at;
	return seen;
}

static int
store(volatile char *at, char c)
{
	seen = 0;
	if (!sigsetjmp(out, 1))
		*at = c;
	return seen;
}

static int
make_file(const char *name, u32 size)
{
	int fd = open(name, O_CREAT | O_TRUNC | O_RDWR, 0666);

	for (u32 i = 0; i < sizeof text; i++)
		text[i] = 'a' + i / 7 % 26;
	write(fd, text, size);
	return fd;
}

static char *
map(int fd, u32 len, int prot, int kind, off_t off)
{
	return mmap(0, len, prot, kind, fd, off);
}

static void
errors(void)
{
	int fd = make_file("/tmp/f", PAGE), rd, wr, pipes[2];
	char *p;

	rd = open("/tmp/f", O_RDONLY);
	wr = open("/tmp/f", O_WRONLY);
	fails(map(77, PAGE, PROT_READ, MAP_PRIVATE, 0), EBADF);
	fails(map(wr, PAGE, PROT_READ, MAP_PRIVATE, 0), EACCES);
	fails(map(rd, PAGE, BOTH, MAP_SHARED, 0), EACCES);
	fails(map(fd, 0, BOTH, MAP_SHARED, 0), EINVAL);
	fails(map(fd, PAGE, BOTH, MAP_SHARED, 1), EINVAL);
	fails(map(fd, PAGE, BOTH, MAP_SHARED, -PAGE), EINVAL);
	fails(map(fd, PAGE, BOTH, 0, 0), EINVAL);
	fails(map(fd, PAGE, 8, MAP_SHARED, 0), EINVAL);
	fails(map(fd, 2 * PAGE, BOTH, MAP_SHARED, 0x7ffff000), EOVERFLOW);
	fails(map(fd, 0x10001000, BOTH, MAP_SHARED, 0), ENOMEM);
	fails(mmap((void *)PAGE + 1, PAGE, BOTH, MAP_SHARED | MAP_FIXED, fd, 0),
	      EINVAL);
	pipe(pipes);
	fails(map(pipes[0], PAGE, PROT_READ, MAP_PRIVATE, 0), ENODEV);
	close(pipes[0]);
	close(pipes[1]);
	fails(map(0, PAGE, PROT_READ, MAP_PRIVATE, 0), ENODEV);
	pipes[0] = open("/tmp", O_RDONLY);
	fails(map(pipes[0], PAGE, PROT_READ, MAP_PRIVATE, 0), ENODEV);
	close(pipes[0]);
	p = map(rd, PAGE, PROT_READ, MAP_SHARED, 0);
	fails(mprotect(p, PAGE, BOTH), EACCES);
	gives(store(p, 1), SIGSEGV);
	gives(munmap(p, PAGE), 0);
	p = map(rd, PAGE, BOTH, MAP_PRIVATE, 0);
	good(p != MAP_FAILED, "private, what is read-only may be written");
	gives(munmap(p, PAGE), 0);
	close(fd);
	close(rd);
	close(wr);
}

/* A program's file in the archive is no multiple of anything. */
static void
archive(void)
{
	int fd = open("/bin/mmap_files", O_RDONLY), same = 1;
	struct stat st;
	char *p, *q;
	u32 end;

	fstat(fd, &st);
	end = (st.st_size + PAGE - 1) & ~(PAGE - 1);
	p = map(fd, end + PAGE, BOTH, MAP_PRIVATE, 0);
	q = map(fd, PAGE, PROT_READ, MAP_SHARED, PAGE);
	for (u32 at = 0; at < (u32)st.st_size; at += sizeof text) {
		int n = read(fd, text, sizeof text);

		same &= !memcmp(p + at, text, n);
	}
	good(same, "a file of the archive is what it is when read");
	good(!memcmp(p + PAGE, q, PAGE), "from an offset, too");
	good(!memcmp(p, "\177ELF", 4), "it begins as a program does");
	same = 1;
	for (u32 at = st.st_size; at < end; at++)
		same &= !p[at];
	good(same, "zeros behind its end");
	gives(load(p + end), SIGBUS);
	good(seen_info.si_code == BUS_ADRERR && seen_info.si_addr == p + end,
	     "SIGBUS says where");
	gives(store(p + PAGE, '#'), 0);
	good(p[PAGE] == '#' && q[0] != '#', "what is stored is private");
	gives(madvise(p, PAGE * 2, MADV_DONTNEED), 0);
	good(p[PAGE] == q[0], "and gone with MADV_DONTNEED");
	gives(store(q, 1), SIGSEGV);
	gives(munmap(p, end + PAGE), 0);
	gives(munmap(q, PAGE), 0);
	close(fd);
}

static void private(void)
{
	int fd = make_file("/tmp/f", 2 * PAGE + 5);
	char *p = map(fd, 3 * PAGE, BOTH, MAP_PRIVATE, 0), c;

	close(fd);
	good(!memcmp(p, text, 2 * PAGE + 5), "a file in memory, private");
	good(!p[2 * PAGE + 5] && !p[3 * PAGE - 1], "zeros behind its end");
	gives(store(p + PAGE + 1, '#'), 0);
	fd = open("/tmp/f", O_RDWR);
	gives(pread(fd, &c, 1, PAGE + 1), 1);
	good(c == text[PAGE + 1] && p[PAGE + 1] == '#' &&
		     p[PAGE + 2] == text[PAGE + 2],
	     "a store makes a copy of the page");
	gives(mprotect(p, 3 * PAGE, PROT_READ), 0);
	gives(store(p, 1), SIGSEGV);
	gives(store(p + PAGE + 1, 1), SIGSEGV);
	gives(mprotect(p, PAGE, BOTH), 0);
	gives(store(p, '!'), 0);
	gives(pread(fd, &c, 1, 0), 1);
	good(c == text[0] && p[0] == '!', "protected and given back: a copy");
	gives(munmap(p, 3 * PAGE), 0);
	gives(lseek(fd, 8 * PAGE, SEEK_SET), 8 * PAGE);
	gives(write(fd, "x", 1), 1);
	p = map(fd, 2 * PAGE, BOTH, MAP_PRIVATE, 4 * PAGE);
	good(!p[0] && !p[PAGE], "a hole is zeros");
	gives(store(p, 1), 0);
	gives(munmap(p, 2 * PAGE), 0);
	close(fd);
}

static char *shared;

static void
store_there(void)
{
	shared[1] = 'C';
	shared[PAGE] = 'D';
}

static void
sharing(void)
{
	int fd = make_file("/tmp/f", 2 * PAGE);
	char got[4], *p = map(fd, 2 * PAGE, BOTH, MAP_SHARED, 0);
	char *q = map(fd, PAGE, PROT_READ, MAP_SHARED, PAGE);

	shared = p;
	p[0] = 'A';
	gives(pread(fd, got, 1, 0), 1);
	good(got[0] == 'A', "a store to a shared mapping is in the file");
	gives(pwrite(fd, "B", 1, PAGE + 3), 1);
	good(p[PAGE + 3] == 'B' && q[3] == 'B', "and what is written in it");
	gives(status_of(store_there), 0);
	good(p[1] == 'C' && q[0] == 'D', "a child's stores, too");
	gives(msync(p, 2 * PAGE, MS_SYNC), 0);
	gives(unlink("/tmp/f"), 0);
	close(fd);
	good(p[1] == 'C' && p[PAGE + 5] == text[PAGE + 5],
	     "it stays when the file has neither name nor descriptor");
	gives(munmap(p, PAGE), 0);
	good(p[PAGE] == 'D', "and while part of it is mapped");
	gives(munmap(p + PAGE, PAGE), 0);
	gives(munmap(q, PAGE), 0);
	gives(load(q), SIGSEGV);
}

/* A file call in whose middle pages of a mapped file are touched. */
static void
in_calls(void)
{
	int fd = make_file("/tmp/f", 2 * PAGE), to;
	char *p = map(fd, 2 * PAGE, BOTH, MAP_SHARED, 0);

	to = open("/tmp/g", O_CREAT | O_TRUNC | O_RDWR, 0666);
	gives(write(to, p, 2 * PAGE), 2 * PAGE);
	gives(madvise(p, 2 * PAGE, MADV_DONTNEED), 0);
	gives(pread(to, p + 9, PAGE, PAGE), PAGE);
	good(!memcmp(p + 9, text + PAGE, PAGE), "read into a mapped file");
	gives(madvise(p, 2 * PAGE, MADV_DONTNEED), 0);
	gives(pwrite(fd, p + 9, PAGE, 9), PAGE);
	gives(munmap(p, 2 * PAGE), 0);
	gives(mmap((void *)EXOS_FREE, PAGE, BOTH, MAP_SHARED | MAP_FIXED, fd,
		   0) != (void *)EXOS_FREE,
	      0);
	gives(mmap((void *)EXOS_FREE, PAGE, BOTH, MAP_PRIVATE | MAP_FIXED, to,
		   0) != (void *)EXOS_FREE,
	      0);
	good(*(char *)EXOS_FREE == text[0], "MAP_FIXED takes the place");
	gives(munmap((void *)EXOS_FREE, PAGE), 0);
	close(fd);
	close(to);
	unlink("/tmp/g");
}

static volatile char *cut;

static void
look_later(void)
{
	struct sigaction a = { .sa_sigaction = leave, .sa_flags = SA_SIGINFO };

	sigaction(SIGBUS, &a, 0);
	if (load(cut + PAGE))
		_exit(1);
	kill(getppid(), SIGUSR1);
	for (u32 start = exos_info->ticks; exos_info->ticks - start < 320;)
		if (load(cut + PAGE) == SIGBUS)
			_exit(load(cut) ? 2 : 0);
	_exit(3);
}

static void
truncated(void)
{
	int fd = make_file("/tmp/f", 3 * PAGE), kind = MAP_SHARED;
	sigset_t usr1 = 1u << SIGUSR1, old;
	char *p;
	pid_t pid;
	int sig;

	for (int round = 0; round < 2; round++, kind = MAP_PRIVATE) {
		ftruncate(fd, 3 * PAGE);
		p = map(fd, 3 * PAGE, BOTH, kind, 0);
		p[PAGE] = p[2 * PAGE] = 'x';
		gives(ftruncate(fd, PAGE + 1), 0);
		gives(load(p + 2 * PAGE), SIGBUS);
		gives(load(p + PAGE), 0);
		gives(ftruncate(fd, 3 * PAGE), 0);
		gives(load(p + 2 * PAGE), 0);
		good(!p[2 * PAGE] && !p[PAGE + 1], "longer again: zeros");
		gives(truncate("/tmp/f", 0), 0);
		gives(load(p), SIGBUS);
		gives(munmap(p, 3 * PAGE), 0);
	}
	gives(pwrite(fd, text, 2 * PAGE, 0), 2 * PAGE);
	cut = map(fd, 2 * PAGE, BOTH, MAP_SHARED, 0);
	sigprocmask(SIG_BLOCK, &usr1, &old);
	pid = fork();
	if (pid == 0)
		look_later();
	sigwait(&usr1, &sig);
	gives(ftruncate(fd, 1), 0);
	gives(reap(pid), 0);
	sigprocmask(SIG_SETMASK, &old, 0);
	gives(load(cut + PAGE), SIGBUS);
	gives(ftruncate(fd, 2 * PAGE), 0);
	good(!cut[PAGE] && !cut[1] && cut[0] == text[0],
	     "cut off elsewhere and longer again: zeros");
	gives(munmap((void *)cut, 2 * PAGE), 0);
	close(fd);
	gives(unlink("/tmp/f"), 0);
}

static void
die_with_it(void)
{
	int fd = make_file("/tmp/h", 2 * PAGE);

	map(fd, 2 * PAGE, BOTH, MAP_SHARED, 0)[0] = 1;
	map(fd, 2 * PAGE, BOTH, MAP_PRIVATE, 0)[0] = 1;
	unlink("/tmp/h");
	raise(SIGKILL);
}

static void
exec_with_it(void)
{
	int fd = make_file("/tmp/h", 2 * PAGE);

	map(fd, 2 * PAGE, BOTH, MAP_SHARED, 0)[0] = 1;
	unlink("/tmp/h");
	execl("/bin/true", "true", (char *)0);
}

static void
devices(void)
{
	int fd = open("/dev/zero", O_RDWR);
	char *p = map(fd, PAGE, BOTH, MAP_PRIVATE, 0);

	good(p != MAP_FAILED && !p[9] && !store(p + 9, 1) && p[9] == 1,
	     "/dev/zero is anonymous memory");
	gives(munmap(p, PAGE), 0);
	close(fd);
	fd = open("/dev/null", O_RDWR);
	fails(map(fd, PAGE, BOTH, MAP_PRIVATE, 0), ENODEV);
	close(fd);
}

static void
test(void)
{
	struct sigaction a = { .sa_sigaction = leave, .sa_flags = SA_SIGINFO };

	sigaction(SIGBUS, &a, 0);
	sigaction(SIGSEGV, &a, 0);
	errors();
	archive();
	private();
	sharing();
	in_calls();
	truncated();
	devices();
	gives(WTERMSIG(status_of(die_with_it)), SIGKILL);
	gives(status_of(exec_with_it), 0);
}

int
main(void)
{
	return posix_main(test);
}
