#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Count instructions from outside: breakpoints and the emulator's trace.

The measured program does not count; its labels say where to. Nothing is
rounded or averaged, so two runs give the same numbers; and each trace must
have as many instructions as the emulator's own counter. That counter leaves
out a delay slot that is the first word of a page, and its branch when fetching
it faults; such are added. The rules are those of rows.py.

usage: count.py IMAGE [PROGRAM...]      print every row's samples
"""
import os
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(TOP, 'emu-config'))
import debugger  # noqa: E402
import rows  # noqa: E402

CROSS = 'mipsel-linux-gnu-'
BUILD = os.path.join(TOP, os.environ.get('BUILD', 'build'))
CONFIGS = ('3max', '3100')      # emu-config: a machine of each type
UTLB_VECTOR, GENERAL_VECTOR = 0x80000000, 0x80000080
PAGE_MASK = 0xfff
RFE = 0x42000010
TIME_LIMIT = 120        # emulated seconds
HOST_LIMIT = 120


class Trouble(Exception):
    """The program did not do what is to be measured."""


def symbols(path):
    """Addresses of an ELF file's symbols."""
    out = subprocess.run([CROSS + 'nm', path], check=True, text=True,
                         capture_output=True).stdout
    return {name: int(address, 16) & 0xffffffff for address, kind, name in
            (line.split() for line in out.splitlines()
             if len(line.split()) == 3)}


class Probe:
    """Counts one row over the instructions of a trace."""

    def __init__(self, row, names):
        self.row = row
        self.start = names[row.start]
        self.end = {rows.NEXT: self.start + 4, rows.RETRY: self.start,
                    rows.RETURN: None}.get(row.end)
        if row.end in names:
            self.end = names[row.end]
        self.count = None       # not counting
        self.armed = False      # start was the last instruction
        self.lost = False       # an interrupt came: nothing till the end
        self.samples = []

    def take(self):
        self.samples.append(self.count)
        self.count = None

    def instruction(self, pc, word):
        if self.lost:
            self.lost = pc != self.end
            return
        if self.count is not None:
            if pc == self.end:
                self.take()
            else:
                self.count += 1
                if word == RFE and self.end is None:
                    self.take()
        elif self.armed and pc in (UTLB_VECTOR, GENERAL_VECTOR):
            self.count = 1
        if self.row.rule == rows.TRAP:
            self.armed = self.count is None and pc == self.start
        elif self.count is None and pc == self.start:
            self.count = 1

    def result(self):
        """The samples of one operation, without those that fill the TLB."""
        each = self.row.divide
        return [n / each if n % each else n // each
                for n in self.samples[rows.WARM:]]

    def interrupted(self):
        self.lost = self.count is not None and self.end is not None
        self.count = None
        self.armed = False


class Longest(Probe):
    """The longest run of the kernel in a window, from a vector to the rfe."""

    def instruction(self, pc, word):
        if self.count is not None:
            self.count += 1
            if word == RFE:
                self.take()
        elif pc in (UTLB_VECTOR, GENERAL_VECTOR):
            self.count = 1

    def interrupted(self):
        """An interrupt counts as any exception."""

    def result(self):
        return [max(self.samples, default=0)]


class Counts:
    """What was counted: samples by operation, and the interrupts seen."""

    def __init__(self):
        self.samples = {}
        self.interrupts = {}

    def __eq__(self, other):
        return vars(self) == vars(other)


def _go(emulator, address, what):
    stop = emulator.cont()
    if stop.reason != 'breakpoint' or stop.pc != address:
        raise Trouble(f'{what} was not reached: {stop.reason} {stop.text}'
                      f'\n{emulator.console()}')


def _finish(emulator, program):
    """Let the program come to its end: it says whether all went well."""
    stop = emulator.cont()
    last = emulator.console().rstrip().rpartition('\n')[2]
    if stop.reason != 'halted' or not last.endswith(' 0'):
        raise Trouble(f'{program} failed: {stop.reason} {stop.text}'
                      f'\n{emulator.console()}')


def _delay_slot_missed(record):
    """Did fetching the delay slot of a branch at the end of a page fault?"""
    return type(record) is debugger.ExceptionTaken and \
        record.pc & PAGE_MASK == PAGE_MASK & ~3 and \
        record.vaddr == record.pc + 4


def _trace(emulator, program, names, kernel, wanted, counts):
    interrupt = kernel['interrupt']
    for start, end in rows.WINDOWS[program]:
        emulator.add_breakpoint(names[start])
        _go(emulator, names[start], start)
        emulator.remove_breakpoint(names[start])
        emulator.add_breakpoint(names[end])
        lines = []
        before = emulator.ninstrs()
        emulator.trace(lines.append)
        _go(emulator, names[end], end)
        emulator.trace(None)
        executed = emulator.ninstrs() - before
        emulator.remove_breakpoint(names[end])

        probes = [Longest(row, names) if row.rule == rows.LONGEST
                  else Probe(row, names) for row in wanted
                  if row.rule != rows.LONGEST or row.start == start]
        interrupts = traced = uncounted = 0
        for record in debugger.parse_trace(b''.join(lines).splitlines()):
            if type(record) is not debugger.Instruction:
                uncounted += _delay_slot_missed(record)
                continue
            traced += 1
            uncounted += record.delay_slot and not record.pc & PAGE_MASK
            if record.pc == interrupt:
                interrupts += 1
                for probe in probes:
                    probe.interrupted()
            for probe in probes:
                probe.instruction(record.pc, record.word)
        if traced - uncounted != executed:
            raise Trouble(f'{start}: {traced} instructions in the trace, '
                          f'{executed} + {uncounted} by the counter')
        counts.interrupts[start] = interrupts
        for probe in probes:
            if probe.samples:
                counts.samples[probe.row.operation] = probe.result()


def page_end_branches(path):
    """Branches whose delay slot is in the next page, which is not counted."""
    with open(path, 'rb') as f:
        data = f.read()
    at, = struct.unpack_from('<I', data, 28)
    number, = struct.unpack_from('<H', data, 44)
    for i in range(number):
        kind, offset, va, _, size, _, flags = struct.unpack_from(
            '<7I', data, at + 32 * i)
        if kind != 1 or not flags & 1:
            continue
        for pc in range(va | PAGE_MASK & ~3, va + size, PAGE_MASK + 1):
            word, = struct.unpack_from('<I', data, offset + pc - va)
            op = word >> 26
            if op in (1, 2, 3, 4, 5, 6, 7) or op == 0 and word & 63 in (8, 9):
                yield pc


def _runs(emulator, names, kernel, page_ends, wanted, counts):
    """Rows of many instructions: the counter, and hits of breakpoints."""
    start, end = names[wanted[0].start], names[wanted[0].end]
    interrupt = kernel['interrupt']
    runs = []
    emulator.add_breakpoint(start)
    while True:
        stop = emulator.cont()
        if stop.reason != 'breakpoint':
            break
        before = emulator.ninstrs()
        hits = {end: 0, UTLB_VECTOR: 0, interrupt: 0,
                **dict.fromkeys(page_ends, 0)}
        for address in hits:
            emulator.add_breakpoint(address)
        while not hits[end]:
            stop = emulator.cont()
            if stop.pc not in hits:
                raise Trouble(f'{wanted[0].end} was not reached: '
                              f'{stop.reason} {stop.text}')
            hits[stop.pc] += 1
        runs.append((emulator.ninstrs() - before
                     + sum(hits[a] for a in page_ends), hits[UTLB_VECTOR]))
        counts.interrupts[f'{wanted[0].start} {len(runs)}'] = hits[interrupt]
        for address in hits:
            emulator.remove_breakpoint(address)
    emulator.remove_breakpoint(start)
    for row in wanted:
        counts.samples[row.operation] = [
            run[row.rule == rows.MISSES] for run in runs]
    return stop


def _calls(emulator, names, kernel, page_ends, wanted, counts):
    """Rows of one call each, in turn: those with one start count together."""
    interrupt = kernel['interrupt']
    starts = {}
    for row in wanted:
        starts.setdefault(names[row.start], []).append(row)
    samples = {row.operation: [] for row in wanted}
    while True:
        for address in starts:
            emulator.add_breakpoint(address)
        stop = emulator.cont()
        for address in starts:
            emulator.remove_breakpoint(address)
        if stop.reason != 'breakpoint':
            break
        before = emulator.ninstrs()
        hits = dict.fromkeys(page_ends, 0)
        begun, interrupts = starts[stop.pc], 0
        for address in (*hits, interrupt):
            emulator.add_breakpoint(address)
        for row in begun:
            end = names[row.end]
            emulator.add_breakpoint(end)
            while True:
                stop = emulator.cont()
                if stop.reason != 'breakpoint':
                    raise Trouble(f'{row.end} was not reached: {stop.reason} '
                                  f'{stop.text}\n{emulator.console()}')
                if stop.pc == end:
                    break
                if stop.pc == interrupt:
                    interrupts += 1
                else:
                    hits[stop.pc] += 1
            emulator.remove_breakpoint(end)
            samples[row.operation].append(
                None if interrupts and row.rule == rows.CALL else
                emulator.ninstrs() - before + sum(hits.values()))
        for address in (*hits, interrupt):
            emulator.remove_breakpoint(address)
    for name, all_of_it in samples.items():
        counts.samples[name] = [n for n in all_of_it[rows.WARM:]
                                if n is not None]
        counts.interrupts[name] = all_of_it.count(None)
    return stop


def _ticks(emulator, names, wanted, counts):
    """Rows that begin with a clock interrupt, in turn."""
    start = names[wanted[0].start]
    emulator.add_breakpoint(start)
    _go(emulator, start, wanted[0].start)
    emulator.remove_breakpoint(start)
    first = names[wanted[-1].end]       # before it, there are calls as well
    emulator.add_breakpoint(first)
    _go(emulator, first, wanted[-1].end)
    emulator.remove_breakpoint(first)
    for i in range(rows.FEW):
        for row in wanted:
            emulator.add_breakpoint(GENERAL_VECTOR)
            _go(emulator, GENERAL_VECTOR, 'a clock interrupt')
            emulator.remove_breakpoint(GENERAL_VECTOR)
            before = emulator.ninstrs()
            end = names[row.end]
            emulator.add_breakpoint(end)
            _go(emulator, end, row.end)
            emulator.remove_breakpoint(end)
            counts.samples.setdefault(row.operation, []).append(
                emulator.ninstrs() - before)
            if row is not wanted[-1]:   # on to the next start of slice
                emulator.add_breakpoint(first)
                _go(emulator, first, wanted[-1].end)
                emulator.remove_breakpoint(first)


def _fresh(image, program):
    """The labels are right only if the image holds this very program."""
    archive = os.path.join(os.path.dirname(image), 'archive', 'bin')
    with open(os.path.join(archive, program), 'rb') as f:
        text = f.read()
    with open(image, 'rb') as f:
        if text not in f.read():
            raise Trouble(f'{image} is older than {program}; run make')


def count(image, program, config=CONFIGS[0]):
    """Run a program once and count all of its rows."""
    _fresh(image, program)
    names = symbols(os.path.join(BUILD, 'bin', program + '.elf'))
    kernel = symbols(image)
    wanted = [row for row in rows.ROWS if row.program == program]
    counts = Counts()
    with debugger.Emulator(image, config=config, program=[program],
                           time_limit=TIME_LIMIT,
                           host_limit=HOST_LIMIT) as emulator:
        if program in rows.WINDOWS:
            _trace(emulator, program, names, kernel, wanted, counts)
            _finish(emulator, program)
        elif wanted[0].rule == rows.TICK:
            _ticks(emulator, names, wanted, counts)
            _finish(emulator, program)
        else:
            ends = [*page_end_branches(image), *page_end_branches(
                os.path.join(BUILD, 'bin', program + '.elf'))]
            count_them = _calls if any(
                row.rule == rows.CALL for row in wanted) else _runs
            count_them(emulator, names, kernel, ends, wanted, counts)
            last = emulator.console().rstrip().rpartition('\n')[2]
            if not last.endswith(' 0'):
                raise Trouble(f'{program} failed\n{emulator.console()}')
    if program == rows.LONGEST_OF_ALL.program:
        counts.samples[rows.LONGEST_OF_ALL.operation] = [
            max(n for samples in counts.samples.values() for n in samples)]
    for row in wanted:
        n = len(counts.samples.get(row.operation, []))
        if n < row.least:
            raise Trouble(f'{row.operation}: {n} samples, less than '
                          f'{row.least}')
    return counts


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith('-'):
        sys.exit(__doc__)
    image = sys.argv[1]
    programs = sys.argv[2:] or dict.fromkeys(r.program for r in rows.ROWS)
    for program in programs:
        counts = count(image, program)
        for operation, samples in counts.samples.items():
            print(f'{operation}: {" ".join(map(str, samples))}')
        for window, n in counts.interrupts.items():
            print(f'{window}: {n} clock interrupts')


if __name__ == '__main__':
    main()
