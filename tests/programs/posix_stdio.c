/* SPDX-License-Identifier: MIT */
/* Newlib's stdio on files: fopen, fseek, fgets, tmpfile, freopen. */
#include <stdio.h>

#include "../include/posix.h"

static void
streams(void)
{
	char line[64];
	FILE *f = fopen("/tmp/f", "w");

	good(f != 0, "fopen to write");
	for (int i = 0; i < 1000; i++)
		fprintf(f, "line %d\n", i);
	gives(fclose(f), 0);
	f = fopen("/tmp/f", "r+");
	for (int i = 0; i < 500; i++)
		fgets(line, sizeof line, f);
	good(!strcmp(line, "line 499\n"), "line by line");
	gives(fseek(f, -9, SEEK_END), 0);
	good(fgets(line, sizeof line, f) && !strcmp(line, "line 999\n"),
	     "from the end");
	good(!fgets(line, sizeof line, f) && feof(f), "the end");
	rewind(f);
	gives(fputs("LINE", f), 0);
	gives(fseek(f, 0, SEEK_SET), 0);
	good(fgets(line, sizeof line, f) && !strcmp(line, "LINE 0\n"),
	     "changed in place");
	gives(ftell(f), 7);
	gives(fclose(f), 0);
	f = fopen("/tmp/f", "a");
	fputs("last\n", f);
	gives(fclose(f), 0);
	f = fopen("/tmp/f", "r");
	fseek(f, -5, SEEK_END);
	good(fgets(line, sizeof line, f) && !strcmp(line, "last\n"),
	     "appended");
	gives(fclose(f), 0);
	good(!fopen("/tmp/no/f", "w") && errno == ENOENT, "fopen: ENOENT");
	good(!fopen("/bin/hello", "w") && errno == EROFS, "fopen: EROFS");
	gives(remove("/tmp/f"), 0);
}

static void
temporary(void)
{
	char name[] = "/tmp/XXXXXX";
	FILE *f = tmpfile();
	int fd;

	good(f != 0, "tmpfile");
	if (f) {
		fputs("x", f);
		rewind(f);
		good(getc(f) == 'x' && getc(f) == EOF, "is read back");
		fclose(f);
	}
	fd = mkstemp(name);
	good(fd > 2, "mkstemp");
	gives(close(fd), 0);
	gives(unlink(name), 0);
}

/* Standard output in a file, as a shell has it. */
static void
redirected(void)
{
	char got[32] = "";
	int saved, fd;

	fflush(stdout);
	saved = dup(1);
	fd = open("/tmp/out", O_CREAT | O_RDWR, 0666);
	dup2(fd, 1);
	printf("to a file\n");
	fflush(stdout);
	dup2(saved, 1);
	close(saved);
	gives(pread(fd, got, sizeof got, 0), 10);
	good(!strcmp(got, "to a file\n"), "standard output goes to a file");
	gives(close(fd), 0);
	gives(unlink("/tmp/out"), 0);
}

static void
test(void)
{
	streams();
	temporary();
	redirected();
}

int
main(void)
{
	return posix_main(test);
}
