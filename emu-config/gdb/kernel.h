/* SPDX-License-Identifier: MIT */
/*
 * What the running kernel's tables say, found through its image's symbols:
 * environments, their programs, and where a virtual address is.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aegis/env.h>

#include "image.h"

#define PROGRAM_NAME 64
#define USER_END     AE_PINNED_END /* above are the kernel's addresses */

/* The Context register, and thus a tag of the STLB (aegis/mem.h). */
#define CONTEXT_TAG(context) ((context) >> 21)
#define CONTEXT_ENV(context) (CONTEXT_TAG(context) & (AE_NENV - 1))
#define CONTEXT_VA(context)  ((context) << 11 >> 1 & ~(AE_PAGE_SIZE - 1))

extern struct image kernel_image;

/* False, with a reason: this is no image of the kernel. */
bool kernel_open(const char *path, const char **why);
bool kernel_symbol(const char *name, uint32_t *value);

/* A word at a kernel address, or 0. */
uint32_t kernel_word(uint32_t kva);

/* Number of the environment whose address space is installed; 0: none. */
uint32_t kernel_env(void);
/* "hello"; "" if it is no ExOS program; false if there is no environment. */
bool kernel_program(uint32_t env, char name[PROGRAM_NAME]);
uint32_t kernel_parent(uint32_t env); /* its creator; 0: none that lives */
/* What the first environment runs until it has said so itself. */
extern char kernel_first[PROGRAM_NAME];

/* Who answered. */
enum where {
	WHERE_NOT,
	WHERE_KERNEL, /* unmapped: kseg0, kseg1 */
	WHERE_TLB,
	WHERE_STLB,
	WHERE_PINNED, /* a guaranteed mapping */
	WHERE_TABLE,  /* the page table of an ExOS program */
};
extern const char *const where_names[];

/* Kernel address of the byte at va, in the environment's address space. */
enum where kernel_translate(uint32_t env, uint32_t va, uint32_t *kva);
/* Memory as the current environment sees it, whatever pages it spans. */
bool kernel_read(uint32_t va, void *to, size_t n);
bool kernel_write(uint32_t va, const void *from, size_t n);

#endif
