/* SPDX-License-Identifier: MIT */
/*
 * stride SHARE PROGRAM [SHARE PROGRAM]...: run programs together, each with
 * its share of this program's slices, until all have ended.
 */
#include <stdio.h>
#include <stdlib.h>

#include <exos/stride.h>

#define MAX 8 /* programs */

int
main(int argc, char **argv)
{
	struct exos_stride client[MAX] = { { 0 } };
	s32 name[MAX];
	int n = (argc - 1) / 2, status = 0;
	u32 slices[MAX] = { 0 };
	s32 i;

	if (argc < 3 || argc % 2 == 0 || n > MAX) {
		fprintf(stderr,
			"usage: stride SHARE PROGRAM [SHARE PROGRAM]...\n");
		return 2;
	}
	for (i = 0; i < n; i++) {
		name[i] = exos_spawn_slices(1, &argv[2 * i + 2], 0);
		if (name[i] < 0)
			fprintf(stderr, "stride: %s: error %ld\n",
				argv[2 * i + 2], (long)name[i]);
		else if (exos_stride_join(&client[i], name[i],
					  atoi(argv[2 * i + 1])))
			fprintf(stderr, "stride: share %s\n", argv[2 * i + 1]);
	}
	while ((i = exos_stride_run(client, n)) >= 0)
		slices[i]++;
	for (i = 0; i < n; i++) {
		if (name[i] < 0 || ae_env_free(name[i], 0))
			status = 1;
		fprintf(stderr, "stride: %s had %lu slices\n", argv[2 * i + 2],
			(unsigned long)slices[i]);
	}
	return status;
}
