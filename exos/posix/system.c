/* SPDX-License-Identifier: MIT */
/* The system's name and limits. */
#include <limits.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <exos/exos.h>

#include "private.h"

int
uname(struct utsname *u)
{
	*u = (struct utsname){
		.sysname = "ExOS",
		.nodename = "exos",
		.release = "1",
		.version = "Aegis",
		.machine = "mips",
	};
	return 0;
}

int
gethostname(char *name, size_t n)
{
	strncpy(name, "exos", n);
	return 0;
}

int
getpagesize(void)
{
	return AE_PAGE_SIZE;
}

int
getdtablesize(void)
{
	return FS_OPEN_MAX;
}

/* -1 without an error: no limit, or no such option. */
long
sysconf(int name)
{
	switch (name) {
	case _SC_ARG_MAX:
		return EXOS_ARGS;
	case _SC_CLK_TCK:
		return CLOCKS_PER_SEC;
	case _SC_OPEN_MAX:
	case _SC_STREAM_MAX:
		return FS_OPEN_MAX;
	case _SC_LINE_MAX:
		return LINE_MAX;
	case _SC_TTY_NAME_MAX:
		return FS_PATH_MAX;
	case _SC_PAGESIZE:
		return AE_PAGE_SIZE;
	case _SC_NPROCESSORS_CONF:
	case _SC_NPROCESSORS_ONLN:
		return 1;
	case _SC_PHYS_PAGES:
		return exos_info->npages;
	case _SC_AVPHYS_PAGES:
		return exos_info->free_pages;
	case _SC_SYMLOOP_MAX:
		return FS_LINKS_MAX;
	case _SC_HOST_NAME_MAX:
		return sizeof((struct utsname *)0)->nodename - 1;
	case _SC_VERSION:
	case _SC_FSYNC:
	case _SC_MAPPED_FILES:
	case _SC_MEMORY_PROTECTION:
		return 200809;
	case _SC_REGEXP:
	case _SC_SHELL:
		return 1;
	case _SC_NGROUPS_MAX:
	case _SC_JOB_CONTROL:
	case _SC_SAVED_IDS:
	case _SC_CHILD_MAX:
	case _SC_GETGR_R_SIZE_MAX:
	case _SC_GETPW_R_SIZE_MAX:
	case _SC_IOV_MAX:
	case _SC_LOGIN_NAME_MAX:
	case _SC_TZNAME_MAX:
		return -1; /* there is none, of either kind */
	}
	return result(-EINVAL);
}

static long
limit(int name)
{
	switch (name) {
	case _PC_LINK_MAX:
		return LINK_MAX;
	case _PC_MAX_CANON:
	case _PC_MAX_INPUT:
		return TTY_LINE - 1;
	case _PC_NAME_MAX:
		return FS_NAME_MAX;
	case _PC_PATH_MAX:
		return FS_PATH_MAX;
	case _PC_PIPE_BUF:
		return FS_PIPE_BUF;
	case _PC_NO_TRUNC:
	case _PC_CHOWN_RESTRICTED:
		return 1;
	case _PC_VDISABLE:
		return 0;
	case _PC_SYMLINK_MAX:
		return BLOCK_MAX - 1;
	}
	return result(-EINVAL);
}

long
fpathconf(int fd, int name)
{
	return file_of(fd) ? limit(name) : result(-EBADF);
}

long
pathconf(const char *path, int name)
{
	return access(path, F_OK) ? -1 : limit(name);
}
