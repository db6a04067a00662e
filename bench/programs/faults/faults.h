/* SPDX-License-Identifier: MIT */
/* A store to each page of a range; faults.S marks it. */
#ifndef BENCH_FAULTS_H
#define BENCH_FAULTS_H

#include "../../window.h"

void faults_zero(u32 from, u32 to);
void faults_clean(u32 from, u32 to);
void faults_copy(u32 from, u32 to);

#endif
