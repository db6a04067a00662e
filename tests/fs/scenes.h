/* SPDX-License-Identifier: MIT */
/* Calls to be cut short: each with what is to be there before. */
#ifndef TESTS_FS_SCENES_H
#define TESTS_FS_SCENES_H

struct scene {
	const char *name;
	int (*call)(void);
	int fresh;	/* begins with an empty segment */
	int orphan;	/* a dead process holds the lock: 2: has committed */
	int steps;	/* may be done in part, by steps valid in themselves */
};
extern const struct scene scenes[];
extern const unsigned nscenes;

void scene_begin(const struct scene *s);

#endif
