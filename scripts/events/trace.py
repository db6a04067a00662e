# SPDX-License-Identifier: MIT
"""Events derived from the emulator's instruction trace.

The guest is as it always is, and may be a kernel without the event ring.
"""
import collections
import json
import os
import re
import tempfile

from . import BUILD, HOST_LIMIT, NONCE, Trouble
from . import log, program
import debugger

LIMIT = 2_000_000               # instructions; a few seconds on the host
MHZ = 25                        # of the DECstation 5000/200

KERNEL = 0x80000000
UTLB_VECTOR, GENERAL_VECTOR = 0x80000000, 0x80000080
MTHI_ZERO, RFE = 0x00000011, 0x42000010
TLBWI, TLBWR = 0x42000002, 0x42000006
MTC0_CONTEXT = 0x40802000       # with rt in bits 20..16
RT = 0x001f0000
GATE_NAME, GATE_BYTES = 4, 64   # struct ae_gate, <aegis/env.h>
TAG_SHIFT = 21                  # Context holds this top of the name
FRAME_V0 = 8                    # struct frame, aegis/trap
CALL_MASK = 0xfc                # FAST_CALL_MASK, aegis/trap/fast.h
STUB_MASK = ~31                 # restartable stubs, <aegis/env.h>
V0, K0 = 2, 26

# A value that happens to point to text is shown by GXemul as that text.
CALL_VALUES = re.compile(' '.join(
    rf'{r}=(".*?"|0x[0-9a-f]+|-?\d+)' for r in ('v0', 'a0', 'a1', 'a2', 'a3'))
    + r' pc=0x[0-9a-f]+$')
WRITTEN = re.compile(r'\[([0-9a-f]+)\]')
TLB_ENTRY = re.compile(r'\bhi=([0-9a-f]+), lo0=([0-9a-f]+)')


class Enough(Exception):
    """The trace is as long as was asked for."""


def call_values(text):
    """v0 and a0 to a3 of a system call, numbers or texts."""
    m = CALL_VALUES.search(text)
    if not m:
        raise Trouble(f'a call that is not understood: {text}')
    return [v if v[0] == '"' else int(v, 0) & 0xffffffff for v in m.groups()]


class Entry:
    """What the kernel was entered for, until it returns to user mode."""

    def __init__(self, count, record, call):
        self.count = count
        self.record = record    # ExceptionTaken; None: before the trace
        self.call = call        # [v0, a0, a1, a2, a3]
        self.refill = False     # began at the UTLB vector
        self.frame = False      # saved every register, for C
        self.told = False       # C noted who stops running
        self.bound = None       # last TLB write: EntryHi, EntryLo, pc
        self.known = {}         # constants in v0 and k0
        self.answered = False   # v0 is the result


class Deriver(log.Log):
    """Makes events of trace records."""

    unit, heading = 'instructions', '# instructions'

    def __init__(self, kernel, calls, values, count, context):
        super().__init__()
        self.calls = calls
        self.values = values            # {breakpoint: what was read there}
        self.count = self.first = count
        # Until a name is written, all of it that can be seen.
        tag = context >> TAG_SHIFT
        self.context = self.partial = tag << TAG_SHIFT | (tag & 255) << 6
        self.names = set()
        self.env = None                 # who runs in user mode
        self.frame_entry = kernel.symbols['frame_entry']
        self.settle = kernel.symbols['transfer_settle']
        # Only the debug kernel takes interrupts on its way out.
        self.overtaken = kernel.symbols.get('interrupt_leaving')
        self.entry = self.first_slice = None
        self.leaving = False
        self.words = collections.defaultdict(dict)
        self.run_start = count

    def start(self, pc, name):
        """The trace begins before the instruction at pc."""
        if pc >= KERNEL:
            self.entry = Entry(self.count, None, None)
            if name:
                self.context = name
                self.names.add(name)
        else:
            self.env = self.context
            self.event('switch', f'runs {log.who(self.env)}', pc)

    def stamp(self, event):
        return f'{event.count:14d}'

    def us(self, count):
        return (count - self.first) / MHZ

    def facts(self):
        return {'MHz': MHZ}

    def event(self, kind, text, place=None, name='', env=None, count=None,
              target=None):
        self.events.append(log.Event(
            self.count if count is None else count,
            self.env if env is None else env, kind, text, place, name,
            target, self.count))

    def feed(self, records, limit):
        """True when the limit has been reached."""
        for r in records:
            if type(r) is debugger.ExceptionTaken:
                if self.leaving:
                    self.leave(r.pc)
                self.exception(r)
                continue
            if self.count - self.first >= limit:
                return True
            if r.pc < KERNEL:
                if self.entry:
                    self.leave(r.pc)
                self.words[self.env][r.pc] = r.word
            elif self.entry:
                self.inside(r, self.entry)
            self.count += 1
        return False

    def exception(self, r):
        if r.pc >= KERNEL:
            self.event('exception', r.kind + log.address(r.kind, r.vaddr)
                       + ' in the kernel at', r.pc)
            return
        call = None
        if r.kind == 'SYS':
            call = call_values(r.text)
        self.entry = Entry(self.count, r, call)

    def inside(self, r, e):
        """An instruction of the kernel."""
        word = r.word
        # Not only its first word: GXemul shows that at another address when
        # the miss is in a delay slot that is the first word of a page.
        if UTLB_VECTOR <= r.pc < GENERAL_VECTOR:
            e.refill = True
        elif r.pc == self.frame_entry:
            e.frame = True
        elif r.pc == self.settle:
            e.told = True
        elif r.pc == self.overtaken:
            self.overtake(self.values[r.pc].popleft())
        elif r.pc in self.values:
            e.known[V0] = self.values[r.pc].popleft()
            e.answered = True
        if word & ~RT == MTC0_CONTEXT:
            self.context = int(WRITTEN.search(r.values)[1], 16) & 0xffffffff
            self.names.add(self.context)
        elif word in (TLBWI, TLBWR):
            hi, lo = TLB_ENTRY.search(r.operands + r.values).groups()
            e.bound = (int(hi, 16) & 0xffffffff, int(lo, 16) & 0xffffffff,
                       r.pc)
        elif word == RFE:
            self.leaving = True
        elif e.call and not e.answered:
            self.constant(word, e.known)

    def overtake(self, pc):
        """An interrupt came as the kernel was about to go on at pc."""
        self.leave(pc)
        self.entry = Entry(self.count, debugger.ExceptionTaken(
            'INT', False, pc, None, ''), None)
        self.entry.frame = True

    def constant(self, word, known):
        """Follow the constants that leaf calls answer with."""
        op, rs, rt, rd = (word >> 26, word >> 21 & 31, word >> 16 & 31,
                          word >> 11 & 31)
        if op == 0:
            if rd in (V0, K0) and word & 63 not in (8, 17, 19):
                source = (None if word & 63 not in (0x21, 0x25) or rt
                          else 0 if rs == 0 else known.get(rs))
                known[rd] = source
        elif op == 9 or op == 13:
            if rt in (V0, K0):
                known[rt] = word & 0xffff if rs == 0 else None
                if op == 9 and rs == 0 and word & 0x8000:
                    known[rt] = (word & 0xffff) - 0x10000
        elif rt in (V0, K0) and (8 <= op < 16 or 32 <= op < 40 or op == 16):
            known[rt] = None

    # Out of the kernel: now it is known what it did.

    def leave(self, pc):
        e, self.entry, self.leaving = self.entry, None, False
        before, self.env = self.env, self.context
        same = before == self.env
        r = e.record
        if r is None:
            what = 'before the trace'
            self.switch(before, pc)
            if e.count == self.first_slice:
                self.event('slice', 'slice starts at', pc)
        elif r.kind == 'SYS':
            what = self.system_call(e, before, pc, same)
        elif r.kind == 'INT':
            what = 'interrupt'
            self.event('interrupt', 'interrupt at', r.pc, env=before,
                       count=e.count)
            self.switch(before, pc)
            if not same:
                self.event('slice', 'slice starts at', pc)
            elif pc not in (r.pc, r.pc - 4, r.pc & STUB_MASK,
                            r.pc - 4 & STUB_MASK):
                if e.told:
                    self.event('slice', 'slice ends at', pc)
                else:
                    self.event('upcall', 'notice at', r.pc, env=before,
                               count=e.count, target=pc)
        elif e.bound and not e.frame:
            answer = ('STLB' if e.bound[2] < GENERAL_VECTOR
                      else 'guaranteed mapping')
            what = f'refill: {answer}'
            self.event('refill', log.refilled(r.kind, r.vaddr, answer,
                                              e.bound[1]),
                       r.pc, env=before, count=e.count)
        elif e.frame:
            what = f'unhandled {r.kind}'
            self.event('exception', log.unhandled(r.kind, r.vaddr), r.pc,
                       env=before, count=e.count)
            self.switch(before, pc)
            if not same:
                self.event('slice', 'slice starts at', pc)
        else:
            what = f'upcall {r.kind}'
            self.event('upcall', log.upcall(r.kind, r.vaddr, e.refill), r.pc,
                       env=before, count=e.count, target=pc)
        self.kernel.append((e.count, self.count, what))

    def switch(self, before, pc):
        if before == self.env:
            return
        if before is not None:
            self.runs.append((before, self.run_start, self.count))
        self.run_start = self.count
        self.event('switch', log.switched(before), pc)

    def system_call(self, e, before, pc, same):
        name, text = self.called(e.call)
        back = pc == e.record.pc + 4 & 0xffffffff
        result = e.known.get(V0)
        if name == 'self' and self.context in self.names:
            result = self.context
        moved = (log.is_transfer(name, e.call[1])
                 and not (same and back))
        say = text
        if not moved and back and (same or name == 'CIDswitch'):
            say += log.result(result)
        self.event('transfer' if moved else 'call',
                   say + (f'{log.transfer(self.env)} at' if moved else ''),
                   pc if moved else None, env=before, count=e.count,
                   name=name, target=self.env if moved else None)
        if name == 'TLBwr' and result == 0:
            hi, lo, _ = e.bound
            self.event('bind', log.bound(hi, lo), env=before)
        self.switch(before, pc)
        again = same and pc == e.record.pc      # one more bounded step
        if not (moved or again) and (not back or
                                     not same and name != 'CIDswitch'):
            self.event('slice', 'slice starts at', pc)
        return name

    def called(self, values):
        """The name of a call, and the call as text."""
        v0, *a = values
        if type(v0) is str:
            return 'unknown', f'unknown call {v0}()'
        if v0 >> 31:
            name = 'Reply' if v0 & CALL_MASK else 'Scall'
            args = ['name'] if name == 'Scall' else []
        else:
            n = (v0 & CALL_MASK) >> 2
            about = self.calls.get(str(n))
            if about is None:
                return 'unknown', f'unknown call {n}()'
            name, args = about['name'], about['args']
        return name, log.call(name, zip(args, a), len(args) > 4)

    def finish(self):
        """The trace has ended, perhaps in the kernel."""
        e = self.entry
        if e and e.record:
            r = e.record
            text = self.called(e.call)[1] if e.call else r.kind
            self.event('call' if e.call else 'exception',
                       f'{text}, no return seen', count=e.count)
            self.kernel.append((e.count, self.count, text))
        if self.env is not None:
            self.runs.append((self.env, self.run_start, self.count))
        if self.partial in self.names:
            return
        for name in sorted(self.names):
            if name >> TAG_SHIFT == self.partial >> TAG_SHIFT:
                self.rename(self.partial, name)
                break

    def rename(self, old, new):
        """The environment that ran at the start is known by its name now."""
        def renamed(env):
            return new if env == old else env
        self.events = [e._replace(env=renamed(e.env), target=renamed(e.target))
                       for e in self.events]
        self.runs = [(renamed(env), *ends) for env, *ends in self.runs]
        self.words[new].update(self.words.pop(old, {}))


class Sink:
    """A file for the trace that says when it is long enough."""

    def __init__(self, file, limit):
        self.file, self.left = file, limit + 1000

    def write(self, data):
        self.file.write(data)
        self.left -= data.count(b': ')
        if self.left < 0:
            raise Enough


def agreement(candidate, words):
    """How many executed words are the program's; 0 if one differs."""
    n = 0
    for pc, word in words.items():
        have = candidate.word(pc)
        if have is not None and have != word:
            return 0
        n += have is not None
    return n


def programs(executed, main):
    """What each environment runs: what agrees with all it executed."""
    others, found = [], {}
    for env, words in executed.items():
        best = agreement(main, words), main
        if best[0] == 0:
            if not others:
                others = [program.named(n) for n in program.all_names()
                          if n != main.name]
            best = max(((agreement(p, words), p) for p in others),
                       key=lambda f: f[0], default=best)
        found[env] = best[1] if best[0] else None
    return found


def stack_exit(kernel):
    """Where the stack path has the call's result in v0."""
    at = kernel.symbols['stack_entry']
    while kernel.word(at) != MTHI_ZERO:
        if kernel.word(at) is None:
            raise Trouble('the end of stack_entry is not to be found')
        at += 4
    return at


def word(emulator, address):
    return int.from_bytes(emulator.read_memory(address, 4), 'little')


def run(o):
    kernel, main = program.load(o.image, o.program)
    with open(os.path.join(BUILD, 'gen', 'syscalls.json'),
              encoding='utf-8') as f:
        calls = json.load(f)
    frame_return, v0_at = kernel.symbols['frame_return'], stack_exit(kernel)
    limit = o.limit or LIMIT
    begin = (program.address(o.start, main, kernel) if o.start
             else kernel.symbols['enter_fresh'])
    end = program.address(o.end, main, kernel) if o.end else None
    overtaken = kernel.symbols.get('interrupt_leaving')
    values = {at: collections.deque()
              for at in (frame_return, v0_at, overtaken) if at}
    with tempfile.TemporaryFile() as file, debugger.Emulator(
            o.image, program=[o.program, *o.args], nonce=NONCE,
            time_limit=o.emulated_seconds, host_limit=HOST_LIMIT) as emulator:
        emulator.add_breakpoint(begin)
        stop = emulator.cont()
        if stop.reason != 'breakpoint':
            raise Trouble(f'{o.start or "user mode"} was not reached: '
                          f'{stop.reason} {stop.text}'.rstrip())
        emulator.remove_breakpoint(begin)
        deriver = Deriver(kernel, calls, values, emulator.ninstrs(),
                          emulator.cp0()['context'])
        # User mode, which a trace can begin in, cannot read the name.
        gate = kernel.symbols['gates'] + GATE_BYTES * log.number(deriver.context)
        if not o.start:
            deriver.first_slice = deriver.count
        deriver.start(stop.pc, stop.pc >= KERNEL and word(
            emulator, gate + GATE_NAME))
        for at in {end, *values} - {None}:
            emulator.add_breakpoint(at)
        emulator.trace(Sink(file, limit))
        try:
            while True:
                if stop.pc == frame_return:
                    values[stop.pc].append(word(
                        emulator, kernel.symbols['kframe'] + FRAME_V0))
                elif stop.pc == overtaken:
                    values[stop.pc].append(word(
                        emulator, kernel.symbols['leave_pc']))
                elif stop.pc == v0_at:
                    values[stop.pc].append(emulator.registers()['v0'])
                stop = emulator.cont()
                if stop.reason != 'breakpoint' or stop.pc == end:
                    break
            why = (f'{o.end} reached' if stop.reason == 'breakpoint'
                   else program.ending(stop))
        except Enough:
            why = None
        file.seek(0)
        if deriver.feed(debugger.parse_trace(file), limit) or why is None:
            why = f'limit of {limit} instructions'
        deriver.finish()
    deriver.ended = why
    deriver.programs = programs(deriver.words, main)
    return deriver, kernel
