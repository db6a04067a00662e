/* SPDX-License-Identifier: MIT */
/* Requests to devices. */
#ifndef _SYS_IOCTL_H
#define _SYS_IOCTL_H

#define TCGETS	   0x5401 /* struct termios *: see <termios.h> */
#define TCSETS	   0x5402
#define TCSETSW	   0x5403
#define TCSETSF	   0x5404
#define TCFLSH	   0x540b
#define TIOCGPGRP  0x540f /* pid_t *: the foreground process group */
#define TIOCSPGRP  0x5410
#define TIOCGWINSZ 0x5413 /* struct winsize * */
#define FIONREAD   0x541b /* int *: bytes that can be read at once */

struct winsize {
	unsigned short ws_row, ws_col;
	unsigned short ws_xpixel, ws_ypixel;
};

int ioctl(int fd, unsigned long request, ...);

#endif
