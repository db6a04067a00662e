/* SPDX-License-Identifier: MIT */
/* What <dirent.h> of Newlib leaves to the system: entries and streams. */
#ifndef _SYS_DIRENT_H
#define _SYS_DIRENT_H

#include <sys/types.h>

#define DT_UNKNOWN	0
#define DT_CHR		2
#define DT_DIR		4
#define DT_REG		8
#define DT_LNK		10

struct dirent {
	ino_t d_ino;
	off_t d_off;		/* of the next entry */
	unsigned short d_reclen;
	unsigned char d_type;	/* DT_* */
	char d_name[256];
};

typedef struct exos_dir DIR;

/* As many entries as fit in n bytes; the bytes used, 0 at the end. */
ssize_t getdents(int fd, void *to, size_t n);

#endif
