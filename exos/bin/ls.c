/* SPDX-License-Identifier: MIT */
/* ls [-adl1] [FILE...]: lists directories, one name a line. */
#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>
#include <time.h>

#include "tool.h"

static int all, as_files, details;

struct name {
	char *name;
	struct stat st;
};

static char
type(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return 'd';
	case S_IFLNK:
		return 'l';
	case S_IFCHR:
		return 'c';
	case S_IFIFO:
		return 'p';
	}
	return '-';
}

static void
show_details(const struct stat *st)
{
	char when[32], bits[] = "rwxrwxrwx";

	for (int i = 0; i < 9; i++)
		if (!(st->st_mode & 0400 >> i))
			bits[i] = '-';
	strftime(when, sizeof when, "%b %e %H:%M", gmtime(&st->st_mtime));
	printf("%c%s %3u %s %s %8ld %s ", type(st->st_mode), bits,
	       (unsigned)st->st_nlink, "root", "root", (long)st->st_size, when);
}

static void
show(const char *dir, const struct name *n)
{
	char path[PATH_MAX], text[PATH_MAX];
	ssize_t length;

	if (details)
		show_details(&n->st);
	printf("%s", n->name);
	if (details && S_ISLNK(n->st.st_mode)) {
		snprintf(path, sizeof path, "%s%s", dir, n->name);
		length = readlink(path, text, sizeof text);
		if (length >= 0)
			printf(" -> %.*s", (int)length, text);
	}
	putchar('\n');
}

static int
compare(const void *a, const void *b)
{
	return strcmp(((const struct name *)a)->name,
		      ((const struct name *)b)->name);
}

/* One more name; complains of what is not there any more. */
static void
add(struct name **names, size_t *n, const char *path, const char *name)
{
	struct name *more = reallocarray(*names, *n + 1, sizeof *more);

	if (!more) {
		complain("ls", name);
		exit(status);
	}
	*names = more;
	if (lstat(path, &more[*n].st))
		complain("ls", path);
	else if ((more[*n].name = strdup(name)))
		++*n;
	else
		complain("ls", path);
}

static void
free_names(struct name *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i].name);
	free(names);
}

static void
list_dir(const char *dir)
{
	char path[PATH_MAX], prefix[PATH_MAX];
	struct name *names = 0;
	struct dirent *e;
	size_t n = 0;
	DIR *d = opendir(dir);

	if (!d) {
		complain("ls", dir);
		return;
	}
	snprintf(prefix, sizeof prefix, "%s/", dir);
	while ((e = readdir(d))) {
		if (!all && e->d_name[0] == '.')
			continue;
		if (snprintf(path, sizeof path, "%s%s", prefix, e->d_name) <
		    PATH_MAX)
			add(&names, &n, path, e->d_name);
	}
	closedir(d);
	if (n)
		qsort(names, n, sizeof *names, compare);
	for (size_t i = 0; i < n; i++)
		show(prefix, &names[i]);
	free_names(names, n);
}

/* What an argument names is a directory, through a link unless with -l. */
static int
is_dir(const struct name *n)
{
	struct stat st = n->st;

	if (S_ISLNK(st.st_mode) && !details && stat(n->name, &st))
		return 0;
	return !as_files && S_ISDIR(st.st_mode);
}

int
main(int argc, char **argv)
{
	struct name *names = 0;
	size_t n = 0;
	int c, several, shown = 0;

	while ((c = getopt(argc, argv, "adl1")) != -1)
		switch (c) {
		case 'a':
			all = 1;
			break;
		case 'd':
			as_files = 1;
			break;
		case 'l':
			details = 1;
			break;
		case '1':
			break;
		default:
			usage("ls [-adl1] [file...]");
		}
	several = argc - optind > 1;
	if (optind == argc)
		argv[--optind] = ".";
	for (; optind < argc; optind++)
		add(&names, &n, argv[optind], argv[optind]);
	if (n)
		qsort(names, n, sizeof *names, compare);
	for (size_t i = 0; i < n; i++)
		if (!is_dir(&names[i])) {
			show("", &names[i]);
			shown = 1;
		}
	for (size_t i = 0; i < n; i++) {
		if (!is_dir(&names[i]))
			continue;
		if (several)
			printf("%s%s:\n", shown ? "\n" : "", names[i].name);
		list_dir(names[i].name);
		shown = 1;
	}
	free_names(names, n);
	return finish("ls");
}
