/* SPDX-License-Identifier: MIT */
/* SOSP'95 table 9: multiplication of 150x150 integer matrices. */
#include <stdio.h>

#include <aegis/types.h>

#define N    150
#define RUNS 3

int matmul_a[N][N], matmul_b[N][N], matmul_c[N][N];

void matmul_run(void);
void matmul_multiply(void);

void
matmul_multiply(void)
{
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++) {
			int sum = 0;

			for (int k = 0; k < N; k++)
				sum += matmul_a[i][k] * matmul_b[k][j];
			matmul_c[i][j] = sum;
		}
}

/* Signed, and different in every row and column. */
static void
fill(u32 seed)
{
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++) {
			seed = seed * 1103515245 + 12345;
			matmul_a[i][j] = (int)(seed >> 16) % 1000 - 500;
			matmul_b[i][j] = (int)(seed >> 8 & 0xffff) % 1000 - 500;
			matmul_c[i][j] = 0;
		}
}

/* The product again, row by row and by addition of rows. */
static int
wrong(void)
{
	int row[N], bad = 0;

	for (int i = 0; i < N; i++) {
		for (int j = 0; j < N; j++)
			row[j] = 0;
		for (int k = 0; k < N; k++)
			for (int j = 0; j < N; j++)
				row[j] += matmul_a[i][k] * matmul_b[k][j];
		for (int j = 0; j < N; j++)
			bad += row[j] != matmul_c[i][j];
	}
	return bad;
}

int
main(void)
{
	int bad = 0;

	for (u32 run = 1; run <= RUNS; run++) {
		fill(run);
		matmul_run();
		bad += wrong();
	}
	printf("matmul: %d wrong\n", bad);
	return bad != 0;
}
