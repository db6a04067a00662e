/* SPDX-License-Identifier: MIT */
/*
 * ExOS for programs: memory, exceptions, processor, control transfer and
 * environments.  Results are 0 or an address, page or name; negative AE_E*
 * on error.
 */
#ifndef EXOS_H
#define EXOS_H

#include <aegis/env.h>
#include <aegis/error.h>
#include <aegis/info.h>
#include <exos/far.h>
#include <exos/layout.h>
#include <aegis/syscalls.h>
#include <exos/pin.h>
#include <exos/vm.h>

#define exos_info	((const volatile struct ae_info *)EXOS_INFO)
#define exos_gates	((const volatile struct ae_gate *)EXOS_GATES)
#define exos_pages	((const volatile struct ae_page *)EXOS_PAGES)
#define exos_stlb	((const volatile u32 *)EXOS_STLB)
#define exos_slices	((const volatile struct ae_slice *)EXOS_SLICES)
#define exos_data	((const volatile struct ae_env_data *)EXOS_DATA)
/* Revocation of a kind of resource (AE_RES_*) from environment n. */
#define exos_revoke_of(n, kind) \
	((const volatile struct ae_revoke *)EXOS_REVOKES + (n)*AE_NRES + (kind))

extern u32 exos_self;		/* own name */

/*
 * Handler of a kind of interrupt or notice (AE_INT_*); it runs as handlers
 * of exceptions do.  Registering it asks the kernel for them; 0 declines.
 */
typedef void exos_int_handler(const struct ae_int *i);
EXOS_PINNED s32 exos_on_interrupt(u32 type, exos_int_handler *h);

/*
 * Handlers that a program begins with (SOSP'95 3.3).  exos_revoked, of
 * AE_INT_REVOKE and AE_INT_IMPERATIVE, gives back what ExOS can do without:
 * empty pages of the page table, the free end of malloc's memory; and all
 * slices but the first that have the capability exos_spawn gives them.
 * exos_repossessed, of AE_INT_REPO, empties the repossession vector: who
 * touches a page that was taken ends, with a message.  A program's own handler
 * replaces them, and may call them.
 */
EXOS_PINNED exos_int_handler exos_revoked, exos_repossessed;

/* Called by exos_revoked when pages are wanted that the page table does not
 * have to spare: who keeps some in reserve unmaps them.  malloc sets it. */
extern void (*exos_spare)(void);

/*
 * Let the interrupted code call exos_pin->preempt, if that is not 0, before
 * it goes on: a function of void (struct exos_frame *), in its place and on
 * its stack.  Does nothing to code on a pinned stack.
 */
EXOS_PINNED void exos_divert(struct exos_frame *f);

/* ---- processor ---- */

EXOS_PINNED s32 exos_yield(u32 name);		/* 0: the next slice */

/* ---- control transfer ---- */

/*
 * Message registers: a1-a3 there and back.  exos_scall returns the name of
 * who replied, or a negative error; the reply's a1-a3 are in m.
 */
EXOS_PINNED s32 exos_scall(u32 name, u32 m[3]);
/* Serve calls: h sees and changes the message; then the caller goes on. */
void exos_serve(void (*h)(u32 caller, u32 m[3]));
void exos_serve_async(void (*h)(u32 caller, u32 m[3]));

/* ---- environments ---- */

/* Start bin/argv[0] of the boot archive.  Result: name of the child. */
s32 exos_spawn(int argc, char *const argv[]);
/* The same with so many slices; with none it runs when it is yielded to. */
s32 exos_spawn_slices(int argc, char *const argv[], u32 nslices);
s32 exos_wait(u32 name);		/* until it ends; its exit status */
EXOS_PINNED _Noreturn void exos_exit(u32 status);

/* Next file of the boot archive after *at (0 first); its size, or -1. */
EXOS_PINNED s32 exos_archive_next(u32 *at, const char **name,
				  const void **data);

#endif
