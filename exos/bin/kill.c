/* SPDX-License-Identifier: MIT */
/* kill [-s NAME | -NAME | -NUMBER] PID...: sends a signal; -l lists them. */
#include <signal.h>

#include "tool.h"

#define TEXT "kill [-s signal | -signal] pid... | kill -l"

static const struct {
	const char *name;
	int number;
} signals[] = {
	{ "HUP", SIGHUP },   { "INT", SIGINT },	  { "QUIT", SIGQUIT },
	{ "ILL", SIGILL },   { "TRAP", SIGTRAP }, { "ABRT", SIGABRT },
	{ "FPE", SIGFPE },   { "KILL", SIGKILL }, { "BUS", SIGBUS },
	{ "SEGV", SIGSEGV }, { "SYS", SIGSYS },	  { "PIPE", SIGPIPE },
	{ "ALRM", SIGALRM }, { "TERM", SIGTERM }, { "STOP", SIGSTOP },
	{ "TSTP", SIGTSTP }, { "CONT", SIGCONT }, { "CHLD", SIGCHLD },
	{ "TTIN", SIGTTIN }, { "TTOU", SIGTTOU }, { "USR1", SIGUSR1 },
	{ "USR2", SIGUSR2 },
};
#define NSIGNALS (sizeof signals / sizeof signals[0])

static int
signal_of(const char *word)
{
	char *end;
	long n = strtol(word, &end, 10);

	if (end != word && !*end && n >= 0 && n < NSIG)
		return n;
	for (size_t i = 0; i < NSIGNALS; i++)
		if (!strcmp(word, signals[i].name))
			return signals[i].number;
	fprintf(stderr, "kill: %s: no such signal\n", word);
	exit(USAGE);
}

static void
list(void)
{
	for (size_t i = 0; i < NSIGNALS; i++)
		printf("%2d %s\n", signals[i].number, signals[i].name);
}

int
main(int argc, char **argv)
{
	int sig = SIGTERM, i = 1;

	if (argc == 2 && !strcmp(argv[1], "-l")) {
		list();
		return finish("kill");
	}
	if (argc > 2 && !strcmp(argv[1], "-s")) {
		sig = signal_of(argv[2]);
		i = 3;
	} else if (argc > 1 && argv[1][0] == '-' && strcmp(argv[1], "--")) {
		sig = signal_of(argv[1] + 1);
		i = 2;
	}
	if (i < argc && !strcmp(argv[i], "--"))
		i++;
	if (i == argc)
		usage(TEXT);
	for (; i < argc; i++) {
		int group = argv[i][0] == '-';
		long pid = number(argv[i] + group, TEXT);

		if (kill(group ? -pid : pid, sig))
			complain("kill", argv[i]);
	}
	return status;
}
