/* SPDX-License-Identifier: MIT */
/* The terminal interface over ioctl. */
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "private.h"

int
ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	int r;

	va_start(ap, request);
	r = fs_ioctl(fd, request, va_arg(ap, void *));
	va_end(ap);
	return result(r);
}

int
isatty(int fd)
{
	struct termios t;

	return result(fs_ioctl(fd, TCGETS, &t)) == 0;
}

int
ttyname_r(int fd, char *name, size_t n)
{
	static const char console[] = "/dev/console";

	if (!isatty(fd))
		return errno;
	if (n < sizeof console)
		return ERANGE;
	strcpy(name, console);
	return 0;
}

char *
ttyname(int fd)
{
	static char name[16];
	int e = ttyname_r(fd, name, sizeof name);

	return result(-e) ? 0 : name;
}

pid_t
tcgetpgrp(int fd)
{
	int pgrp;

	return ioctl(fd, TIOCGPGRP, &pgrp) ? -1 : pgrp;
}

int
tcsetpgrp(int fd, pid_t pgrp)
{
	int group = pgrp;

	return ioctl(fd, TIOCSPGRP, &group);
}

int
tcgetattr(int fd, struct termios *t)
{
	return result(fs_ioctl(fd, TCGETS, t));
}

int
tcsetattr(int fd, int when, const struct termios *t)
{
	if (when < TCSANOW || when > TCSAFLUSH)
		return result(-EINVAL);
	return result(fs_ioctl(fd, TCSETS + when, (void *)t));
}

/* Output is never held back: only input can be dropped. */
int
tcflush(int fd, int which)
{
	if (which < TCIFLUSH || which > TCIOFLUSH)
		return result(-EINVAL);
	if (which == TCOFLUSH)
		return tcdrain(fd);
	return result(fs_ioctl(fd, TCFLSH, 0));
}

int
tcdrain(int fd)
{
	return isatty(fd) ? 0 : -1;
}

void
cfmakeraw(struct termios *t)
{
	t->c_iflag &= ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR |
			ICRNL | IXON);
	t->c_oflag &= ~OPOST;
	t->c_lflag &= ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	t->c_cflag = (t->c_cflag & ~(CSIZE | PARENB)) | CS8;
	t->c_cc[VMIN] = 1;
	t->c_cc[VTIME] = 0;
}

speed_t
cfgetispeed(const struct termios *t)
{
	(void)t;
	return B9600;
}

speed_t
cfgetospeed(const struct termios *t)
{
	(void)t;
	return B9600;
}

/* The serial line has one speed. */
int
cfsetospeed(struct termios *t, speed_t speed)
{
	(void)t;
	return result(speed == B9600 ? 0 : -EINVAL);
}

int
cfsetispeed(struct termios *t, speed_t speed)
{
	return cfsetospeed(t, speed);
}
