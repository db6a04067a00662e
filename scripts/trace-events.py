#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run a program under the debugger and tell what happened, event by event.

The guest is as it always is: the events are derived on the host from the
emulator's instruction trace. docs/events.md explains every event.
"""
import argparse
import bisect
import collections
import json
import os
import re
import struct
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(TOP, 'emu-config'))
import debugger  # noqa: E402
import gxemul  # noqa: E402

BUILD = os.path.join(TOP, os.environ.get('BUILD', 'build'))
NONCE = 'traceeventstrace'      # capabilities come from it: the same each run
LIMIT = 2_000_000               # instructions; a few seconds on the host
HOST_LIMIT = 300                # seconds without a stop are a hang
MHZ = 25                        # of the DECstation 5000/200

KERNEL = 0x80000000
UTLB_VECTOR, GENERAL_VECTOR = 0x80000000, 0x80000080
VECTORS_END = 0x80000100
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
ADDRESSED = ('MOD', 'TLBL', 'TLBS', 'ADEL', 'ADES')  # set BadVAddr
TRANSFERS = ('Scall', 'Reply', 'Acall')


class Trouble(Exception):
    """What was asked for cannot be had; the text says why."""


class Enough(Exception):
    """The trace is as long as was asked for."""


def number(name):
    """An environment's number, from its name (<aegis/env.h>)."""
    return name >> 6 & 255


def generation(name):
    return (name >> 29 & 3) << 6 | name >> 15 & 63


def call_values(text):
    """v0 and a0 to a3 of a system call, numbers or texts."""
    m = CALL_VALUES.search(text)
    if not m:
        raise Trouble(f'a call that is not understood: {text}')
    return [v if v[0] == '"' else int(v, 0) & 0xffffffff for v in m.groups()]


class Program:
    """Symbols and words of an ELF file for 32-bit MIPS."""

    def __init__(self, path):
        self.name = os.path.basename(path).removesuffix('.elf')
        with open(path, 'rb') as f:
            data = f.read()
        if data[:6] != b'\x7fELF\x01\x01':
            raise Trouble(f'{path} is not a little-endian 32-bit ELF file')
        phoff, shoff = struct.unpack_from('<II', data, 28)
        phsize, phnum, shsize, shnum = struct.unpack_from('<HHHH', data, 42)
        self.segments = []
        for i in range(phnum):
            kind, offset, va, _, size, _, _, _ = struct.unpack_from(
                '<8I', data, phoff + i * phsize)
            if kind == 1:
                self.segments.append((va, data[offset:offset + size]))
        self.symbols = {}
        sections = [struct.unpack_from('<10I', data, shoff + i * shsize)
                    for i in range(shnum)]
        for s in sections:
            if s[1] == 2:
                self._symbols(data, s, sections[s[6]][4])
        # Of two names the one that begins something is the last.
        self.places = sorted((a, not n.endswith('_end'), n)
                             for n, a in self.symbols.items())

    def _symbols(self, data, section, strings):
        for at in range(section[4], section[4] + section[5], 16):
            n, value, _, info, _, index = struct.unpack_from(
                '<IIIBBH', data, at)
            name = data[strings + n:data.index(b'\0', strings + n)].decode()
            if name and index and info & 15 < 3 and name[0] not in '.$':
                self.symbols[name] = value

    def word(self, address):
        for va, text in self.segments:
            if 0 <= address - va <= len(text) - 4:
                return struct.unpack_from('<I', text, address - va)[0]
        return None

    def place(self, address):
        """The symbol at or before an address, or None."""
        if self.word(address) is None:
            return None
        i = bisect.bisect_right(self.places, (address, 2)) - 1
        if i < 0:
            return None
        at, _, name = self.places[i]
        return name if at == address else f'{name}+0x{address - at:x}'


# place is an address and follows the text. A call has its name; an upcall's
# target is its handler, a transfer's the callee, reached at count `end`.
Event = collections.namedtuple('Event',
                               'count env kind text place name target end')


class Entry:
    """What the kernel was entered for, until it returns to user mode."""

    def __init__(self, count, record, call):
        self.count = count
        self.record = record    # ExceptionTaken; None: before the trace
        self.call = call        # [v0, a0, a1, a2, a3]
        self.refill = False     # began at the UTLB vector
        self.frame = False      # saved every register, for C
        self.bound = None       # last TLB write: EntryHi, EntryLo, pc
        self.known = {}         # constants in v0 and k0


class Deriver:
    """Makes events of trace records."""

    def __init__(self, kernel, calls, results, count, context):
        self.calls = calls
        self.results = results          # {breakpoint: v0 each time}
        self.count = self.first = count
        # Until a name is written, all of it that can be seen.
        tag = context >> TAG_SHIFT
        self.context = self.partial = tag << TAG_SHIFT | (tag & 255) << 6
        self.names = set()
        self.env = None                 # who runs in user mode
        self.frame_entry = kernel.symbols['frame_entry']
        self.entry = self.first_slice = None
        self.leaving = False
        self.events = []
        self.runs = []                  # (env, from, to)
        self.kernel = []                # (from, to, what)
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
            self.event('switch', f'runs {self.who(self.env)}', pc)

    @staticmethod
    def who(name):
        return f'environment {number(name)}'

    def event(self, kind, text, place=None, name='', env=None, count=None,
              target=None):
        self.events.append(Event(
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
            self.event('exception', f'{r.kind}{self.bad(r)} in the kernel '
                       'at', r.pc)
            return
        call = None
        if r.kind == 'SYS':
            call = call_values(r.text)
        self.entry = Entry(self.count, r, call)

    def inside(self, r, e):
        """An instruction of the kernel."""
        word = r.word
        if r.pc == UTLB_VECTOR:
            e.refill = True
        elif r.pc == self.frame_entry:
            e.frame = True
        elif r.pc in self.results:
            e.known[V0] = self.results[r.pc].popleft()
        if word & ~RT == MTC0_CONTEXT:
            self.context = int(WRITTEN.search(r.values)[1], 16) & 0xffffffff
            self.names.add(self.context)
        elif word in (TLBWI, TLBWR):
            hi, lo = TLB_ENTRY.search(r.operands + r.values).groups()
            e.bound = (int(hi, 16) & 0xffffffff, int(lo, 16) & 0xffffffff,
                       r.pc)
        elif word == RFE:
            self.leaving = True
        elif e.call:
            self.constant(word, e.known, e.frame)

    def constant(self, word, known, frame):
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
            if not (frame and rt == V0):        # read at frame_return
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
                self.event('slice', 'slice ends at', pc)
        elif e.bound and not e.frame:
            answer = ('STLB' if e.bound[2] < GENERAL_VECTOR
                      else 'guaranteed mapping')
            what = f'refill: {answer}'
            self.event('refill', f'{r.kind} va=0x{r.vaddr:08x} refilled by '
                       f'{answer}, lo=0x{e.bound[1]:08x}, at', r.pc,
                       env=before, count=e.count)
        elif e.frame:
            what = f'unhandled {r.kind}'
            self.event('exception', f'{what}{self.bad(r)} at', r.pc,
                       env=before, count=e.count)
            self.switch(before, pc)
            if not same:
                self.event('slice', 'slice starts at', pc)
        else:
            what = f'upcall {r.kind}'
            passed = ', refill passed to software,' if e.refill else ''
            self.event('upcall', f'{what}{self.bad(r)}{passed} at', r.pc,
                       env=before, count=e.count, target=pc)
        self.kernel.append((e.count, self.count, what))

    @staticmethod
    def bad(r):
        if r.vaddr is None or r.kind not in ADDRESSED:
            return ''
        return f' va=0x{r.vaddr:08x}'

    def switch(self, before, pc):
        if before == self.env:
            return
        if before is not None:
            self.runs.append((before, self.run_start, self.count))
        self.run_start = self.count
        self.event('switch', 'switch from '
                   + (self.who(before) if before is not None
                      else 'the kernel') + ', goes on at', pc)

    def system_call(self, e, before, pc, same):
        name, text = self.called(e.call)
        back = pc == e.record.pc + 4 & 0xffffffff
        result = e.known.get(V0)
        if name == 'self' and self.context in self.names:
            result = self.context
        moved = name in TRANSFERS and not (same and back)
        say = text
        if not moved and back and (same or name == 'CIDswitch'):
            say += (' = ?' if result is None else f' = {signed(result)}'
                    if abs(signed(result)) < 4096
                    else f' = 0x{result & 0xffffffff:x}')
        self.event('transfer' if moved else 'call',
                   say + (f' to {self.who(self.env)} at' if moved else ''),
                   pc if moved else None, env=before, count=e.count,
                   name=name, target=self.env if moved else None)
        if name == 'TLBwr' and result == 0:
            hi, lo, _ = e.bound
            self.event('bind', f'bind va=0x{hi & ~0xfff:08x} lo=0x{lo:08x}',
                       env=before)
        self.switch(before, pc)
        if not moved and (not back or not same and name != 'CIDswitch'):
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
        shown = ', '.join(f'{arg}={v}' if type(v) is str else f'{arg}=0x{v:x}'
                          for arg, v in zip(args, a))
        return name, f'{name}({shown}{", ..." if len(args) > 4 else ""})'

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


def signed(n):
    return n - (1 << 32) if n >> 31 == 1 else n


class Report:
    """Events with the programs and symbols of their environments."""

    def __init__(self, deriver, kernel, main, end):
        self.d = deriver
        self.kernel = kernel
        self.end = end
        others = []
        first = {}
        self.again = {e for e in deriver.words
                      if first.setdefault(number(e), e) != e}
        self.programs = {}
        for env, words in deriver.words.items():
            found = self.agreement(main, words), main
            if found[0] == 0:
                if not others:
                    others = self.others(main)
                found = max(((self.agreement(p, words), p) for p in others),
                            key=lambda f: f[0], default=found)
            self.programs[env] = found[1] if found[0] else None

    @staticmethod
    def agreement(program, words):
        """How many executed words are the program's; 0 if one differs."""
        n = 0
        for pc, word in words.items():
            have = program.word(pc)
            if have is not None and have != word:
                return 0
            n += have is not None
        return n

    @staticmethod
    def others(main):
        folder = os.path.join(BUILD, 'bin')
        return [Program(os.path.join(folder, f))
                for f in sorted(os.listdir(folder)) if f.endswith('.elf')
                and f != main.name + '.elf']

    def place(self, env, address):
        program = self.kernel if address >= KERNEL else self.programs.get(env)
        name = program and program.place(address)
        return name or f'0x{address:08x}'

    def label(self, env):
        """The number; with the generation if the number was used again."""
        label = '-' if env is None else f'{number(env)}'
        if env in self.again:
            label += f'.{generation(env)}'
        return label

    def title(self, env):
        program = self.programs.get(env)
        return (f'environment {self.label(env)}'
                + (f' ({program.name})' if program else ''))

    def say(self, event):
        text = event.text
        if event.place is not None:
            where = (event.target if event.kind == 'transfer'
                     else event.env)
            text += ' ' + self.place(where, event.place)
        if event.kind == 'upcall':
            text += f' to {self.place(event.env, event.target)}'
        return text

    def text(self):
        d = self.d
        yield '# instructions  environment  event'
        for e in d.events:
            yield (f'{e.count:14d}  {self.label(e.env):>4}  '
                   f'{e.kind:9}  {self.say(e)}')
        yield f'# {d.count - d.first} instructions; ended: {self.end}'
        kinds = collections.Counter(e.kind for e in d.events)
        yield '# ' + (', '.join(f'{n} {k}' for k, n in sorted(kinds.items()))
                      or 'no events')

    # The trace-event format of Chrome and Perfetto.

    def tid(self, env):
        if env is None:
            return 0
        return (env in self.again) * generation(env) << 8 | number(env)

    def json(self):
        d = self.d
        us = lambda count: (count - d.first) / MHZ      # noqa: E731
        base = {'ts': 0, 'pid': 1, 'tid': 0}
        events = [{**base, 'ph': 'M', 'name': 'process_name',
                   'args': {'name': 'Aegis'}},
                  {**base, 'ph': 'M', 'name': 'thread_name',
                   'args': {'name': 'kernel'}}]
        for env in sorted(d.words):
            events.append({**base, 'ph': 'M', 'name': 'thread_name',
                           'tid': self.tid(env),
                           'args': {'name': self.title(env)}})
        for start, end, what in d.kernel:
            events.append({**base, 'ph': 'X', 'name': what, 'cat': 'kernel',
                           'ts': us(start), 'dur': (end - start) / MHZ})
        for env, start, end in d.runs:
            events.append({**base, 'ph': 'X', 'name': 'runs', 'cat': 'run',
                           'ts': us(start), 'dur': (end - start) / MHZ,
                           'tid': self.tid(env)})
        for i, e in enumerate(d.events):
            here = {**base, 'ts': us(e.count), 'tid': self.tid(e.env),
                    'name': e.name or e.kind, 'cat': e.kind}
            events.append({**here, 'ph': 'i', 's': 't', 'args': {
                'text': self.say(e), 'instructions': e.count}})
            if e.kind == 'transfer':
                events.append({**here, 'ph': 's', 'id': i})
                events.append({**here, 'ph': 'f', 'bp': 'e', 'id': i,
                               'ts': us(e.end), 'tid': self.tid(e.target)})
        return {'displayTimeUnit': 'ns', 'traceEvents': events,
                'otherData': {'instructions': d.count - d.first,
                              'first': d.first, 'ended': self.end,
                              'MHz': MHZ}}


class Sink:
    """A file for the trace that says when it is long enough."""

    def __init__(self, file, limit):
        self.file, self.left = file, limit + 1000

    def write(self, data):
        self.file.write(data)
        self.left -= data.count(b': ')
        if self.left < 0:
            raise Enough


def load(image, program):
    """The kernel's and the program's symbols; the image holds this program."""
    path = os.path.join(BUILD, 'bin', program + '.elf')
    archived = os.path.join(BUILD, 'archive', 'bin', program)
    if not os.path.isfile(image):
        raise Trouble(f'no kernel image {image}')
    if not os.path.isfile(path) or not os.path.isfile(archived):
        raise Trouble(f'no program {program!r} in '
                      + os.path.join(BUILD, 'bin'))
    with open(image, 'rb') as f, open(archived, 'rb') as g:
        if g.read() not in f.read():
            raise Trouble(f'{image} is older than {program}; run make')
    return Program(image), Program(path)


def address(where, *programs):
    for program in programs:
        if where in program.symbols:
            return program.symbols[where]
    try:
        return int(where, 16) & 0xffffffff
    except ValueError:
        raise Trouble(f'no symbol {where!r} in '
                      + ' or '.join(p.name for p in programs)) from None


def stack_exit(kernel):
    """Where the stack path has the call's result in v0."""
    at = kernel.symbols['stack_entry']
    while kernel.word(at) != MTHI_ZERO:
        if kernel.word(at) is None:
            raise Trouble('the end of stack_entry is not to be found')
        at += 4
    return at


def run(o):
    kernel, program = load(o.image, o.program)
    with open(os.path.join(BUILD, 'gen', 'syscalls.json'),
              encoding='utf-8') as f:
        calls = json.load(f)
    frame_return, v0_at = kernel.symbols['frame_return'], stack_exit(kernel)
    begin = address(o.start, program, kernel) if o.start else frame_return
    end = address(o.end, program, kernel) if o.end else None
    results = {frame_return: collections.deque(),
               v0_at: collections.deque()}
    with tempfile.TemporaryFile() as file, debugger.Emulator(
            o.image, program=[o.program, *o.args], nonce=NONCE,
            time_limit=o.emulated_seconds, host_limit=HOST_LIMIT) as emulator:
        emulator.add_breakpoint(begin)
        stop = emulator.cont()
        if stop.reason != 'breakpoint':
            raise Trouble(f'{o.start or "user mode"} was not reached: '
                          f'{stop.reason} {stop.text}'.rstrip())
        emulator.remove_breakpoint(begin)
        deriver = Deriver(kernel, calls, results, emulator.ninstrs(),
                          emulator.cp0()['context'])
        # User mode, which a trace can begin in, cannot read the name.
        gate = kernel.symbols['gates'] + GATE_BYTES * number(deriver.context)
        if not o.start:
            deriver.first_slice = deriver.count
        deriver.start(stop.pc, stop.pc >= KERNEL and int.from_bytes(
            emulator.read_memory(gate + GATE_NAME, 4), 'little'))
        for at in {end, frame_return, v0_at} - {None}:
            emulator.add_breakpoint(at)
        emulator.trace(Sink(file, o.limit))
        try:
            while True:
                if stop.pc == frame_return:
                    frame = emulator.read_memory(
                        kernel.symbols['kframe'] + FRAME_V0, 4)
                    results[stop.pc].append(int.from_bytes(frame, 'little'))
                elif stop.pc == v0_at:
                    results[stop.pc].append(emulator.registers()['v0'])
                stop = emulator.cont()
                if stop.reason != 'breakpoint' or stop.pc == end:
                    break
            why = (f'{o.end} reached' if stop.reason == 'breakpoint'
                   else f'{stop.reason} {stop.text}'.strip()
                   if stop.reason == 'died' else stop.reason)
        except Enough:
            why = None
        file.seek(0)
        if deriver.feed(debugger.parse_trace(file), o.limit) or why is None:
            why = f'limit of {o.limit} instructions'
        deriver.finish()
    return Report(deriver, kernel, program, why)


def positive(kind):
    def parse(text):
        value = kind(text)
        if not value > 0:
            raise ValueError
        return value
    parse.__name__ = 'positive number'
    return parse


def options():
    p = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], allow_abbrev=False,
        usage='%(prog)s [option...] PROGRAM [ARG...]')
    p.add_argument('--image', metavar='FILE',
                   default=os.path.join(BUILD, 'aegis-debug.elf'),
                   help='kernel image (build/aegis-debug.elf)')
    p.add_argument('--from', dest='start', metavar='SYMBOL',
                   help='where the trace begins (the start of user mode)')
    p.add_argument('--to', dest='end', metavar='SYMBOL',
                   help='where it ends (when the machine stops); symbols of '
                   'the program or the kernel, or hexadecimal addresses')
    p.add_argument('--limit', metavar='N', type=positive(int), default=LIMIT,
                   help=f'instructions, at most ({LIMIT})')
    p.add_argument('--emulated-seconds', metavar='S', type=positive(float),
                   default=60.0, help="end at this time of the machine's "
                   'clock (60)')
    p.add_argument('--text', metavar='FILE',
                   help='one event a line (standard output, if no FILE is '
                   'named)')
    p.add_argument('--json', metavar='FILE',
                   help='trace-event JSON for Perfetto and Chrome')
    p.add_argument('program', metavar='PROGRAM')
    p.add_argument('args', metavar='ARG', nargs=argparse.REMAINDER)
    return p.parse_args()


def main():
    o = options()
    try:
        report = run(o)
        lines = list(report.text())
        if o.text or not o.json:
            with (open(o.text, 'w', encoding='utf-8') if o.text
                  else os.fdopen(os.dup(1), 'w')) as f:
                f.write('\n'.join(lines) + '\n')
        if o.json:
            with open(o.json, 'w', encoding='utf-8') as f:
                json.dump(report.json(), f, indent=0)
                f.write('\n')
        if o.text or o.json:
            print('\n'.join(line.removeprefix('# ') for line in lines[-2:]))
    except (Trouble, debugger.DebuggerError, gxemul.HostError,
            gxemul.UsageError, OSError) as e:
        sys.exit(f'trace-events.py: {e}')


if __name__ == '__main__':
    main()
