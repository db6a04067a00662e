/* SPDX-License-Identifier: MIT */
/*
 * Pipes with dying ends: writers and readers of one pipe in random numbers,
 * of which one side dies at random moments, killed or by its own exit.  The
 * other side then comes to its end: the end of the file after all that was
 * written, or SIGPIPE and EPIPE.  Nobody hangs, and after each round nothing
 * is left.
 *
 * launch: --time-limit 300
 */
#include <sys/mman.h>

#include "../include/signals.h"

#define ROUNDS	 40
#define WARM	 8   /* rounds that may use what the program keeps */
#define MOST	 4   /* processes of one side */
#define BATCH	 200 /* records, more than the pipe takes */
#define ATOMIC	 16  /* records that are written whole */
#define PIPE	 4096
#define FOR_EVER 0xffffffff
#define HANG	 30 /* seconds */

struct record {
	u32 who, seq, pad[5], sum;
};

enum how { DONE, AT_END, SAW_EPIPE, BAD }; /* exit status */

struct end {
	pid_t pid;
	int writes, killed;
	u32 left; /* records until it exits */
};

static struct end ends[2 * MOST];
static int nends, fd[2];
static volatile u32 *records; /* that each has written or read */
static u32 seed = 1;

static u32
random_below(u32 n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static void
moment(void)
{
	for (volatile u32 n = random_below(20000); n; n--)
		;
	for (u32 n = random_below(6); n; n--)
		exos_yield(0);
}

static _Noreturn void
write_records(u32 who, u32 left)
{
	static struct record r[BATCH];

	seed += who * 12345;
	if (random_below(2))
		signal(SIGPIPE, SIG_IGN);
	for (u32 seq = 0; left;) {
		u32 n = 1 + random_below(random_below(4) ? ATOMIC : BATCH);
		int done;

		n = n < left ? n : left;
		for (u32 i = 0; i < n; i++)
			r[i] = (struct record){
				who, seq + i, { 0 }, who ^ ~(seq + i)
			};
		done = write(fd[1], r, n * sizeof *r);
		if (done < 0)
			_exit(errno == EPIPE ? SAW_EPIPE : BAD);
		if (done % sizeof *r)
			_exit(BAD);
		seq += done / sizeof *r;
		left -= done / sizeof *r;
		records[who] = seq;
	}
	_exit(DONE);
}

/* Whole, and of each writer in the order in which they were written? */
static int
right(const struct record *r, u32 next[])
{
	u32 who = r->who;

	if (who >= 2 * MOST || r->sum != (who ^ ~r->seq) || r->seq < next[who])
		return 0;
	next[who] = r->seq + 1;
	return 1;
}

static _Noreturn void
read_records(u32 who, u32 left)
{
	static struct record r[BATCH];
	u32 next[2 * MOST] = { 0 };

	seed += who * 12345;
	while (left) {
		u32 n = 1 + random_below(BATCH);
		int got = read(fd[0], r, (n < left ? n : left) * sizeof *r);

		if (got < 0 || got % sizeof *r)
			_exit(BAD);
		if (got == 0)
			_exit(AT_END);
		got /= sizeof *r;
		for (int i = 0; i < got; i++)
			if (!right(r + i, next))
				_exit(BAD);
		records[who] += got;
		left -= got;
	}
	for (;; pause()) /* the pipe stays full until this one is killed */
		if (records[who])
			_exit(DONE);
}

static void
start(int writes, u32 left)
{
	u32 who = nends++;

	records[who] = 0;
	ends[who] = (struct end){ .writes = writes, .left = left };
	fflush(stdout);
	ends[who].pid = fork();
	if (ends[who].pid)
		return;
	close(fd[!writes]);
	if (writes)
		write_records(who, left);
	read_records(who, left);
}

/* Who dies: killed, unless it exits by itself. */
static void
kill_one(struct end *e)
{
	moment();
	kill(e->pid, SIGKILL);
	e->killed = 1;
}

static int
exits(const struct end *e)
{
	return e->left && e->left != FOR_EVER;
}

/* Did one end as it had to, when the writers, or the readers, died? */
static int
is_right(const struct end *e, int status, int writers_died)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

	if (e->killed && WTERMSIG(status) == SIGKILL)
		return 1;
	if (e->writes == writers_died)
		return exits(e) && code == DONE;
	if (e->writes)
		return code == SAW_EPIPE || WTERMSIG(status) == SIGPIPE;
	return code == AT_END;
}

/* All of them, or those that are left after so many seconds hang. */
static void
wait_for_all(int writers_died, int *wrong, int *hang)
{
	*wrong = *hang = 0;
	alarm(HANG);
	for (int i = 0; i < nends; i++) {
		int status;

		if (waitpid(ends[i].pid, &status, 0) != ends[i].pid) {
			++*hang;
			kill(ends[i].pid, SIGKILL);
			waitpid(ends[i].pid, &status, 0);
		} else if (!is_right(ends + i, status, writers_died)) {
			printf("# %s %d: status %#x\n",
			       ends[i].writes ? "writer" : "reader", i, status);
			++*wrong;
		}
	}
	alarm(0);
}

/*
 * Whoever read to the end has read all that was written; of who was killed it
 * is not known whether its last batch was counted.
 */
static int
is_complete(void)
{
	u32 wrote = 0, got = 0, lost = 0, unknown = 0;

	for (int i = 0; i < nends; i++) {
		*(ends[i].writes ? &wrote : &got) += records[i];
		if (ends[i].killed)
			*(ends[i].writes ? &unknown : &lost) += BATCH;
	}
	return got <= wrote + unknown && got + lost >= wrote;
}

static void
storm(int writers_die)
{
	u32 writers = 1 + random_below(MOST), readers = 1 + random_below(MOST);
	u32 living;

	nends = 0;
	pipe(fd);
	for (u32 i = 0; i < writers; i++)
		start(1, writers_die && random_below(2) ?
				 1 + random_below(1000) :
				 FOR_EVER);
	for (u32 i = 0; i < readers; i++)
		start(0, writers_die	 ? FOR_EVER :
			 random_below(3) ? 1 + random_below(1000) :
					   0);
	close(fd[0]);
	close(fd[1]);
	for (int i = 0; i < nends; i++)
		if (ends[i].writes == writers_die &&
		    (!exits(ends + i) || random_below(2)))
			kill_one(ends + i);
	/* And one of those that were to live on, if it is not the only one. */
	living = writers_die ? readers : writers;
	if (living > 1 && random_below(3) == 0)
		kill_one(ends + (writers_die ? nends - 1 : 0));
}

static void
round_of(u32 n, const struct there *before)
{
	int writers_die = n & 1, wrong, hang;

	storm(writers_die);
	wait_for_all(writers_die, &wrong, &hang);
	check(!wrong && !hang,
	      "round %lu, the %s die: all of %d end as they "
	      "must, %d do not, %d hang",
	      (unsigned long)n, writers_die ? "writers" : "readers", nends,
	      wrong, hang);
	if (writers_die)
		check(is_complete(), "what was written is read");
	if (n < WARM)
		return;
	check_there(before, "it");
}

/* A writer fills the pipe and ends; only then is it read. */
static void
last_words(int sig)
{
	static char full[PIPE], got[2 * PIPE];
	pid_t pid;

	pipe(fd);
	memset(full, 'w', PIPE);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		write(fd[1], full, PIPE);
		raise(sig);
		_exit(DONE);
	}
	close(fd[1]);
	reap(pid);
	gives(read(fd[0], got, sizeof got), PIPE);
	good(!memcmp(got, full, PIPE), "what a dead writer left");
	gives(read(fd[0], got, sizeof got), 0);
	close(fd[0]);
}

int
main(void)
{
	struct there before = { 0 };

	records = mmap(0, AE_PAGE_SIZE, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	handle(SIGALRM, 0);
	last_words(0);
	last_words(SIGKILL);
	for (u32 n = 0; n < ROUNDS; n++) {
		if (n == WARM)
			look(&before);
		round_of(n, &before);
	}
	return check_plan();
}
