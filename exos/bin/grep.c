/* SPDX-License-Identifier: MIT */
/*
 * grep [-EFchilnqsvx] PATTERN [FILE...]: lines that match.  Status 0: some,
 * 1: none, 2: trouble.
 */
#include <regex.h>

#include "tool.h"

#define TEXT "grep [-EFchilnqsvx] [-e pattern | pattern] [file...]"

static regex_t expression;
static int count, hide_names, names_only, numbers, quiet, silent, invert;
static int whole, several, any, trouble;

/* A string as the extended expression that matches it. */
static char *
quote(const char *text)
{
	char *quoted = malloc(2 * strlen(text) + 1), *to = quoted;

	if (!quoted)
		return 0;
	for (; *text; text++) {
		if (strchr("\\.[]()*+?{}|^$", *text))
			*to++ = '\\';
		*to++ = *text;
	}
	*to = 0;
	return quoted;
}

static void
compile(const char *pattern, int flags, int fixed)
{
	char why[80];
	int e;

	if (fixed) {
		pattern = quote(pattern);
		flags |= REG_EXTENDED;
	}
	if (pattern && !*pattern)
		pattern = "^"; /* an empty one matches every line */
	e = pattern ? regcomp(&expression, pattern, flags) : REG_ESPACE;
	if (e) {
		regerror(e, &expression, why, sizeof why);
		fprintf(stderr, "grep: %s\n", why);
		exit(USAGE);
	}
}

static int
matches(const char *line)
{
	regmatch_t at;
	int found = !regexec(&expression, line, 1, &at, 0);

	if (found && whole)
		found = at.rm_so == 0 && !line[at.rm_eo];
	return found != invert;
}

static void
show(const char *name, unsigned long number, const char *line)
{
	if (several)
		printf("%s:", name);
	if (numbers)
		printf("%lu:", number);
	puts(line);
}

static void
search(const char *name, FILE *f)
{
	unsigned long number = 0, found = 0;
	char *line = 0;
	size_t room = 0;
	ssize_t n;

	while ((n = getline(&line, &room, f)) > 0) {
		if (line[n - 1] == '\n')
			line[n - 1] = 0;
		number++;
		if (!matches(line))
			continue;
		any = 1;
		found++;
		if (quiet)
			exit(0);
		if (names_only)
			break;
		if (!count)
			show(name, number, line);
	}
	free(line);
	if (names_only && found)
		puts(name);
	else if (count && several)
		printf("%s:%lu\n", name, found);
	else if (count && !names_only)
		printf("%lu\n", found);
}

static void
grep(const char *name)
{
	FILE *f = strcmp(name, "-") ? fopen(name, "r") : stdin;

	if (f)
		search(f == stdin ? "(standard input)" : name, f);
	if (!f || ferror(f)) {
		trouble = 1;
		if (!silent)
			complain("grep", name);
	}
	if (f)
		fclose(f);
}

int
main(int argc, char **argv)
{
	const char *pattern = 0;
	int c, flags = 0, fixed = 0;

	while ((c = getopt(argc, argv, "EFce:hilnqsvx")) != -1)
		switch (c) {
		case 'E':
			flags |= REG_EXTENDED;
			break;
		case 'F':
			fixed = 1;
			break;
		case 'c':
			count = 1;
			break;
		case 'e':
			pattern = optarg;
			break;
		case 'h':
			hide_names = 1;
			break;
		case 'i':
			flags |= REG_ICASE;
			break;
		case 'l':
			names_only = 1;
			break;
		case 'n':
			numbers = 1;
			break;
		case 'q':
			quiet = 1;
			break;
		case 's':
			silent = 1;
			break;
		case 'v':
			invert = 1;
			break;
		case 'x':
			whole = 1;
			break;
		default:
			usage(TEXT);
		}
	if (!pattern) {
		if (optind == argc)
			usage(TEXT);
		pattern = argv[optind++];
	}
	compile(pattern, flags, fixed);
	several = argc - optind > 1 && !hide_names;
	if (optind == argc)
		grep("-");
	for (; optind < argc; optind++)
		grep(argv[optind]);
	if (finish("grep") && !trouble)
		trouble = 1; /* standard output */
	return trouble ? USAGE : !any;
}
