/* SPDX-License-Identifier: MIT */
/*
 * The boot archive: a good one, and ones damaged in every way.
 *
 * usage: archive FILE.tar, made by run.py
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"

#define BLOCK	  512
#define DAMAGE	  5000 /* archives with random bytes */
#define FILE_SIZE 1234
#define LONG_DIR  99
#define LONG_NAME 90
#define SUM_END	  155 /* nothing depends on this byte */

static u8 *archive;
static u32 bytes;

static int
load(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f || fseek(f, 0, SEEK_END))
		return -1;
	bytes = ftell(f);
	archive = malloc(bytes);
	rewind(f);
	return fread(archive, 1, bytes, f) == bytes && !fclose(f) ? 0 : -1;
}

/* A copy without a byte behind it, so that the sanitizer sees overruns. */
static void
use(u32 n)
{
	static u8 *copy;

	free(copy);
	copy = malloc(n ? n : 1);
	memcpy(copy, archive, n);
	host_archive = copy;
	host_archive_bytes = n;
	host_begin();
}

static void
good(void)
{
	char to[FILE_SIZE + 1] = "", path[300];
	struct stat st;
	int fd, r;

	use(bytes);
	fd = fs_open(AT_FDCWD, "/bin/hello", O_RDONLY, 0);
	r = fs_read(fd, to, sizeof to);
	check(r == FILE_SIZE && to[0] == 'h' && to[FILE_SIZE - 1] == 'h',
	      "a file is read");
	check(fs_read(fd, to, 1) == 0 && fs_pread(fd, to, 9, 1230) == 4,
	      "to its end");
	check(!fs_fstat(fd, &st) && st.st_mode == (S_IFREG | 0755) &&
		      st.st_size == FILE_SIZE && st.st_mtime == 777,
	      "its inode says what its header says");
	check(fs_stat(AT_FDCWD, "/bin/link", &st, 0) == 0 &&
		      st.st_size == FILE_SIZE,
	      "a symbolic link leads to it");
	snprintf(path, sizeof path, "/usr/share/long/%0*d/%0*d", LONG_DIR, 0,
		 LONG_NAME, 0);
	check(fs_stat(AT_FDCWD, path, &st, 0) == 0 && st.st_size == 600,
	      "a name in two fields is there, and what is above it");
	check(!host_check(), "the segment is consistent");
}

static void
read_only(void)
{
	static const char *const path = "/bin/hello";

	check(fs_open(AT_FDCWD, path, O_WRONLY, 0) == -EROFS, "open to write");
	check(fs_open(AT_FDCWD, path, O_RDONLY | O_TRUNC, 0) == -EROFS,
	      "open to truncate");
	check(fs_open(AT_FDCWD, "/bin/new", O_CREAT | O_WRONLY, 0) == -EROFS,
	      "create");
	check(fs_truncate(path, 0) == -EROFS, "truncate");
	check(fs_unlink(AT_FDCWD, path) == -EROFS, "unlink");
	check(fs_rmdir(AT_FDCWD, "/usr/share") == -EROFS, "rmdir");
	check(fs_rmdir(AT_FDCWD, "/usr") == -EROFS, "rmdir at the top");
	check(fs_mkdir(AT_FDCWD, "/bin/new", 0777) == -EROFS, "mkdir");
	check(fs_rename(AT_FDCWD, path, AT_FDCWD, "/tmp/x") == -EROFS,
	      "rename away");
	check(fs_rename(AT_FDCWD, "/tmp", AT_FDCWD, "/bin/x") == -EROFS,
	      "rename to it");
	check(fs_link(AT_FDCWD, path, AT_FDCWD, "/tmp/x", 0) == -EXDEV, "link");
	check(fs_symlink("x", AT_FDCWD, "/bin/x") == -EROFS, "symlink");
	check(fs_chmod(AT_FDCWD, path, 0) == -EROFS, "chmod");
	check(fs_utime(AT_FDCWD, path, 0, 0, 0) == -EROFS, "utime");
	check(fs_access(AT_FDCWD, path, W_OK) == -EROFS, "access");
}

/* Mount what there is: it must say that it is damaged, or find no fault. */
static const char *
try(int must_fail)
{
	struct stat st;
	const char *wrong;

	host_type("");
	if (fs_stat(AT_FDCWD, "/", &st, 0))
		return "no root";
	wrong = host_check();
	if (!wrong && must_fail && !strstr(host->screen, "damaged"))
		wrong = "the damage was not seen";
	return wrong;
}

static void
damaged(void)
{
	const char *wrong = 0;
	u32 n, at;

	for (n = 0; n < bytes && !wrong; n += n % BLOCK == BLOCK - 1 ? 1 : 73) {
		use(n);
		wrong = try(n < 5 * BLOCK);
	}
	check(!wrong, "cut short at %u places%s%s", n / 73, wrong ? ": " : "",
	      wrong ? wrong : "");
	for (at = 0; at < BLOCK && !wrong; at++) {
		if (at == SUM_END)
			continue;
		archive[at] ^= 0x55;
		use(bytes);
		wrong = try(1);
		archive[at] ^= 0x55;
	}
	check(!wrong, "every byte of the first header changed%s%s",
	      wrong ? ": " : "", wrong ? wrong : "");
}

/* A header with other fields but the right sum. */
static void
forge(u32 at, const char *field, u32 len)
{
	u32 sum = 0;

	memcpy(archive + at, field, len);
	memset(archive + 148, ' ', 8);
	for (u32 i = 0; i < BLOCK; i++)
		sum += archive[i];
	snprintf((char *)archive + 148, 8, "%06o", (unsigned)sum);
}

static void
forged(void)
{
	static const struct {
		u32 at;
		const char *field;
		u32 len;
		const char *what;
	} lies[] = {
		{ 124, "77777777777", 12, "a size of 8 GB" },
		{ 124, "37777777000", 12, "a size of nearly 4 GB" },
		{ 124, "00000100000", 12, "a size beyond the end" },
		{ 124, "0000000000x", 12, "a size that is no number" },
		{ 124, "\200\0\0\0\0\0\0\0\0\0\1", 12, "a binary size" },
		{ 100, "\0\0\0\0\0\0\0\0", 8, "no mode" },
		{ 0, "bin/../../x", 12, "a name that leads upwards" },
		{ 0, "dev/null/x", 11, "a name below a device" },
	};
	u8 saved[BLOCK];

	memcpy(saved, archive, BLOCK);
	for (u32 i = 0; i < sizeof lies / sizeof *lies; i++) {
		const char *wrong;

		memcpy(archive, saved, BLOCK);
		forge(lies[i].at, lies[i].field, lies[i].len);
		use(bytes);
		wrong = try(1);
		check(!wrong, "%s%s%s", lies[i].what, wrong ? ": " : "",
		      wrong ? wrong : "");
	}
	memcpy(archive, saved, BLOCK);
}

/* Random bytes in the headers, with the right sum. */
static void
noise(void)
{
	const char *wrong = 0;
	u8 saved[BLOCK];
	u32 n;

	srand(1);
	memcpy(saved, archive, BLOCK);
	for (n = 0; n < DAMAGE && !wrong; n++) {
		u8 field[16];
		u32 len = 1 + rand() % 12, at = rand() % (BLOCK - 16);

		for (u32 i = 0; i < len; i++)
			field[i] = rand() % 4 ? '0' + rand() % 8 : rand();
		memcpy(archive, saved, BLOCK);
		forge(at, (char *)field, len);
		host_archive = archive;
		host_archive_bytes = bytes;
		if (n % 100 == 0)
			use(bytes);
		else
			host_begin();
		wrong = try(0);
	}
	memcpy(archive, saved, BLOCK);
	check(!wrong, "%u headers of noise with the right sum%s%s", n,
	      wrong ? ": " : "", wrong ? wrong : "");
}

int
main(int argc, char **argv)
{
	if (argc < 2 || load(argv[1])) {
		check(0, "an archive to read");
		return 1;
	}
	good();
	read_only();
	damaged();
	forged();
	noise();
	return check_result();
}
