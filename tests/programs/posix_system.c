/* SPDX-License-Identifier: MIT */
/* Time, identity, limits, environment and terminal. */
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <termios.h>
#include <time.h>

#include "../include/posix.h"

static void
clocks(void)
{
	struct timespec ts, bad = { .tv_nsec = 1000000000 };
	struct timeval tv;
	struct tms t;
	u32 start = exos_info->ticks;

	gives(nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, &ts), 0);
	good(exos_info->ticks - start >= 4, "50 ms are slept");
	fails(nanosleep(&bad, 0), EINVAL);
	fails(nanosleep(&(struct timespec){ .tv_sec = -1 }, 0), EINVAL);
	gives(usleep(1), 0);
	gives(sleep(0), 0);
	gives(clock_gettime(CLOCK_MONOTONIC, &ts), 0);
	gives(gettimeofday(&tv, 0), 0);
	good(tv.tv_sec - ts.tv_sec <= 1 && time(0) >= ts.tv_sec,
	     "the clocks agree");
	fails(clock_gettime(99, &ts), EINVAL);
	gives(clock_getres(CLOCK_REALTIME, &ts), 0);
	good(ts.tv_nsec == 15625000, "a tick is 15.625 ms");
	fails(clock_getres(99, &ts), EINVAL);
	good(times(&t) >= 4 * CLOCKS_PER_SEC / 64 && clock() != (clock_t)-1,
	     "times and clock");
}

static void
identity(void)
{
	struct utsname u;
	char name[32];

	good(getpid() > 0 && getppid() == 0, "process and parent");
	gives(getuid(), 0);
	gives(geteuid(), 0);
	gives(getgid(), 0);
	gives(getegid(), 0);
	gives(getgroups(0, 0), 0);
	gives(issetugid(), 0);
	good(!strcmp(getlogin(), "root"), "getlogin");
	gives(uname(&u), 0);
	good(!strcmp(u.sysname, "ExOS") && !strcmp(u.machine, "mips"), "uname");
	gives(gethostname(name, sizeof name), 0);
	good(!strcmp(name, u.nodename), "gethostname");
}

static void
limits(void)
{
	gives(sysconf(_SC_PAGESIZE), 4096);
	gives(getpagesize(), 4096);
	gives(getdtablesize(), 64);
	gives(sysconf(_SC_OPEN_MAX), 64);
	gives(sysconf(_SC_CLK_TCK), CLOCKS_PER_SEC);
	gives(sysconf(_SC_NPROCESSORS_ONLN), 1);
	good(sysconf(_SC_AVPHYS_PAGES) <= sysconf(_SC_PHYS_PAGES), "pages");
	errno = 0;
	good(sysconf(_SC_CHILD_MAX) == -1 && !errno, "no limit");
	good(sysconf(_SC_IOV_MAX) == -1 &&
		     sysconf(_SC_GETPW_R_SIZE_MAX) == -1 &&
		     sysconf(_SC_LOGIN_NAME_MAX) == -1 && !errno,
	     "nor of these");
	gives(sysconf(_SC_STREAM_MAX), 64);
	gives(sysconf(_SC_LINE_MAX), 2048);
	gives(sysconf(_SC_TTY_NAME_MAX), pathconf("/", _PC_PATH_MAX));
	gives(sysconf(_SC_MAPPED_FILES), sysconf(_SC_VERSION));
	gives(sysconf(_SC_SHELL), 1);
	fails(sysconf(9999), EINVAL);
	gives(pathconf("/", _PC_NAME_MAX), 255);
	gives(fpathconf(0, _PC_PIPE_BUF), 512);
	fails(pathconf("/no", _PC_NAME_MAX), ENOENT);
	fails(pathconf("/", 9999), EINVAL);
	fails(fpathconf(77, _PC_NAME_MAX), EBADF);
	fails(fpathconf(0, 9999), EINVAL);
	fails(sbrk(0x7fffffff), ENOMEM);
	fails(sbrk(-0x7fffffff), ENOMEM);
}

static void
environment(void)
{
	good(getenv("PATH") && !strcmp(getenv("PATH"), "/bin"), "PATH");
	good(!getenv("NOTHING"), "a variable that is not there");
	gives(setenv("NOTHING", "something", 0), 0);
	good(!strcmp(getenv("NOTHING"), "something"), "setenv");
	gives(unsetenv("NOTHING"), 0);
	good(!getenv("NOTHING"), "unsetenv");
}

static void
terminal(void)
{
	struct termios t, raw;
	struct winsize size;
	char name[32];
	int fd, n;

	good(isatty(0) && isatty(1) && isatty(2), "the console");
	good(!strcmp(ttyname(0), "/dev/console"), "its name");
	fd = open("/dev/null", O_RDWR);
	good(!isatty(fd) && errno == ENOTTY, "isatty: ENOTTY");
	good(!isatty(77) && errno == EBADF, "isatty: EBADF");
	good(!ttyname(fd) && errno == ENOTTY, "ttyname: ENOTTY");
	good(!ttyname(77) && errno == EBADF, "ttyname: EBADF");
	gives(ttyname_r(0, name, sizeof name), 0);
	gives(ttyname_r(0, name, 5), ERANGE);
	gives(ttyname_r(fd, name, sizeof name), ENOTTY);
	gives(ttyname_r(77, name, sizeof name), EBADF);
	fails(tcgetattr(fd, &t), ENOTTY);
	fails(tcgetattr(77, &t), EBADF);
	fails(tcsetattr(fd, TCSANOW, &t), ENOTTY);
	fails(tcsetattr(77, TCSANOW, &t), EBADF);
	fails(tcflush(fd, TCIFLUSH), ENOTTY);
	fails(tcflush(77, TCOFLUSH), EBADF);
	fails(tcdrain(fd), ENOTTY);
	fails(tcdrain(77), EBADF);
	fails(ioctl(fd, FIONREAD, &n), ENOTTY);
	fails(ioctl(77, FIONREAD, &n), EBADF);
	gives(close(fd), 0);
	gives(tcgetattr(0, &t), 0);
	good(t.c_lflag & ICANON && t.c_lflag & ECHO, "a line at a time");
	good(cfgetispeed(&t) == B9600 && cfgetospeed(&t) == B9600, "9600 baud");
	fails(cfsetispeed(&t, B9600 + 1), EINVAL);
	fails(cfsetospeed(&t, B9600 + 1), EINVAL);
	raw = t;
	cfmakeraw(&raw);
	gives(tcsetattr(0, TCSAFLUSH, &raw), 0);
	gives(fcntl(0, F_SETFL, O_NONBLOCK), 0);
	fails(read(0, &n, 1), EAGAIN);
	gives(ioctl(0, FIONREAD, &n), 0);
	good(n == 0, "nothing was typed");
	gives(fcntl(0, F_SETFL, 0), 0);
	gives(tcsetattr(0, TCSANOW, &t), 0);
	fails(tcsetattr(0, 7, &t), EINVAL);
	gives(tcflush(0, TCIFLUSH), 0);
	gives(tcflush(0, TCOFLUSH), 0);
	gives(tcdrain(0), 0);
	fails(tcflush(0, 7), EINVAL);
	gives(ioctl(0, TIOCGWINSZ, &size), 0);
	good(size.ws_row == 24 && size.ws_col == 80, "its size");
	fails(ioctl(0, 0x1234, 0), EINVAL);
}

static void
test(void)
{
	clocks();
	identity();
	limits();
	environment();
	terminal();
}

int
main(void)
{
	return posix_main(test);
}
