/* SPDX-License-Identifier: MIT */
/*
 * The console as a terminal (POSIX.1-2008 XBD 11): line editing and echo in
 * canonical mode, single bytes in the other.  One line is kept; what is
 * typed after it waits in the kernel.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>

#include "fs.h"

#define tty (&session->tty)

static int
local(u32 flag)
{
	return (tty->attr.c_lflag & flag) != 0;
}

static int
is(char c, u32 which)
{
	char special = tty->attr.c_cc[which];

	return special && c == special; /* 0: there is none */
}

/* Control characters show as ^X, a tab as a space. */
static int
columns(char c)
{
	return c == '\t' || ((unsigned char)c >= ' ' && c != 0x7f) ? 1 : 2;
}

static void
echo(char c)
{
	char shown[2] = { '^', c ^ 0x40 };

	if (c == '\t')
		c = ' ';
	if (!local(ECHO))
		return;
	if (c == '\n' || !local(ICANON) || columns(c) == 1)
		console_put(&c, 1);
	else
		console_put(shown, 2);
}

/* Take the last character of the line back. */
static void
erase(void)
{
	char c = tty->line[tty->count - 1];

	tty->count--;
	if (!local(ECHO))
		return;
	for (int n = columns(c); n; n--)
		console_put("\b \b", 3);
}

static void
forget_line(void)
{
	tty->taken = 0;
	session_barrier(); /* never taken > count */
	tty->count = 0;
	tty->complete = 0;
}

static void
add(char c, u32 room)
{
	if (tty->count == room)
		return;
	echo(c);
	tty->line[tty->count] = c;
	session_barrier();
	tty->count++;
}

/* The signal that a character is, or 0. */
static u32
signal_of(char c)
{
	if (!local(ISIG))
		return 0;
	return is(c, VINTR) ? SIGINT :
	       is(c, VQUIT) ? SIGQUIT :
	       is(c, VSUSP) ? SIGTSTP :
			      0;
}

/* A character of a line being edited. */
static void
edit(char c)
{
	u32 sig = signal_of(c);

	if (is(c, VEOF)) {
		tty->complete = 1;
	} else if (is(c, VERASE) || c == '\b') {
		if (tty->count)
			erase();
	} else if (is(c, VKILL)) {
		while (tty->count)
			erase();
	} else if (sig) {
		echo(c);
		echo('\n');
		forget_line();
		if (tty->pgrp)
			process_post_group(tty->pgrp, sig);
	} else if (c == '\n' || is(c, VEOL)) {
		add(c, TTY_LINE);
		tty->complete = 1;
	} else {
		add(c, TTY_LINE - 1);
	}
}

/* How many bytes of raw input a read waits for. */
static u32
least(void)
{
	return tty->attr.c_cc[VMIN];
}

/* Take from the kernel what has come, until a line is whole.  0 or error. */
static s32
pump(void)
{
	s32 r = 1;
	char c;

	while (!tty->complete && tty->count < TTY_LINE &&
	       (r = console_get(&c, 1)) == 1) {
		if (c == '\r' && tty->attr.c_iflag & ICRNL)
			c = '\n';
		if (local(ICANON))
			edit(c);
		else
			add(c, TTY_LINE);
	}
	return r < 0 ? r : 0;
}

/* Is there something to read, were n bytes asked for? */
static int
readable(u32 n)
{
	u32 there = tty->count - tty->taken;

	if (local(ICANON))
		return tty->complete;
	return there >= (n < least() ? n : least());
}

static s32
take(char *to, u32 n)
{
	s32 r = pump();
	u32 there = tty->count - tty->taken;

	if (!readable(n))
		return r < 0 ? r : -EAGAIN;
	if (n > there)
		n = there;
	memcpy(to, tty->line + tty->taken, n);
	if (n == there)
		forget_line();
	else
		tty->taken += n;
	return n;
}

/*
 * Who is in the background is stopped, and asks again when it goes on; or
 * fails, if it does not hear of it or could not be told to go on.
 */
static s32
take_background(const struct process *p)
{
	if (!process_accepts(SIGTTIN) || process_is_orphaned(p->pgid))
		return -EIO;
	process_post_group(p->pgid, SIGTTIN);
	return -EAGAIN;
}

static s32
tty_read(struct inode *i, char *to, u32 n, u32 *at)
{
	struct process *p = process_lock();

	(void)i, (void)at;
	if (tty->pgrp && p->pgid != tty->pgrp)
		return session_end(take_background(p));
	return session_end(take(to, n));
}

/* Without the lock, so that gate code can speak at any time. */
static s32
tty_write(struct inode *i, const char *from, u32 n, u32 *at, u32 append)
{
	(void)i, (void)at, (void)append;
	return console_put(from, n);
}

static int
tty_poll(struct inode *i, u32 flags)
{
	int ready;

	(void)i, (void)flags;
	session_lock();
	ready = pump() < 0 || readable(1) ? POLLIN | POLLRDNORM : 0;
	return session_end(ready | POLLOUT | POLLWRNORM);
}

/*
 * Who holds the console takes in what is typed while it waits for something
 * else: others can then read it, and signals come through.
 */
void
tty_look(void)
{
	pump();
}

static void
drop_input(void)
{
	char c;

	forget_line();
	while (console_get(&c, 1) == 1)
		;
}

static int
tty_control(u32 request, void *arg)
{
	struct winsize *size = arg;

	switch (request) {
	case TCGETS:
		*(struct termios *)arg = tty->attr;
		return 0;
	case TCSETSF:
		drop_input();
		/* fall through */
	case TCSETS:
	case TCSETSW:
		tty->attr = *(const struct termios *)arg;
		return 0;
	case TCFLSH:
		drop_input();
		return 0;
	case TIOCGPGRP:
		*(int *)arg = tty->pgrp;
		return 0;
	case TIOCSPGRP:
		if (*(const int *)arg <= 0)
			return -EINVAL;
		if (!process_is_group(*(const int *)arg, process_self()->sid))
			return -EPERM;
		tty->pgrp = *(const int *)arg;
		return 0;
	case TIOCGWINSZ:
		*size = (struct winsize){ .ws_row = 24, .ws_col = 80 };
		return 0;
	case FIONREAD:
		pump();
		*(int *)arg = readable(1) ? tty->count - tty->taken : 0;
		return 0;
	}
	return -EINVAL;
}

static int
tty_ioctl(struct inode *i, u32 request, void *arg)
{
	(void)i;
	session_lock();
	return session_end(tty_control(request, arg));
}

const struct file_ops tty_ops = {
	.read = tty_read,
	.write = tty_write,
	.poll = tty_poll,
	.ioctl = tty_ioctl,
};
