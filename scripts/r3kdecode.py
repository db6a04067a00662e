# SPDX-License-Identifier: MIT
"""MIPS I with the CP0 of an R3000 and an R3010: what a word is as an
instruction, and what it reads and writes; for r3kcheck.py.
"""
import functools

REGS = ('zero at v0 v1 a0 a1 a2 a3 t0 t1 t2 t3 t4 t5 t6 t7 '
        's0 s1 s2 s3 s4 s5 s6 s7 t8 t9 k0 k1 gp sp fp ra').split()
LOADS = {0x20: 'lb', 0x21: 'lh', 0x22: 'lwl', 0x23: 'lw', 0x24: 'lbu',
         0x25: 'lhu', 0x26: 'lwr', 0x31: 'lwc1'}
STORES = {0x28: 'sb', 0x29: 'sh', 0x2a: 'swl', 0x2b: 'sw', 0x2e: 'swr',
          0x39: 'swc1'}
IMMEDIATE = {8: 'addi', 9: 'addiu', 10: 'slti', 11: 'sltiu', 12: 'andi',
             13: 'ori', 14: 'xori', 15: 'lui'}
SPECIAL = {0: 'sll', 2: 'srl', 3: 'sra', 4: 'sllv', 6: 'srlv', 7: 'srav',
           8: 'jr', 9: 'jalr', 12: 'syscall', 13: 'break', 16: 'mfhi',
           17: 'mthi', 18: 'mflo', 19: 'mtlo', 24: 'mult', 25: 'multu',
           26: 'div', 27: 'divu', 32: 'add', 33: 'addu', 34: 'sub',
           35: 'subu', 36: 'and', 37: 'or', 38: 'xor', 39: 'nor', 42: 'slt',
           43: 'sltu'}
REGIMM = {0: 'bltz', 1: 'bgez', 16: 'bltzal', 17: 'bgezal'}
TLBOPS = {1: 'tlbr', 2: 'tlbwi', 6: 'tlbwr', 8: 'tlbp', 16: 'rfe'}
FPCONDS = ('f un eq ueq olt ult ole ule '
           'sf ngle seq ngl lt nge le ngt').split()
MULDIV = frozenset('mult multu div divu mthi mtlo'.split())

INDEX, ENTRYLO, ENTRYHI, STATUS = 0, 2, 10, 12
CP0NAME = {0: 'Index', 1: 'Random', 2: 'EntryLo', 4: 'Context', 8: 'BadVAddr',
           10: 'EntryHi', 12: 'Status', 13: 'Cause', 14: 'EPC', 15: 'PRId'}
TLB_READS = {'tlbwi': (INDEX, ENTRYLO, ENTRYHI), 'tlbwr': (ENTRYLO, ENTRYHI),
             'tlbr': (INDEX,), 'tlbp': (ENTRYHI,)}
ISC_SWC = 0x00030000            # Status bits: isolate, swap caches

# Registers in the sets `reads` and `writes`: 0-31 general, 32-63 floating
# point, and these.
FCC, HI, LO = 64, 65, 66
NOTHING = frozenset()


class Insn:
    """What one instruction word does, wherever it stands."""
    __slots__ = ('word', 'name', 'reads', 'writes', 'late', 'jump', 'cond',
                 'odd', 'merge', 'cp0', 'memory', 'plain')

    def __init__(self, word):
        self.word = word
        self.name = None        # None: not an R3000 instruction
        self.reads = self.writes = NOTHING
        self.late = False       # its result appears one instruction later
        self.jump = None        # 'rel', 'abs', 'reg': where its target is
        self.cond = False       # a branch that may fall through
        self.odd = False        # has an odd FP operand
        self.merge = False      # lwl, lwr: keeps part of its target
        self.cp0 = None         # the CP0 register named, or -1: TLB, rfe
        self.memory = None      # base register of a load or store
        self.plain = False      # can have no part in any rule but as consumer

    def isfp(self):
        return self.word >> 26 in (0x11, 0x31, 0x39)

    def __str__(self):
        if self.name is None:
            return f'.word {self.word:#010x}'
        if self.cp0 is not None and self.cp0 >= 0:
            return f'{self.name} {CP0NAME.get(self.cp0, self.cp0)}'
        return self.name


def gpr(*numbers):
    """General registers as a set; register 0 never depends on anything."""
    return frozenset(n for n in numbers if n)


def fpr(double, *numbers):
    """Floating-point registers as a set; a double is a pair."""
    return frozenset(32 + m for n in numbers
                     for m in ((n, n | 1) if double else (n,)))


@functools.lru_cache(maxsize=None)
def decode(word):
    i = Insn(word)
    op, rs, rt = word >> 26, word >> 21 & 31, word >> 16 & 31
    if op == 0:
        decode_special(i, rs, rt, word >> 11 & 31, word >> 6 & 31, word & 63)
    elif op == 1 and rt in REGIMM:
        i.name, i.jump, i.reads = REGIMM[rt], 'rel', gpr(rs)
        i.cond = not (rs == 0 and rt & 1)
        if rt & 16:
            i.writes = gpr(31)
    elif op in (2, 3):
        i.name, i.jump = ('j', 'jal')[op - 2], 'abs'
        i.writes = gpr(31) if op == 3 else NOTHING
    elif op in (4, 5) or op in (6, 7) and rt == 0:
        i.name, i.jump = ('beq', 'bne', 'blez', 'bgtz')[op - 4], 'rel'
        i.reads = gpr(rs, rt)
        i.cond = not (op == 4 and rs == rt or op == 6 and rs == 0)
    elif op in IMMEDIATE:
        if op != 15 or rs == 0:
            i.name, i.reads, i.writes = IMMEDIATE[op], gpr(rs), gpr(rt)
    elif op in LOADS:
        i.name, i.reads, i.memory, i.late = LOADS[op], gpr(rs), rs, True
        i.writes = fpr(False, rt) if op == 0x31 else gpr(rt)
        i.merge = op in (0x22, 0x26)
    elif op in STORES:
        i.name, i.memory = STORES[op], rs
        i.reads = gpr(rs) | (fpr(False, rt) if op == 0x39 else gpr(rt))
    elif op == 16:
        decode_cp0(i, rs, rt, word >> 11 & 31)
    elif op == 17:
        decode_cp1(i, rs, rt, word >> 11 & 31, word >> 6 & 31, word & 63)
    i.plain = not (i.name is None or i.late or i.jump or i.odd or i.isfp() or
                   i.cp0 is not None or i.name in ('mfhi', 'mflo', 'syscall'))
    return i


def decode_special(i, rs, rt, rd, sa, fn):
    name = SPECIAL.get(fn)
    if name is None:
        return
    if name in ('sll', 'srl', 'sra'):
        legal = rs == 0
        i.reads, i.writes = gpr(rt), gpr(rd)
    elif name in ('syscall', 'break'):
        legal = True
    elif name == 'jr':
        legal = rt == rd == sa == 0
        i.reads, i.jump = gpr(rs), 'reg'
    elif name == 'jalr':
        legal = rt == sa == 0
        i.reads, i.writes, i.jump = gpr(rs), gpr(rd), 'reg'
    elif name in ('mfhi', 'mflo'):
        legal = rs == rt == sa == 0
        i.reads, i.writes = {HI if name == 'mfhi' else LO}, gpr(rd)
    elif name in ('mthi', 'mtlo'):
        legal = rt == rd == sa == 0
        i.reads, i.writes = gpr(rs), {HI if name == 'mthi' else LO}
    elif name in ('mult', 'multu', 'div', 'divu'):
        legal = rd == sa == 0
        i.reads, i.writes = gpr(rs, rt), {HI, LO}
    else:
        legal = sa == 0
        i.reads, i.writes = gpr(rs, rt), gpr(rd)
    if legal:
        i.name = name
    else:
        i.jump = None


def decode_cp0(i, rs, rt, rd):
    word = i.word
    if rs == 0 and word & 0x7ff == 0:
        i.name, i.writes, i.late, i.cp0 = 'mfc0', gpr(rt), True, rd
    elif rs == 4 and word & 0x7ff == 0:
        i.name, i.reads, i.cp0 = 'mtc0', gpr(rt), rd
    elif word & 0x03ffffc0 == 0x02000000 and word & 63 in TLBOPS:
        i.name, i.cp0 = TLBOPS[word & 63], -1


def decode_cp1(i, rs, rt, rd, sa, fn):
    if rs in (0, 2, 4, 6) and i.word & 0x7ff == 0:
        name = {0: 'mfc1', 2: 'cfc1', 4: 'mtc1', 6: 'ctc1'}[rs]
        if rs in (2, 6) and rd not in (0, 30, 31):
            return
        i.name, i.late = name, True
        i.reads, i.writes = {
            'mfc1': (fpr(False, rd), gpr(rt)),
            'cfc1': (NOTHING, gpr(rt)),
            'mtc1': (gpr(rt), fpr(False, rd)),
            'ctc1': (gpr(rt), {FCC})}[name]
    elif rs == 8 and rt in (0, 1):
        i.name, i.jump, i.cond = ('bc1f', 'bc1t')[rt], 'rel', True
        i.reads = {FCC}
    elif rs in (16, 17, 20):
        decode_fparith(i, rs, rt, rd, sa, fn)


def decode_fparith(i, fmt, ft, fs, fd, fn):
    double, word = fmt == 17, fmt == 20
    if fn < 8 and fn != 4 and not word:
        name = ('add', 'sub', 'mul', 'div', '', 'abs', 'mov', 'neg')[fn]
        regs = (fs, fd) if fn > 4 else (fs, ft, fd)
        if fn > 4 and ft:
            return
        i.reads, i.writes = fpr(double, *regs[:-1]), fpr(double, fd)
    elif fn in (32, 33, 36):
        if fn - 16 == fmt or ft:
            return
        name, regs = {32: 'cvt.s', 33: 'cvt.d', 36: 'cvt.w'}[fn], (fs, fd)
        i.reads, i.writes = fpr(double, fs), fpr(fn == 33, fd)
    elif fn >= 48 and not word and not fd:      # fd: MIPS IV condition codes
        name, regs = 'c.' + FPCONDS[fn - 48], (fs, ft)
        i.reads, i.writes, i.late = fpr(double, fs, ft), {FCC}, True
    else:
        return
    i.name = name + '.' + {16: 's', 17: 'd', 20: 'w'}[fmt]
    i.odd = any(r & 1 for r in regs)
