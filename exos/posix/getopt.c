/* SPDX-License-Identifier: MIT */
/*
 * Options by POSIX.1-2008: Newlib's getopt takes "-" for an option and looks
 * for more behind the first argument that is none.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int at; /* in argv[optind]; 0: at its beginning */

static void
complain(const char *name, const char *why, const char *options)
{
	if (opterr && *options != ':')
		fprintf(stderr, "%s: %s -- %c\n", name, why, optopt);
}

static void
next_word(void)
{
	optind++;
	at = 0;
}

int
getopt(int argc, char *const argv[], const char *options)
{
	const char *word, *known;

	if (optind == 0) {
		optind = 1; /* begin anew */
		at = 0;
	}
	word = optind < argc ? argv[optind] : 0;
	if (at == 0) {
		if (!word || word[0] != '-' || !word[1])
			return -1;
		if (!strcmp(word, "--")) {
			optind++;
			return -1;
		}
		at = 1;
	}
	optopt = word[at++];
	known = optopt == ':' ? 0 : strchr(options, optopt);
	if (!known || known[1] != ':') {
		if (!word[at])
			next_word();
		if (known)
			return optopt;
		complain(argv[0], "unknown option", options);
		return '?';
	}
	optarg = (char *)word + at;
	next_word();
	if (*optarg)
		return optopt;
	if (optind < argc) {
		optarg = argv[optind++];
		return optopt;
	}
	complain(argv[0], "option needs an argument", options);
	return *options == ':' ? ':' : '?';
}
