/* SPDX-License-Identifier: MIT */
/* /dev/null and /dev/zero. */
#include <string.h>

#include "fs.h"

static s32
null_read(struct inode *i, char *to, u32 n, u32 *at)
{
	(void)i, (void)to, (void)n, (void)at;
	return 0;
}

static s32
zero_read(struct inode *i, char *to, u32 n, u32 *at)
{
	(void)i, (void)at;
	memset(to, 0, n);
	return n;
}

static s32
forget(struct inode *i, const char *from, u32 n, u32 *at, u32 append)
{
	(void)i, (void)from, (void)at, (void)append;
	return n;
}

const struct file_ops null_ops = { .read = null_read, .write = forget };
const struct file_ops zero_ops = { .read = zero_read, .write = forget };
