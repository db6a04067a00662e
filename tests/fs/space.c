/* SPDX-License-Identifier: MIT */
/*
 * Every allocation fails once: the call says so, and nothing has changed.
 * The linker puts our functions before the allocator's (--wrap).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "host.h"
#include "scenes.h"

static int left = -1; /* allocations before the one that fails; < 0: none */

void *__real_page_alloc(void);
void *__real_block_alloc(u32 bytes);
void *__wrap_page_alloc(void);
void *__wrap_block_alloc(u32 bytes);

void *
__wrap_page_alloc(void)
{
	return left-- == 0 ? 0 : __real_page_alloc();
}

void *
__wrap_block_alloc(u32 bytes)
{
	return left-- == 0 ? 0 : __real_block_alloc(bytes);
}

static int
is_right_error(int r)
{
	return r == -ENOSPC || r == -ENFILE || r == -ENOMEM;
}

static void
play(const struct scene *s)
{
	const char *wrong = 0;
	int n, r, done = 0;

	if (s->fresh || s->orphan)
		return; /* ends the program; has no allocation of its own */
	for (n = 0; !wrong && !done; n++) {
		uint64_t before, after;

		scene_begin(s);
		before = host_signature();
		left = n;
		r = s->call();
		done = left >= 0;
		left = -1;
		wrong = host_check();
		after = host_signature();
		if (wrong || done)
			break;
		if (!s->steps && !is_right_error(r))
			wrong = "not the error it should be";
		if (!s->steps && before != after)
			wrong = "something has changed";
	}
	check(!wrong, "%s: %d allocations that fail%s%s", s->name, n,
	      wrong ? ": " : "", wrong ? wrong : "");
}

/* Write until no page is left, and take all back. */
static void
fill(void)
{
	static const char bytes[10000] = "x";
	const char *wrong;
	u32 total = 0, pages, blocks, pages2, blocks2;
	s32 r;
	int fd;

	host_begin();
	fs_chdir("/tmp");
	session_usage(&pages, &blocks);
	host->room = host->count + 40;
	fd = fs_open(AT_FDCWD, "f", O_CREAT | O_WRONLY, 0666);
	while ((r = fs_write(fd, bytes, sizeof bytes)) > 0)
		total += r;
	check(r == -ENOSPC && total > 30 * SESSION_PAGE && total % sizeof bytes,
	      "a full segment: what fits is written, then ENOSPC");
	check(fs_mkdir(AT_FDCWD, "d", 0777) == 0,
	      "a block may still be free when no page is");
	fs_rmdir(AT_FDCWD, "d");
	fs_close(fd);
	fs_unlink(AT_FDCWD, "f");
	session_usage(&pages2, &blocks2);
	wrong = host_check();
	check(!wrong && pages == pages2 && blocks == blocks2,
	      "all is free again after it is unlinked");
	for (u32 i = 0;; i++) {
		char name[16];

		snprintf(name, sizeof name, "d%u", (unsigned)i);
		r = fs_mkdir(AT_FDCWD, name, 0777);
		if (r)
			break;
	}
	wrong = host_check();
	check(r == -ENOSPC && !wrong, "directories until there is no room");
}

int
main(void)
{
	for (unsigned i = 0; i < nscenes; i++)
		play(&scenes[i]);
	fill();
	return check_result();
}
