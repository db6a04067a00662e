/* SPDX-License-Identifier: MIT */
/* Newlib's <setjmp.h>, and the jumps that take the signal mask along. */
#ifndef EXOS_SETJMP_H
#define EXOS_SETJMP_H

#include_next <setjmp.h>
#include <sys/_sigset.h>

typedef struct {
	jmp_buf context;
	int has_mask;
	__sigset_t mask;
} sigjmp_buf[1];

#define sigsetjmp(env, save) \
	(exos_keep_mask((env), (save)), setjmp((env)->context))

#ifdef __cplusplus
extern "C" {
#endif
void exos_keep_mask(sigjmp_buf env, int save);
void siglongjmp(sigjmp_buf env, int value) __attribute__((noreturn));
#ifdef __cplusplus
}
#endif

#endif
