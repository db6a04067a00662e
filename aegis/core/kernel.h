/* SPDX-License-Identifier: MIT */
/* What the kernel's own files share.  Nothing here is seen by applications. */
#ifndef AEGIS_KERNEL_H
#define AEGIS_KERNEL_H

#include <aegis/env.h>
#include <aegis/error.h>
#include <aegis/event.h>
#include <aegis/info.h>
#include <aegis/types.h>

#include "fast.h"
#include "r3000.h"
#include "syscalls_kernel.h"	/* generated: sys_* */

#define noreturn _Noreturn

/* Every register of the interrupted environment. */
struct frame {
	u32 reg[32];
	u32 hi, lo, status, cause, epc, badvaddr;
};

/* Where a slice begins: the other registers are zero. */
struct entry {
	u32 pc, status;
	u32 v0, a0, a1, a2;
};

#define KSTACK_BYTES 4096	/* the one kernel stack */

/* Words above the kernel stack: o32 argument area, then the stack path's. */
struct kstack_top {
	u32 arg[8];
	u32 sp, ra, pc;
};

/* Private: the capabilities of a page (docs/design.md, "Capabilities"). */
struct page_caps {
	struct ae_cap read, write;
};

/* Private: what the fast paths do not need of an environment. */
struct env {
	u32 init;	/* first entry; 0 once used */
	u32 prologue, epilogue;
	u32 intx;	/* kseg0 address of the interrupt save area */
	u32 restart, restart_end;
	u32 critical, critical_end;
	u32 save_page, save_va;
	u32 iq, interrupt, repo; /* as in the description */
	struct ae_cap access;	/* presenting it is a right to it; 0: none */
	u8 fpu;		/* CU1 when it runs */
	u8 orphan;	/* serves a call whose caller died */
	u8 died;	/* its callee died: enter reply with AE_EDIED */
	u8 wake;	/* a device's notice came and it has no slices */
	u8 again;	/* one turn more, if a tick ends that of a notice */
	u8 refs;	/* environments that refer to it */
	u16 purged;	/* STLB slots looked at since it ended, / 16 */
	u16 passed;	/* of its pages, that cannot be taken (revoke.c) */
	u16 leaf;	/* number to run in its slices (transfer.c) */
	u8 generation;
	struct ae_cap cap;	/* of its pages, told at init */
};

/* Tables at fixed addresses (trap/fast.h). */
struct xl {
	u32 context, lo;
};
extern struct ae_gate gates[AE_NENV];
extern struct ae_handlers handlers[AE_NENV];
extern struct ae_handlers saves[AE_NENV];	/* save pointers */
extern struct xl xls[AE_NENV][AE_NPIN];
extern u32 call_table[FAST_NCALL];
extern u32 current_p;		/* of the running environment */
extern u32 leave_pc;		/* where leave_closed goes */
extern u32 stlb_data[AE_STLB_ENTRIES], stlb_tags[AE_STLB_ENTRIES];

#define number_of_p(p)	(((p) - FAST_BASE) >> FAST_SHIFT)
#define p_of_number(n)	(FAST_BASE + ((u32)(n) << FAST_SHIFT))
#define MAXENV		(AE_NENV - FAST_SPARE)	/* numbers 1..MAXENV-1 */

/* trap/ */
extern u32 kcur;		/* p of the current environment, in C */
extern struct frame kframe, panic_frame;
extern struct kstack_top kstack_top;
#define current() number_of_p(kcur)
void tlb_set(u32 index, u32 hi, u32 lo);
void tlb_get(u32 index, u32 *hi, u32 *lo);
void tlb_drop(u32 hi);
void tlb_flush(void);
void stlb_keep_run(u32 tag, u32 n, u32 bits);
void stlb_set_run(u32 tag, u32 n, u32 bits);
void stlb_clear_run(u32 tag, u32 n);
u32 stlb_check_run(u32 tag, u32 n, u32 cap_lo, u32 cap_hi);
u32 stlb_drop_page(u32 page, u32 slot, u32 n, u32 bindings);
void stlb_drop_tag(u32 tag, u32 slot, u32 n);
void set_context(u32 name);
u32 get_context(void);
u32 get_cause(void);
void fpu_clear(void);
void icache_flush(u32 kseg0, u32 bytes);
void page_zero(u32 kseg0);
void page_copy(u32 to, u32 from);
noreturn void frame_return(void);
noreturn void enter_fresh(const struct entry *to);
void intr_entry(void);
void unhandled_entry(void);
void panic_entry(void);
void sys_entry(void);
void sys_entry_fpu(void);
noreturn s32 sys_yield_next(void);	/* from leaf.S */

/* From frame.S: every register of the current environment is in f. */
void interrupt(struct frame *f);
void interrupt_leaving(struct frame *f);
void unhandled(struct frame *f);
void panic_exception(struct frame *f);
void transfer_scall(struct frame *f);
void transfer_reply(struct frame *f);
void transfer_acall(struct frame *f);
void frame_FPUmod(struct frame *f);
void frame_CIDswitch(struct frame *f);
void frame_Yield(struct frame *f);
void frame_env_free(struct frame *f);
void frame_Dealloc(struct frame *f);
void frame_chcap(struct frame *f);
void frame_TLBprotect(struct frame *f);
void frame_TLBunprotect(struct frame *f);
void frame_TLBdelete(struct frame *f);

/* core/env.c */
extern struct env envs[AE_NENV];
#define AE_NASID 64
#define ASID(n)	 ((n) & (AE_NASID - 1))
extern u8 asid_owner[AE_NASID]; /* number that holds each ASID, 0: none */
extern struct ae_env_data env_data[AE_NENV];
void env_init(void);
void env_forget_fpu(u32 n);
int env_by_name(u32 name);
s32 env_with_right(u32 name, u32 lo, u32 hi);
void env_claim_asid(u32 n);
void env_own_context(void);
void env_refresh(u32 n);
u32 env_status(u32 n);

/* core/make.c, core/end.c */
s32 env_make(const struct ae_env_desc *d, u32 creator);
void env_end(u32 n, u32 status);
int env_reap_some(void);

/* core/page.c */
extern struct ae_page *page_records;
extern struct page_caps *page_caps;
extern u32 page_count;
void page_init(u32 count, u32 first_free);
s32 page_alloc(u32 page, const struct ae_cap *r, const struct ae_cap *w,
	       u32 owner);
void page_release(u32 page);
int page_withdraw(u32 page);
void page_expose(u32 page, u32 n);

/* Constant time: no early exit tells how much of a guess was right. */
static inline int
cap_equal(const struct ae_cap *c, u32 lo, u32 hi)
{
	return ((c->lo ^ lo) | (c->hi ^ hi)) == 0;
}
s32 page_check(u32 page, u32 cap_lo, u32 cap_hi, int write);
s32 buffer_check(u32 page, u32 off, u32 len, u32 lo, u32 hi, int write);

/* core/holder.c */
u32 holder_bytes(u32 pages);
void holder_init(void *at);
s32 holder_free_page(void);
int holder_has(u32 page, u32 n);
u32 holder_newest(u32 n);
void holder_rotate(u32 n);
void holder_take(u32 page, u32 n);
s32 holder_add(u32 page, u32 n);
void holder_move(u32 page, u32 from, u32 to);
u32 holder_drop(u32 page, u32 n);
void holder_release(u32 page);

/* core/stlb.c; core/range.c has the range calls */
#define STLB_STEP 512 /* slots that are searched at a time */
void stlb_init(void);
void stlb_remove(u32 slot);
int stlb_must_search(u32 page);
int stlb_unbinds_soon(u32 page);
void stlb_unbind(u32 page);
int stlb_unbind_some(u32 page);
void stlb_purge(u32 n, u32 from, u32 count);
void stlb_flush_asid(u32 asid);
u32 stlb_hi_of_tag(u32 tag);
void range_interrupted(void);

/* core/pin.c */
void pin_set(u32 n, u32 vpn, u32 lo);
u32 pin_get(u32 n, u32 vpn);
void pin_drop_page(u32 page);
void pin_drop_all(u32 n);

/* core/slice.c: the vector; core/processor.c: who runs */
extern struct ae_slice slices[AE_NSLICE];
s32 slice_take(u32 s, const struct ae_cap *cap, u32 owner);
void slice_release(u32 s);
u32 slice_last_of(u32 n);
void slice_release_all(u32 n);
extern u32 slice_first; /* lowest that is owned, or AE_NSLICE */
void processor_tick(struct frame *f);
noreturn void processor_next(void);
noreturn void processor_enter(u32 n, u32 from);
void processor_look_for_strays(void);
extern u32 processor_told;
int inside(u32 pc, u32 start, u32 end);

/* core/intr.c */
void intr_post(u32 n, u32 type, u32 arg0, u32 arg1, struct frame *f);

/* core/revoke.c */
extern struct ae_revoke revokes[AE_NENV][AE_NRES];
int revoke_tick(int may_take);
void revoke_given(u32 n, u32 kind);
void revoke_got(u32 n, u32 kind);
void revoke_ended(u32 n);
void revoke_for_alloc(void);

/* core/transfer.c */
u32 transfer_leaf(u32 n);
void transfer_settle(u32 n);
void transfer_ended(u32 n);

/* core/info.c */
extern struct ae_info *info;
extern u8 info_page[AE_PAGE_SIZE];
void info_init(const char *machine, const char *args);

/* core/event.c, trap/event.S: a record of <aegis/event.h> about number n. */
#ifdef EVENTS
extern struct ae_event event_ring[AE_NEVENT];
struct ae_event *event_new(void);
void event(u32 kind, u32 code, u32 n, u32 pc, u32 a, u32 b, u32 c);
#else
#define event(...) ((void)0)
#endif

/* core/random.c */
void random_seed(const u32 seed[8]);
void random_words(u32 *to, u32 n);

/* core/console.c, core/panic.c */
void console_interrupt(struct frame *f);
void console_ended(u32 n);
void kputs(const char *s);
void kprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
noreturn void panic(const char *why);
noreturn void machine_halt(u32 status);

/* core/string.c */
void *memcpy(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);

/*
 * machine/: one file a machine, put together from drivers in dev/.  Interrupt
 * sources are the same bits on every machine; which line of the processor
 * each arrives on, and what gates it, is the machine's own affair.
 */
#define INTR_CLOCK	1
#define INTR_CONSOLE	2	/* a character is there to read */

struct console_ops {
	void (*init)(u32 base);
	void (*putc)(u32 base, char c);
	int (*getc)(u32 base);		/* -1: nothing there */
	void (*interrupts)(u32 base, int on);	/* of received characters */
};
struct clock_ops {
	void (*init)(u32 base, u32 hz);
	void (*ack)(u32 base);
};
struct machine {
	const char *name;
	u32 system;		/* PROM system id, type byte */
	u32 max_memory;		/* bytes the memory controller can hold */
	const struct console_ops *console;
	u32 console_base;	/* kseg1 */
	const struct clock_ops *clock;
	u32 clock_base;
	u32 im;			/* Status mask bits, open in user mode */
	u32 (*pending)(u32 cause);	/* INTR_* that ask for service */
	void (*route)(u32 sources);	/* let these INTR_* through, only */
};
extern const struct machine *machine;
const struct machine *machine_find(u32 system_id);
void machine_interrupts(u32 sources);

/* boot/ */
void prom_init(int argc, char **argv, u32 callbacks);
u32 prom_system_id(void);
const char *prom_args(void);
noreturn void prom_halt(void);
extern char halt_nonce[17];
int archive_find(const char *name, size_t len, const u8 **data, u32 *size);
void first_env(const char *line);
extern const u8 archive_start[], archive_end[];
extern char kernel_end[];

#endif
