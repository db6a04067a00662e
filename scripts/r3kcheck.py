#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check MIPS machine code for what an R3000 cannot run, or runs wrongly.

Reads ELF executables, objects and archives of them.  The emulator models
neither load delays nor coprocessor hazards, so this is the only test for them.
Each finding is one line, `file: symbol+0xoff: CLASS: text`:

  ILLEGAL     not an instruction of MIPS I with an R3000 CP0 and an R3010
  LOADUSE     result of a load, mfc0, or move to or from CP1 used one
              instruction later (lwl and lwr of one register may pair)
  SLOTLOAD    such an instruction in the delay slot of a jump whose target is
              not known here
  HILO        mult, div, mthi, mtlo or a place not known here less than 2
              instructions after mfhi or mflo
  SLOTBRANCH  branch, jump or syscall in a delay slot
  NOSLOT      branch or jump with no instruction after it
  CP0TLB      mtc0 Index, EntryLo or EntryHi directly before the TLB
              instruction that reads it
  CP0READ     mtc0 directly before mfc0 of the same register
  CP0RFE      rfe less than 2 instructions after mtc0 Status
  CP0FP       CP1 instruction less than 2 instructions after mtc0 Status
  CP0ISC      memory access less than 3 instructions after mtc0 Status, in a
              function that isolates or swaps the caches
  TLBUSE      access to memory that may be mapped, or a place not known here,
              less than 2 instructions after tlbwr or tlbwi
  RFE         rfe that is not in the delay slot of jr
  FPCOND      bc1t or bc1f directly after c.cond or ctc1
  FPODD       odd register operand of an R3010 arithmetic instruction
  KERNEL      CP0 instruction, with --user
  FP          CP1 instruction, with --no-fp
  EFLAGS      not little-endian MIPS I o32 absolute code
  STALE       line of the --allow file that excuses nothing

Both ways of a branch are followed, and jumps to known places; in an unlinked
object the target of a call is mostly not known.  The gaps are those of code
that shipped on these machines, so they suffice but may be generous.

What is code: sections marked executable, less what symbols of type object
cover.  Neither GCC nor gas put data elsewhere in them (the MIPS assembler has
no mapping symbols); a table in .text must be declared `.type x, @object` and
have its `.size`.

CP0ISC and TLBUSE follow constants through the straight line of one function,
and hold $sp and $gp, or the registers named with --unmapped, to point into
kseg0 or kseg1.  Not seen: the value in a register at a
label, hazards across `jr`, and interrupts enabled late by mtc0 Status.

--allow FILE has a line for each finding that is to be excused:
    CLASS symbol+0xoff  reason
"""
import argparse
import bisect
import functools
import re
import struct
import sys

from r3kdecode import (FCC, ISC_SWC, Insn, MULDIV, REGS, STATUS, TLB_READS,
                       decode)

DATA = Insn(0)                  # stands for what is not code
DATA.name, DATA.plain = 'data', True


class Code:
    """Sections of code that can jump into each other by address."""

    def __init__(self):
        self.insns = []
        self.addrs = []
        self.runs = []          # (address, end, index of the first)
        self.symbols = []       # (address, rank, name)
        self.unresolved = {}    # address: target or None, from relocations

    def add(self, addr, data, objects):
        """Append a section; OBJECTS are the ranges in it that are data."""
        count = len(data) // 4
        words = struct.unpack(f'<{count}I', data[:count * 4])
        self.runs.append((addr, addr + count * 4, len(self.insns)))
        first = len(self.insns)
        self.insns += map(decode, words)
        self.addrs += range(addr, addr + count * 4, 4)
        for start, end in objects:
            for k in range((start - addr) // 4, (end - addr + 3) // 4):
                self.insns[first + k] = DATA
        self.insns.append(DATA)         # nothing runs on into the next one
        self.addrs.append(addr + count * 4)

    def where(self, k):
        addr = self.addrs[k]
        at = bisect.bisect_right(self.symbols, (addr, 9, '')) - 1
        if at < 0:
            return f'{addr:#x}'
        return f'{self.symbols[at][2]}+{addr - self.symbols[at][0]:#x}'

    def index(self, addr):
        for start, end, first in self.runs:
            if start <= addr < end:
                return first + (addr - start) // 4
        return None

    def target(self, k):
        """Index of the instruction that the jump at K goes to, or None."""
        i, addr = self.insns[k], self.addrs[k]
        if addr in self.unresolved:
            there = self.unresolved[addr]
        elif i.jump == 'rel':
            there = addr + 4 + ((i.word & 0xffff ^ 0x8000) - 0x8000) * 4
        elif i.jump == 'abs':
            there = (addr + 4) & 0xf0000000 | (i.word & 0x3ffffff) << 2
        else:
            there = None
        there = None if there is None else self.index(there)
        return None if there is None or self.insns[there] is DATA else there

    def next(self, k, jump):
        """What runs after K, as (index or None, JUMP).

        JUMP is the index of the jump in whose delay slot K runs, or None; the
        same instruction may also be jumped to.
        """
        if jump is not None:
            yield self.target(jump), None
            if not self.insns[jump].cond:
                return
        elif self.insns[k].jump:
            jump = k
        if self.insns[k + 1] is not DATA:
            yield k + 1, (jump if jump == k else None)

    def after(self, k, count):
        """(distance, index) of the next COUNT instructions on every way on
        from K; the index is None where the way is not known."""
        slot = k and self.insns[k - 1].jump
        states = {(k, k - 1 if slot else None)}
        if slot and k in self.targets:
            states.add((k, None))
        for distance in range(1, count + 1):
            states = {s for state in states for s in self.next(*state)}
            for at, _ in states:
                yield distance, at
            states = {s for s in states if s[0] is not None}

    @functools.cached_property
    def targets(self):
        return {self.target(k) for k, i in enumerate(self.insns) if i.jump}


class Constants:
    """What is known of registers along the straight line of a function."""

    def __init__(self, always):
        self.always = always    # registers that point into kseg0/kseg1
        self.bits = {}          # register: bits known to be set
        self.kseg = {}          # register: True if it points into kseg0/kseg1

    def reset(self):
        self.bits.clear()
        self.kseg.clear()

    def unmapped(self, base):
        return base in self.always or self.kseg.get(base, False)

    def step(self, i):
        word = i.word
        op, rs, rt, rd = (word >> 26, word >> 21 & 31, word >> 16 & 31,
                          word >> 11 & 31)
        bits, kseg, to = 0, False, rd if op == 0 else rt
        if i.name == 'lui':
            bits = (word & 0xffff) << 16
            kseg = 0x8000 <= (word & 0xffff) < 0xc000
        elif i.name == 'ori':
            bits = self.bits.get(rs, 0) | word & 0xffff
            kseg = self.unmapped(rs)
        elif i.name == 'addiu':
            bits = self.bits.get(rs, 0) & ~0xffff
            kseg = self.unmapped(rs)
        elif i.name == 'or':
            bits = self.bits.get(rs, 0) | self.bits.get(rt, 0)
            kseg = self.unmapped(rs) or self.unmapped(rt)
        elif i.name in ('addu', 'subu'):
            kseg = self.unmapped(rs) or i.name == 'addu' and self.unmapped(rt)
        if to in i.writes:
            self.bits[to], self.kseg[to] = bits, kseg


class Checker:
    def __init__(self, code, user, nofp, unmapped, report):
        self.code, self.user, self.nofp = code, user, nofp
        self.unmapped = unmapped
        self.report = report

    def run(self):
        insns = self.code.insns
        for k, i in enumerate(insns):
            if i.plain:
                continue
            if i.name is None:
                self.report(k, 'ILLEGAL', f'{i} is not an R3000 instruction')
                continue
            self.alone(k, i)
            if i.late:
                self.late(k, i)
            elif i.name in ('mfhi', 'mflo'):
                self.within(k, 2, 'HILO', lambda m: m.name in MULDIV,
                            unknown=True)
            if i.cp0 is not None and not self.user:
                self.coprocessor(k, i)
        if not self.user:
            self.straight_lines()

    def alone(self, k, i):
        """Rules on one instruction and its place."""
        insns = self.code.insns
        before = insns[k - 1] if k else DATA
        if before.jump and (i.jump or i.name == 'syscall'):
            self.report(k, 'SLOTBRANCH', f'{i} in the delay slot of {before}')
        if i.jump and insns[k + 1] is DATA:
            self.report(k, 'NOSLOT', f'{i} has no delay slot')
        if i.odd:
            self.report(k, 'FPODD', f'{i} of an odd register')
        if self.user and i.cp0 is not None:
            self.report(k, 'KERNEL', f'{i} in a user program')
        if self.nofp and i.isfp():
            self.report(k, 'FP', f'{i} in a soft-float program')
        if i.name == 'rfe' and before.name != 'jr':
            self.report(k, 'RFE', 'rfe is not in the delay slot of jr')

    def late(self, k, i):
        """Results that appear one instruction late."""
        for _, at in self.code.after(k, 1):
            if at is None:
                if i.writes and FCC not in i.writes:
                    self.report(k, 'SLOTLOAD', f'{i} in the delay slot of '
                                f'{self.code.insns[k - 1]}, which goes to an '
                                'unknown place')
                continue
            m = self.code.insns[at]
            used = m.reads
            if m.merge and not i.merge:
                used = used | m.writes
            for r in sorted(i.writes & used):
                name = (f'${REGS[r]}' if r < 32 else
                        f'$f{r - 32}' if r < 64 else 'the condition')
                self.report(k, 'FPCOND' if r == FCC else 'LOADUSE',
                            f'{i} sets {name} too late for '
                            f'{m} at {self.code.where(at)}')
                break

    def within(self, k, count, cls, consumes, unknown=False):
        """Report CLS if an instruction that CONSUMES is among the COUNT after
        K, once for each such instruction; if one of them is not known, report
        that when UNKNOWN."""
        seen = set()
        for distance, at in self.code.after(k, count):
            if at in seen:
                continue
            if at is None:
                hit, what = unknown, 'a jump to an unknown place'
            else:
                hit = consumes(self.code.insns[at])
                what = f'{self.code.insns[at]} at {self.code.where(at)}'
            if hit:
                seen.add(at)
                self.report(k, cls, f'{self.code.insns[k]} is '
                            f'{distance - 1} instructions before {what}, '
                            f'must be {count}')

    def coprocessor(self, k, i):
        if i.name == 'mtc0':
            self.within(k, 1, 'CP0TLB',
                        lambda m: i.cp0 in TLB_READS.get(m.name, ()))
            self.within(k, 1, 'CP0READ',
                        lambda m: m.name == 'mfc0' and m.cp0 == i.cp0)
            if i.cp0 == STATUS:
                self.within(k, 2, 'CP0RFE', lambda m: m.name == 'rfe')
                self.within(k, 2, 'CP0FP', Insn.isfp)

    def straight_lines(self):
        """Rules that need to know what a register holds."""
        code, insns = self.code, self.code.insns
        if not any(i.cp0 is not None for i in set(insns)):
            return
        starts = {addr for addr, rank, _ in code.symbols if rank}
        known, status, isolates = Constants(self.unmapped), [], False
        for k, i in enumerate(insns):
            if i is DATA or code.addrs[k] in starts:
                self.isolation(status, isolates)
                known.reset()
                status, isolates = [], False
            if i.name == 'mtc0' and i.cp0 == STATUS:
                status.append(k)
                if known.bits.get(i.word >> 16 & 31, 0) & ISC_SWC:
                    isolates = True
            elif i.name in ('tlbwr', 'tlbwi'):
                self.within(k, 2, 'TLBUSE',
                            lambda m: m.memory is not None and
                            not known.unmapped(m.memory), unknown=True)
            known.step(i)

    def isolation(self, status, isolates):
        for k in status if isolates else ():
            self.within(k, 3, 'CP0ISC', lambda m: m.memory is not None,
                        unknown=True)


class BadFile(Exception):
    pass


def cstring(table, at):
    return table[at:table.index(b'\0', at)].decode(errors='replace')


def read_elf(data, report_header):
    """Yield a Code for each set of sections that share addresses."""
    if data[:4] != b'\x7fELF' or data[4] != 1:
        raise BadFile('not a 32-bit ELF file')
    if data[5] != 1:
        raise BadFile('big-endian')
    (kind, machine, _, _, _, shoff, flags, _, _, _, shentsize, shnum,
     _) = struct.unpack_from('<HHIIIIIHHHHHH', data, 16)
    if machine != 8:
        raise BadFile('not MIPS')
    if flags & ~0x1001:                 # EF_MIPS_ABI_O32, EF_MIPS_NOREORDER
        report_header('EFLAGS', f'flags {flags:#010x} are not those of '
                      'MIPS I o32 absolute code')
    sections = [struct.unpack_from('<10I', data, shoff + n * shentsize)
                for n in range(shnum)]

    def body(n):
        _, _, _, _, offset, size = sections[n][:6]
        return data[offset:offset + size]

    symbols = []
    for n, s in enumerate(sections):
        if s[1] == 2:                   # SHT_SYMTAB
            names = body(s[6])
            symbols = [(cstring(names, name), value, size, info & 15,
                        info >> 4, index)
                       for name, value, size, info, _, index in
                       struct.iter_unpack('<IIIBBH', body(n))]
    linked = kind != 1
    code = Code()
    for n, s in enumerate(sections):
        # SHT_PROGBITS that is SHF_EXECINSTR
        if s[1] != 1 or not s[2] & 4 or not s[5]:
            continue
        if not linked:
            code = Code()
        base = s[3]
        objects = []
        for name, value, size, what, bind, index in symbols:
            if index != n:
                continue
            if what == 1:               # STT_OBJECT
                objects.append((value, min(value + size, base + s[5])))
            if what in (0, 1, 2) and name:
                # Of several at one address the global function is shown.
                code.symbols.append((value, (bind != 0) + 2 * (what == 2),
                                     name))
        code.add(base, body(n), objects)
        code.symbols.sort()
        if not linked:
            resolve(code, n, sections, body, symbols)
            yield code
    if linked:
        yield code


def resolve(code, section, sections, body, symbols):
    """Learn from relocations where the jumps of an object file go."""
    for n, s in enumerate(sections):
        if s[1] != 9 or s[7] != section:        # SHT_REL
            continue
        for offset, info in struct.iter_unpack('<II', body(n)):
            if info & 255 not in (4, 10):       # R_MIPS_26, R_MIPS_PC16
                continue
            _, value, _, _, _, index = symbols[info >> 8]
            there = None
            if info & 255 == 4 and index == section:
                there = value + ((code.insns[code.index(offset)].word &
                                  0x3ffffff) << 2)
            code.unresolved[offset] = there


def members(path):
    """(name, bytes) of an ELF file, or of each ELF file in an archive."""
    with open(path, 'rb') as f:
        data = f.read()
    if data[:8] != b'!<arch>\n':
        yield path, data
        return
    at, names = 8, b''
    while at + 60 <= len(data):
        name = data[at:at + 16].rstrip()
        size = int(data[at + 48:at + 58])
        body = data[at + 60:at + 60 + size]
        at += 60 + size + (size & 1)
        if name == b'//':
            names = body
        elif name not in (b'/', b'/SYM64/'):
            if name[:1] == b'/':
                start = int(name[1:])
                name = names[start:names.index(b'\n', start)]
            yield f'{path}({name.decode().rstrip("/")})', body


ALLOW = re.compile(r'([A-Z0-9]+)\s+(\S+\+0x[0-9a-f]+)\s+(\S.*)')


def read_allow(path):
    """{(class, place): line number} of the findings that are excused."""
    allowed = {}
    with open(path, encoding='utf-8') as f:
        for number, line in enumerate(f, 1):
            line = line.strip()
            if not line or line[0] == '#':
                continue
            m = ALLOW.fullmatch(line)
            if not m:
                raise BadFile(f'line {number} is not '
                              '"CLASS symbol+0xoff reason"')
            allowed[m[1], m[2]] = number
    return allowed


def main(argv=None):
    ap = argparse.ArgumentParser(
        description='check MIPS code for R3000 legality and hazards',
        epilog='The head of this script describes the classes.')
    ap.add_argument('--user', action='store_true', help='forbid CP0')
    ap.add_argument('--no-fp', action='store_true', help='forbid CP1')
    ap.add_argument('--unmapped', metavar='REG,...', default='sp,gp',
                    help='registers that always point into kseg0 or kseg1 '
                    '(default sp,gp)')
    ap.add_argument('--allow', metavar='FILE', help='findings to excuse')
    ap.add_argument('--max', type=int, default=100, metavar='N',
                    help='print at most N findings (default 100)')
    ap.add_argument('-q', '--quiet', action='store_true',
                    help='print nothing if all is well')
    ap.add_argument('files', nargs='+')
    args = ap.parse_args(argv)
    if not set(args.unmapped.split(',')) <= set(REGS):
        ap.error(f'--unmapped {args.unmapped}: not register names')
    unmapped = {REGS.index(r) for r in args.unmapped.split(',')}
    count = findings = excused = 0
    path = args.allow

    def say(name, place, cls, text):
        nonlocal findings
        findings += 1
        if findings <= args.max:
            print(f'{name}: {place}: {cls}: {text}')

    try:
        allowed = read_allow(path) if path else {}
        stale = dict(allowed)
        for path in args.files:
            for name, data in members(path):
                def header(cls, text, name=name):
                    say(name, 'header', cls, text)

                for code in read_elf(data, header):
                    def report(k, cls, text, name=name, code=code):
                        nonlocal excused
                        place = code.where(k)
                        if (cls, place) in allowed:
                            stale.pop((cls, place), None)
                            excused += 1
                        else:
                            say(name, place, cls, text)

                    Checker(code, args.user, args.no_fp, unmapped,
                            report).run()
                    count += sum(i is not DATA for i in code.insns)
    except (OSError, BadFile, struct.error, ValueError, IndexError) as e:
        sys.exit(f'r3kcheck: {path}: {e}')
    for (cls, place), number in stale.items():
        say(f'{args.allow}:{number}', place, 'STALE', f'no {cls} is there')
    if findings > args.max:
        print(f'... and {findings - args.max} more')
    if findings or not args.quiet:
        print(f'{count} instructions, {findings} findings'
              + (f', {excused} excused' if excused else ''))
    sys.exit(1 if findings else 0)


if __name__ == '__main__':
    main()
