# SPDX-License-Identifier: MIT
"""What is measured: each row's program and labels, and the paper's figure.

The labels are symbols of the program (build/bin/PROGRAM.elf). A row's count
is taken from an instruction trace (count.py) by one of these rules:

  TRAP   start is an instruction that traps. Counted from the instruction
         after it (the exception vector's first) to the one before end; the
         trapping instruction is excluded. When start does not trap, nothing
         is counted.
  SPAN   from start, inclusive, to the one before the next end.
  RUN    as SPAN, over millions of instructions: the difference of the
         emulator's instruction counter at two breakpoints.
  CALL   as RUN, over less than a slice: samples that a clock interrupt came
         into are left out. Its program may have several rows of both rules.
  MISSES as RUN, but UTLB misses: arrivals at the vector 0x80000000.
  TICK   from a clock interrupt, at the vector, to the one before end; start
         is where the program says that from now on only the clock enters
         the kernel while an environment runs.
  LONGEST the longest run of the kernel, with interrupts off, between start
         and end: from the vector of an exception to the rfe, inclusive.

end is a symbol, or NEXT (the instruction after the trapping one), or RETRY
(the trapping instruction again), or RETURN (what the kernel returns to: the
instruction after the first rfe).
"""
from typing import NamedTuple, Optional

TRAP, SPAN, RUN, MISSES, TICK = 'trap', 'span', 'run', 'misses', 'tick'
LONGEST, CALL = 'longest', 'call'
NEXT, RETRY, RETURN = '(next)', '(retry)', '(return)'

WARM = 8                # BENCH_WARM of window.h: these fill the TLB
AT_LEAST = 100          # samples a row, if the row does not say otherwise
FEW = 16


class Row(NamedTuple):
    table: str
    operation: str
    program: str
    rule: str
    start: str
    end: str
    # The paper's operation in reference/sosp95.csv, for Aegis or ExOS and
    # for Ultrix, and that with its number of instructions.
    paper: Optional[str] = None
    ultrix: Optional[str] = None
    paper_instructions: Optional[str] = None
    divide: int = 1
    unit: str = 'instructions'
    least: int = AT_LEAST
    # The same operation in reference/linux-6.1.csv.
    linux: Optional[str] = None
    # The paper's system, if not Aegis or ExOS, and where it ran, if it has no
    # figure of the nearest machine.
    paper_system: Optional[str] = None
    paper_machine: Optional[str] = None


# The windows of a program that are traced, in the order they come.
WINDOWS = {
    'table4': [('table4_start', 'table4_end')],
    'table5': [('table5_bare_start', 'table5_bare_end'),
               ('table5_exos_start', 'table5_exos_end')],
    'refill': [('refill_hit_start', 'refill_hit_end'),
               ('refill_upcall_start', 'refill_upcall_end')],
    'table6': [('table6_start', 'table6_end')],
    'resources': [('resources_start', 'resources_end')],
    'yield': [('yield_start', 'yield_end')],
    'faults': [('zero_start', 'zero_end'), ('clean_start', 'clean_end'),
               ('copy_start', 'copy_end')],
    'table8': [('table8_pipe_start', 'table8_pipe_end'),
               ('table8_inlined_start', 'table8_inlined_end'),
               ('table8_shm_start', 'table8_shm_end')],
    'lrpc': [('lrpc_start', 'lrpc_end')],
    'tlrpc': [('tlrpc_start', 'tlrpc_end')],
    'tlrpc_shared': [('tlrpc_start', 'tlrpc_end')],
    'thread_switch': [('thread_switch_start', 'thread_switch_end')],
    'signal': [('signal_at_signals_start', 'signal_at_signals_end'),
               ('signal_at_pairs_start', 'signal_at_pairs_end')],
}
WINDOWS.update(dict.fromkeys(
    ('table10', 'table10.linear', 'table10.inverted'),
    [(f'{op}_start', f'{op}_end') for op in (
        'dirty', 'prot1', 'prot100', 'prot100_each', 'trap', 'appel1',
        'appel2')]))

# Their paths ask the machine what waits, which takes as long as its
# interrupt registers need.
OF_THE_MACHINE = {'end of slice', 'context switch', 'Yield to the next slice',
                  'fork + exit + wait', 'spawn + exit + wait', 'exec',
                  'signal to another process'}


# What the program `longest` makes long, a window each.
LONG = ('chcap', 'Dealloc', 'short_range', 'long_range', 'holder', 'page_ref',
        'page_refs', 'env_create', 'env_free_held', 'env_free', 'slice_alloc',
        'env_kill', 'excess', 'force', 'tick', 'chain', 'chain_broken',
        'cons_write', 'random', 'buffers')
WINDOWS['longest'] = [(f'longest_{p}', f'longest_{p}_end') for p in LONG]
OF_THE_MACHINE |= {f'longest: {p}' for p in LONG}   # some have a tick in them


def _exceptions():
    names = ('unalign', 'overflow', 'coproc', 'prot')
    for name in names:
        yield Row('5', name, 'table5', TRAP, f'table5_bare_{name}',
                  'table5_handler', f'exception dispatch: {name}',
                  f'exception dispatch: {name}', 'exception dispatch')
    # The least handler there is: skips the instruction, returns by itself.
    for name in names:
        yield Row('5', f'{name} dispatch+return', 'table5', TRAP,
                  f'table5_bare_{name}', NEXT)
    # ExOS: all registers saved, regions asked, then a handler in C.
    for name in names:
        yield Row('5', f'{name} dispatch+return in C', 'table5',
                  TRAP, f'table5_exos_{name}', NEXT,
                  linux='trap' if name == 'prot' else f'{name} signal')


def _memory(table, program, suffix='', **paper):
    """Tables 10 and 13: the same operations on one page table."""
    few = 4             # of the longest; clock interrupts spoil some

    def row(name, rule, start, end, known, **more):
        peer = None if suffix else known
        return Row(table, name + suffix, program, rule, start, end, known,
                   peer, linux=known, **more, **paper)

    for name, label, least in (
            ('dirty', 'dirty', AT_LEAST), ('prot1', 'prot1', AT_LEAST),
            ('unprot1', 'unprot1', AT_LEAST), ('prot100', 'prot100', few),
            ('unprot100', 'unprot100', few),
            ('prot100 page by page', 'prot100_each', few),
            ('unprot100 page by page', 'unprot100_each', few)):
        known = 'prot1' if name == 'unprot1' else name.split()[0]
        yield row(name, SPAN, f'{label}_call', f'{label}_return', known,
                  least=least)
    yield row('trap', TRAP, 'trap_store', NEXT, 'trap')
    yield row('appel1', TRAP, 'appel1_store', NEXT, 'appel1')
    yield row('appel2', SPAN, 'appel2_begin', 'appel2_done', 'appel2',
              divide=100, least=few)


def _page_tables():
    for kind in ('linear', 'inverted'):
        yield from _memory('13', f'table10.{kind}', f', {kind}',
                           paper_system=f'ExOS {kind} page table',
                           paper_machine='DEC3100')


def _processes():
    """Of a small program."""
    for name, rule, start, end in (
            ('fork', CALL, 'fork', 'forked'),
            ('fork + exit + wait', CALL, 'fork', 'collected'),
            ('wait for one that ended', CALL, 'wait', 'waited'),
            ('spawn + exit + wait', RUN, 'spawn', 'spawned'),
            ('exec', RUN, 'exec', 'execed')):
        yield Row(BEYOND, name, 'process', rule, f'process_at_{start}',
                  f'process_at_{end}', least=FEW, linux=name)
    yield Row(BEYOND, 'signal to itself', 'signal', SPAN, 'signal_at_signal',
              'signal_at_signalled', linux='signal to itself')
    yield Row(BEYOND, 'signal to another process', 'signal', SPAN,
              'signal_at_pair', 'signal_at_pair', divide=2,
              linux='signal to another process')


def _beyond():
    """What the paper describes and gives no figures for."""
    yield Row(BEYOND, 'end of slice', 'switch', TICK, 'switch_ready',
              'switch_epilogue', least=FEW)
    yield Row(BEYOND, 'context switch', 'switch', TICK, 'switch_ready',
              'switch_prologue', least=FEW)
    yield Row(BEYOND, 'Yield by name', 'resources', TRAP,
              'resources_at_back', 'exos_prologue')
    yield Row(BEYOND, 'Yield to the next slice', 'yield', TRAP,
              'exos_yield_trap', 'exos_prologue', linux='sched_yield')
    for name in ('Alloc', 'Dealloc', 'slice_alloc', 'slice_give',
                 'slice_free'):
        yield Row(BEYOND, name, 'resources', TRAP, f'resources_at_{name}',
                  NEXT)
    for name in ('env_create', 'env_free'):
        yield Row(BEYOND, name, 'resources', TRAP, f'resources_at_{name}',
                  NEXT, least=FEW)
    yield Row(BEYOND, 'revoke 1 page', 'resources', TRAP,
              'resources_at_revoke_1', 'exos_prologue')
    yield Row(BEYOND, 'revoke 100 pages', 'resources', TRAP,
              'resources_at_revoke_100', 'exos_prologue', least=3)
    yield Row(BEYOND, 'demand-zero fault', 'faults', TRAP, 'zero_store', NEXT,
              linux='zero-fill fault')
    yield Row(BEYOND, 'first store to a clean page', 'faults', TRAP,
              'clean_store', NEXT)
    yield Row(BEYOND, 'copy-on-write fault', 'faults', TRAP, 'copy_store',
              NEXT)
    yield Row(BEYOND, 'thread switch', 'thread_switch', SPAN, 'thread_switch',
              'thread_switch', divide=2)
    yield from _processes()
    for path in LONG:
        yield Row(BEYOND, f'longest: {path}', 'longest', LONGEST,
                  f'longest_{path}', f'longest_{path}_end', least=1)
    yield LONGEST_OF_ALL


BEYOND = '+'            # the table of what is beyond the paper
# Of all windows of its program.
LONGEST_OF_ALL = Row(BEYOND, 'longest path', 'longest', LONGEST, '', '',
                     least=1)

ROWS = [
    Row('4', 'procedure call', 'table4', SPAN, 'table4_call', 'table4_called',
        'null procedure call', 'null procedure call'),
    Row('4', 'syscall leaf', 'table4', TRAP, 'table4_leaf', NEXT,
        'null system call, path without kernel stack',
        'null system call (getpid)', linux='getpid'),
    Row('4', 'syscall stack', 'table4', TRAP, 'table4_stack', NEXT,
        'null system call, path with kernel stack',
        'null system call (getpid)', linux='getpid'),
    *_exceptions(),
    Row('5.4', 'STLB hit', 'refill', TRAP, 'refill_hit', RETURN,
        paper_instructions='STLB hit'),
    Row('5.4', 'upcall and TLBwr', 'refill', TRAP, 'refill_upcall', RETRY),
    Row('6', 'Scall', 'table6', TRAP, 'table6_scall', 'table6_gate',
        'protected control transfer, one way', None, 'synchronous PCT'),
    Row('6', 'Scall paper method', 'table6', SPAN, 'table6_reply',
        'table6_reply', 'protected control transfer, one way', divide=2),
    Row('6', 'Reply', 'table6', TRAP, 'table6_served', 'table6_reply'),
    Row('6', 'Acall', 'table6', TRAP, 'table6_acall', 'table6_agate'),
    Row('8', 'pipe', 'table8', SPAN, 'table8_pipe', 'table8_pipe', 'pipe',
        'pipe', divide=2, linux='pipe'),
    Row('8', "pipe'", 'table8', SPAN, 'table8_inlined', 'table8_inlined',
        "pipe'", "pipe'", divide=2, linux='pipe'),
    Row('8', 'shm', 'table8', SPAN, 'table8_shm', 'table8_shm', 'shm', 'shm',
        divide=2, linux='shm'),
    Row('8', 'lrpc', 'lrpc', SPAN, 'exos_lrpc', 'lrpc_returned', 'lrpc',
        'lrpc', linux='lrpc'),
    Row('9', 'matmul', 'matmul', RUN, 'matmul_start', 'matmul_end',
        '150x150 integer matrix multiply', '150x150 integer matrix multiply',
        least=3, linux='matmul'),
    Row('9', 'matmul TLB misses', 'matmul', MISSES, 'matmul_start',
        'matmul_end', unit='misses', least=3),
    *_memory('10', 'table10'),
    Row('12', 'lrpc', 'lrpc', SPAN, 'exos_lrpc', 'lrpc_returned',
        'lrpc (untrusted)', linux='lrpc'),
    Row('12', 'tlrpc', 'tlrpc', SPAN, 'exos_tlrpc', 'tlrpc_returned',
        'tlrpc (trusted)', linux='lrpc'),
    Row('12', 'tlrpc, shared reply entry', 'tlrpc_shared', SPAN, 'exos_tlrpc',
        'tlrpc_returned', 'tlrpc (trusted)', linux='lrpc'),
    *_page_tables(),
    *_beyond(),
]

TABLES = list(dict.fromkeys(row.table for row in ROWS))
