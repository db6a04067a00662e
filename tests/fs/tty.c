/* SPDX-License-Identifier: MIT */
/* The line discipline: what is typed, what is read, what is shown. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>

#include "host.h"

static char got[600];

/* Type something, read once without waiting; the screen is compared too. */
static void
line(const char *typed, const char *want, const char *screen, const char *what)
{
	s32 n;

	memset(got, 0, sizeof got);
	host_type(typed);
	n = fs_read(0, got, sizeof got);
	check(n == (s32)strlen(want) && !memcmp(got, want, n) &&
		      !strcmp(host->screen, screen),
	      "%s", what);
}

static void
canonical(void)
{
	line("hello\n", "hello\n", "hello\n", "a line is read and echoed");
	line("hello\r", "hello\n", "hello\n", "Return ends it");
	line("helx\177lo\n", "hello\n", "helx\b \blo\n", "erase");
	line("helx\blo\n", "hello\n", "helx\b \blo\n", "backspace erases too");
	line("\177\177a\n", "a\n", "a\n", "nothing to erase");
	line("ab\025c\n", "c\n", "ab\b \b\b \bc\n", "kill");
	line("ab\003c\n", "c\n", "ab^C\nc\n", "interrupt drops the line");
	line("\001\177a\n", "a\n", "^A\b \b\b \ba\n",
	     "a control character is two columns");
	line("a\tb\n", "a\tb\n", "a b\n", "a tab shows as a space");
	line("\004", "", "", "end of file");
	line("ab\004", "ab", "ab", "end of file after part of a line");
	check(fs_read(0, got, 1) == -EAGAIN, "and then nothing more");
}

static void
parts(void)
{
	host_type("one\ntwo\n");
	check(fs_read(0, got, 2) == 2 && !memcmp(got, "on", 2),
	      "part of a line");
	check(fs_read(0, got, 9) == 2 && !memcmp(got, "e\n", 2),
	      "the rest of it, and no more");
	check(fs_poll(0, POLLIN) == POLLIN, "poll sees the next line");
	check(fs_read(0, got, 9) == 4, "which is read");
	host_type("thr");
	check(fs_poll(0, POLLIN) == 0 && fs_read(0, got, 9) == -EAGAIN,
	      "a line that is not whole waits");
	line("ee\n", "three\n", "ee\n", "until it is");
}

static void
long_line(void)
{
	static char typed[1001], want[TTY_LINE + 1];
	s32 n;

	memset(typed, 'x', sizeof typed - 1);
	typed[sizeof typed - 2] = '\n';
	memset(want, 'x', TTY_LINE - 1);
	host_type(typed);
	n = fs_read(0, got, sizeof got);
	check(n == TTY_LINE && !memcmp(got, want, TTY_LINE - 1) &&
		      got[n - 1] == '\n',
	      "a line that is too long is cut, and ends");
}

static void
raw(void)
{
	struct termios old, t;
	int n;

	check(fs_ioctl(0, TCGETS, &old) == 0 && old.c_lflag & ICANON,
	      "canonical at first");
	t = old;
	t.c_lflag &= ~(ICANON | ECHO);
	t.c_iflag &= ~ICRNL;
	check(fs_ioctl(0, TCSETS, &t) == 0, "raw from now on");
	line("\003\r\177", "\003\r\177", "", "every byte is read, none echoed");
	host_type("abc");
	check(fs_ioctl(0, FIONREAD, &n) == 0 && n == 3, "FIONREAD");
	fs_read(0, got, 3);
	t.c_cc[VMIN] = 3;
	fs_ioctl(0, TCSETS, &t);
	host_type("ab");
	check(fs_read(0, got, 9) == -EAGAIN, "VMIN bytes are waited for");
	check(fs_read(0, got, 2) == 2, "or as many as were asked for");
	t.c_cc[VMIN] = 0;
	fs_ioctl(0, TCSETS, &t);
	check(fs_read(0, got, 9) == 0, "VMIN 0 waits for nothing");
	host_type("typed ahead");
	check(fs_ioctl(0, TCSETSF, &old) == 0 && fs_read(0, got, 9) == -EAGAIN,
	      "TCSAFLUSH drops what was typed");
	line("back\n", "back\n", "back\n", "canonical again");
}

static void
requests(void)
{
	struct winsize size;
	struct termios t;
	int fd;

	check(fs_ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_col == 80,
	      "the size of the window");
	check(fs_ioctl(1, 0x1234, 0) == -EINVAL, "an unknown request");
	check(fs_ioctl(9, TCGETS, &t) == -EBADF, "no such descriptor");
	fd = fs_open(AT_FDCWD, "/dev/null", O_RDWR, 0);
	check(fs_ioctl(fd, TCGETS, &t) == -ENOTTY, "not a terminal");
	fs_close(fd);
	fd = fs_open(AT_FDCWD, "/dev/tty", O_RDWR, 0);
	check(fs_ioctl(fd, TCGETS, &t) == 0, "/dev/tty is one");
	check(fs_write(fd, "out", 3) == 3 && fs_seek(fd, 0, 0) == -ESPIPE,
	      "it is written to and has no offset");
	fs_close(fd);
	check(!host_check(), "the segment is consistent");
}

int
main(void)
{
	host_begin();
	fs_fcntl(0, F_SETFL, O_NONBLOCK);
	canonical();
	parts();
	long_line();
	raw();
	requests();
	return check_result();
}
