/* SPDX-License-Identifier: MIT */
/*
 * What Newlib has over the calls of ExOS: patterns, names by pattern, lines;
 * and paths and terminal speeds that programs from outside ask for.
 */
#include <dirent.h>
#include <fnmatch.h>
#include <glob.h>
#include <libgen.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>

#include "../include/posix.h"

static void
expressions(void)
{
	regmatch_t at[2];
	char why[40];
	regex_t r;

	good(!regcomp(&r, "b\\(a*\\)c", 0), "regcomp");
	good(!regexec(&r, "xbaac", 2, at, 0) && at[0].rm_so == 1 &&
		     at[0].rm_eo == 5 && at[1].rm_so == 2 && at[1].rm_eo == 4,
	     "regexec: where it matches, and its group");
	good(regexec(&r, "xba", 0, 0, 0) == REG_NOMATCH, "regexec: no match");
	regfree(&r);
	good(!regcomp(&r, "^(one|t[wo]+)$", REG_EXTENDED | REG_ICASE) &&
		     !regexec(&r, "TWO", 0, 0, 0) &&
		     regexec(&r, "ones", 0, 0, 0) == REG_NOMATCH,
	     "an extended expression, no matter the case");
	regfree(&r);
	good(regcomp(&r, "(", REG_EXTENDED) == REG_EPAREN, "regcomp: error");
	good(regerror(REG_EPAREN, &r, why, sizeof why) > 1 && *why, "regerror");
	good(!fnmatch("*.[ch]", "a.c", 0) &&
		     fnmatch("*.[ch]", "a.o", 0) == FNM_NOMATCH &&
		     fnmatch("*", "a/b", FNM_PATHNAME) == FNM_NOMATCH &&
		     fnmatch("*", ".a", FNM_PERIOD) == FNM_NOMATCH,
	     "fnmatch");
}

static int
not_hidden(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static void
names(void)
{
	struct dirent **list;
	char path[] = "/usr/lib/", plain[] = "name";
	glob_t g;
	int fd, n;

	gives(mkdir("/tmp/g", 0777), 0);
	for (int i = 0; i < 3; i++) {
		char name[] = "/tmp/g/a.c";

		name[7] = "abx"[i];
		name[9] = "cco"[i];
		fd = open(name, O_CREAT | O_WRONLY, 0666);
		good(fd >= 0 && !close(fd), name);
	}
	good(!glob("/tmp/g/*.c", 0, 0, &g) && g.gl_pathc == 2 &&
		     !strcmp(g.gl_pathv[0], "/tmp/g/a.c") &&
		     !strcmp(g.gl_pathv[1], "/tmp/g/b.c"),
	     "glob");
	globfree(&g);
	good(!glob("/tmp/g/*.h", 0, 0, &g) && g.gl_pathc == 0,
	     "glob: no match");
	globfree(&g);
	n = scandir("/tmp/g", &list, not_hidden, alphasort);
	good(n == 3 && !strcmp(list[2]->d_name, "x.o"), "scandir");
	while (n > 0)
		free(list[--n]);
	free(list);
	good(!strcmp(dirname(path), "/usr") && !strcmp(basename(plain), "name"),
	     "dirname and basename");
}

static void
paths(void)
{
	char path[1024], *own;

	gives(chdir("/tmp/g"), 0);
	gives(symlink("../g/a.c", "link"), 0);
	good(realpath("link", path) && !strcmp(path, "/tmp/g/a.c"),
	     "realpath of a symbolic link");
	good(realpath("..//g/./", path) && !strcmp(path, "/tmp/g"),
	     "realpath of a directory");
	own = realpath("/", 0);
	good(own && !strcmp(own, "/"), "realpath of the root, in own memory");
	free(own);
	own = realpath("/tmp/../bin/hello", 0);
	good(own && !strcmp(own, "/bin/hello"), "realpath of a file");
	free(own);
	errno = 0;
	good(!realpath("none", path) && errno == ENOENT, "realpath: ENOENT");
	good(!realpath("a.c/b", path) && errno == ENOTDIR, "realpath: ENOTDIR");
	good(!realpath(0, path) && errno == EINVAL, "realpath: EINVAL");
	gives(chdir("/"), 0);
}

static void
lines(void)
{
	FILE *f = fopen("/tmp/g/a.c", "w+");
	char *line = 0;
	size_t room = 0;

	for (int i = 0; i < 300; i++)
		fputc('x', f);
	fputs("\nlast;end", f);
	rewind(f);
	good(getline(&line, &room, f) == 301 && line[300] == '\n' && room > 301,
	     "getline: a long line");
	good(getdelim(&line, &room, ';', f) == 5 && !strcmp(line, "last;"),
	     "getdelim");
	good(getline(&line, &room, f) == 3 && !strcmp(line, "end") &&
		     getline(&line, &room, f) == -1,
	     "getline: a line without end, then the end");
	free(line);
	fclose(f);
}

/* An allocation grows past the end of the heap; its bytes move with it. */
static void
growth(void)
{
	char *old = malloc(5000), *new;
	u32 end;

	memset(old, 'o', 5000);
	new = realloc(old, 3 * 1024 * 1024);
	for (end = 0; new &&end < 5000 && new[end] == 'o';)
		end++;
	good(end == 5000, "realloc to a much larger size");
	free(new);
}

static void
options(void)
{
	char *words[] = { "x", "-ab", "-cd", "-c", "e", "-q", "-", "-a", 0 };
	char *end[] = { "x", "-a", "--", "-b", 0 };

	opterr = 0;
	optind = 1;
	good(getopt(8, words, "abc:") == 'a' && getopt(8, words, "abc:") == 'b',
	     "getopt: two options of a word");
	good(getopt(8, words, "abc:") == 'c' && !strcmp(optarg, "d") &&
		     getopt(8, words, "abc:") == 'c' && !strcmp(optarg, "e"),
	     "getopt: arguments of options");
	good(getopt(8, words, "abc:") == '?' && optopt == 'q',
	     "getopt: an unknown option");
	good(getopt(8, words, "abc:") == -1 && optind == 6, "getopt: -");
	optind = 1;
	good(getopt(4, end, "ab") == 'a' && getopt(4, end, "ab") == -1 &&
		     optind == 3,
	     "getopt: --");
	optind = 3;
	good(getopt(4, end, ":b:") == ':' && optopt == 'b',
	     "getopt: no argument");
}

static void
speeds(void)
{
	struct termios t;

	gives(tcgetattr(0, &t), 0);
	gives(cfsetispeed(&t, B9600), 0);
	gives(cfsetospeed(&t, B9600), 0);
	fails(cfsetospeed(&t, B19200), EINVAL);
	good(cfgetospeed(&t) == B9600, "the speed is what it was");
}

static void
test(void)
{
	expressions();
	names();
	paths();
	lines();
	growth();
	options();
	speeds();
	gives(unlink("/tmp/g/a.c"), 0);
	gives(unlink("/tmp/g/b.c"), 0);
	gives(unlink("/tmp/g/x.o"), 0);
	gives(unlink("/tmp/g/link"), 0);
	gives(rmdir("/tmp/g"), 0);
}

int
main(void)
{
	return posix_main(test);
}
