#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Test that the kernel's checks find what is broken: prints TAP.

The program `checked` asks for the checks (debug_check) while it and a child
are at work.  The debugger stops the kernel there, breaks one invariant in
its memory, and goes on; the kernel must panic with the name of that one.
Addresses come from the kernel's debugging information.

Every invariant in the sources has a case, but for those in IMPLIED.
"""
import os
import pathlib
import re
import struct
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / 'emu-config'), str(TOP / 'tests')]
import debugger  # noqa: E402
from tap import expect, main, test  # noqa: E402

IMAGE = TOP / os.environ.get('BUILD', 'build') / 'tests' / 'aegis-debug.elf'
# Calls of debug_check before which something is broken: two environments at
# work; and one of them dead, and not forgotten.
SECOND, THIRD = 2, 3
PAGE = 4096
FREE, OWNED, KERNEL = range(3)
WIRED = 8               # TLB entries
BLOCK = 0x80034000      # private blocks, 64 bytes an environment
CONFIGS = '3max', '3100'        # what is no machine's own is broken on one

# Invariants that no change breaks before it breaks another: who checks them,
# and what was found before.
IMPLIED = {'references counted': 'pages of an environment'}


class Layout:
    """Addresses of C expressions, and offsets of fields, from gdb."""

    def __init__(self):
        self.known = {}
        self.gdb = subprocess.Popen(
            ['gdb-multiarch', '-nx', '-q', str(IMAGE)], text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)

    def __getitem__(self, expression):
        if expression not in self.known:
            self.gdb.stdin.write(f'output/x (unsigned){expression}\n'
                                 'echo \\ndone\\n\n')
            said = ''
            while not said.endswith('\ndone\n'):
                said += self.gdb.stdout.readline()
            value = re.search(r'\b0x[0-9a-f]+', said)
            expect(value, expression, said)
            self.known[expression] = int(value[0], 16)
        return self.known[expression]

    def close(self):
        self.gdb.stdin.close()
        self.gdb.wait()


LAYOUT = Layout()


class Machine:
    """A machine stopped in the kernel, about to check everything, or in
    another function."""

    def __init__(self, where='sys_debug_check', times=SECOND, config=CONFIGS[0]):
        self.emulator = debugger.Emulator(str(IMAGE), program=['checked'],
                                          config=config, time_limit=60,
                                          host_limit=120)
        self.stop = where, times

    def __enter__(self):
        self.reach(*self.stop)
        self.pages = self.word('&page_records')
        self.count = self.word('&page_count')
        return self

    def reach(self, symbol, times=1):
        entry = self.emulator.add_breakpoint(symbol)
        for _ in range(times):
            stop = self.emulator.cont()
            expect(stop.pc == entry, 'not reached:', stop,
                   self.emulator.console())
        self.emulator.remove_breakpoint(entry)

    def __exit__(self, *_):
        self.emulator.quit()

    @staticmethod
    def at(where):
        return where if isinstance(where, int) else LAYOUT[where]

    def word(self, where):
        return struct.unpack('<I', self.emulator.read_memory(
            self.at(where), 4))[0]

    def put(self, where, value):
        self.emulator.write_memory(self.at(where),
                                   struct.pack('<I', value & 0xffffffff))

    def byte(self, where):
        return self.emulator.read_memory(self.at(where), 1)[0]

    def put_byte(self, where, value):
        self.emulator.write_memory(self.at(where), bytes([value & 255]))

    def put_bytes(self, where, value, n):
        self.emulator.write_memory(self.at(where), value.to_bytes(n, 'little'))

    def call(self, function, *args):
        """Where C stands at the beginning of a function, another first."""
        here, ra = self.register('pc'), self.register('ra')
        for n, value in enumerate(args):
            self.emulator.set_register(f'a{n}', value)
        self.emulator.set_register('ra', here)
        self.emulator.set_register('pc', self.emulator.symbol(function))
        self.emulator.add_breakpoint(here)
        stop = self.emulator.cont()
        expect(stop.pc == here, function, stop)
        self.emulator.remove_breakpoint(here)
        self.emulator.set_register('ra', ra)

    def register(self, name):
        return self.emulator.registers()[name]

    def current(self):
        """Number of who runs, or makes a call that never sees C."""
        return (self.word('&current_p') >> 6) % 256

    def slot_of(self, va):
        """The slot of the STLB for an address of who runs."""
        tag = (self.word(f'&gates[{self.current()}].name') >> 21 << 21
               | va >> 12 << 2)
        return (tag >> 11 ^ tag) >> 2 & LAYOUT['sizeof(stlb_tags) / 4'] - 1

    def ref(self, r, field):
        """Address of a field of a holder's reference."""
        return (self.word('&refs') + r * LAYOUT['sizeof(struct ref)']
                + {'next': 0, 'prev': 4, 'more': 8, 'page': 12,
                   'holder': 15}[field])

    def bind(self, tag, lo):
        """A binding in the STLB that its page counts."""
        slot = (tag >> 11 ^ tag) >> 2 & LAYOUT['sizeof(stlb_tags) / 4'] - 1
        at = self.field(lo >> 12, 'bindings')
        self.put_byte(at, self.byte(at) + 1)
        self.put(self.tag(slot), tag)
        self.put(self.data(slot), lo)

    def field(self, page, name):
        """Address of a field of a page's record."""
        return (self.pages + page * LAYOUT['sizeof(struct ae_page)']
                + LAYOUT[f'&((struct ae_page *)0)->{name}'])

    def page(self, **wanted):
        """A page whose record has these bytes (or is not 0, for None)."""
        size = LAYOUT['sizeof(struct ae_page)']
        records = self.emulator.read_memory(self.pages, size * self.count)
        for page in range(1, self.count):
            if all(records[page * size + self.field(0, name) - self.pages]
                   == value or value is None
                   and records[page * size + self.field(0, name) - self.pages]
                   for name, value in wanted.items()):
                return page
        raise AssertionError(f'no page with {wanted}')

    def slot(self, good=lambda tag, data: True):
        """A slot of the STLB that is in use."""
        n = LAYOUT['sizeof(stlb_tags) / 4']
        tags, data = (struct.unpack(f'<{n}I', self.emulator.read_memory(
            self.at(table), 4 * n)) for table in ('&stlb_tags', '&stlb_data'))
        return next(i for i in range(n) if tags[i] and good(tags[i], data[i]))

    def tag(self, slot):
        return self.at('&stlb_tags') + 4 * slot

    def data(self, slot):
        return self.at('&stlb_data') + 4 * slot

    def pin(self):
        """(number, slot) of a guaranteed mapping."""
        for i in range(16):
            if self.word(f'&xls[1][{i}].context'):
                return 1, i
        raise AssertionError('no guaranteed mapping')

    def broken(self):
        """The invariant with which the kernel stops."""
        stop = self.emulator.cont()
        said = self.emulator.console()
        expect(stop.reason == 'halted', stop, said)
        found = re.findall(r'^aegis: invariant broken: (.*) \(', said, re.M)
        return found[-1] if found else None


CASES = set()


def case(invariant, *where):
    """A test that breaks it, where a machine stops."""
    CASES.add(invariant)

    def add(function):
        def run():
            with Machine(*where) as m:
                function(m)
                got = m.broken()
            expect(got == invariant, f'found: {got}')
        test(f'{function.__doc__}: {invariant}')(run)
        return function
    return add


@test('there is a case for every invariant of the sources')
def complete():
    named = set()
    for path in (TOP / 'aegis' / 'core').glob('*.c'):
        for said in re.findall(r'\bmust\((.*?)\);', path.read_text(), re.S):
            named |= set(re.findall(r'"([^"]*)"', said))
    expect(len(named) > 100 and named == CASES | set(IMPLIED),
           'without a case:', named - CASES - set(IMPLIED),
           'without an invariant:', CASES | set(IMPLIED) - named)


@test('nothing is found when nothing is broken')
def unbroken():
    for config in CONFIGS:
        with Machine(config=config) as m:
            expect(m.broken() is None, m.emulator.console())


# What a call was about is checked after it: before the next one.

AFTER = (
    ('a stack call: who makes it', 'sys_env_unref', {},
     lambda m: m.put('&gates[1].fast', 0), 'fast word of a gate'),
    ('a stack call: whom it names', 'sys_page_ref', {'a3': '&gates[2].name'},
     lambda m: m.put('&gates[2].excess', 99), 'excess of the living'),
    ('a stack call: a revocation', 'sys_revoke', {},
     lambda m: m.put('&revokes[2][1].stage', 9), 'revocation'),
    ('a stack call: a slice', 'sys_slice_free', {},
     lambda m: m.put_bytes('&slices[1].next', 77, 2), 'slices linked'),
    ('a call that keeps registers', 'frame_env_free', {},
     lambda m: m.put('&gates[1].excess', 99), 'excess of the living'),
    ('TLBwr: who makes it', 'leaf_TLBwr', {},
     lambda m: m.put(f'&gates[{m.current()}].flags', 16), 'flags of a gate'),
    ('TLBwr: its page', 'leaf_TLBwr', {}, lambda m: m.put_byte(
        m.field(m.register('a1') >> 12, 'state'), 3), 'state of a page'),
    ('TLBvadelete: the slot', 'leaf_TLBvadelete', {}, lambda m: m.put(
        m.tag(m.slot_of(m.register('a0'))), 0x7fffffff),
     'STLB entry in its slot'),
    ('Yield: who is entered', 'leaf_Yield', {'a0': '&gates[2].name'},
     lambda m: m.put('&gates[2].flags', 16), 'flags of a gate'),
)


def after(what, function, registers, breaks, invariant):
    @test(f'checked after {what}')
    def _():
        with Machine() as m:
            m.reach(function)
            while any(m.register(r) != m.word(w)
                      for r, w in registers.items()):
                m.reach(function)
            breaks(m)
            m.emulator.add_breakpoint('sys_entry')
            got = m.broken()
            expect(got == invariant, got, m.emulator.console())


for _case in AFTER:
    after(*_case)


@test('all tables are checked once in a thousand calls, unasked')
def swept():
    for config in CONFIGS:
        with Machine('sys_null', 1, config) as m:
            m.put('&slices[9].owner', 0x20200041)
            m.emulator.add_breakpoint('sys_debug_check')
            expect(m.broken() == 'owner of a slice lives',
                   m.emulator.console())
            expect('a thousand calls' not in m.emulator.console(),
                   m.emulator.console())


# Page records.

@case('state of a page')
def _(m):
    """an impossible state"""
    m.put_byte(m.field(m.page(state=FREE), 'state'), 3)


@case('bindings of a page counted')
def _(m):
    """a binding too many"""
    at = m.field(m.page(state=OWNED, bindings=1), 'bindings')
    m.put_byte(at, 2)


@case('guaranteed mappings of a page counted')
def _(m):
    """a guaranteed mapping too many"""
    at = m.field(m.page(state=OWNED, pins=1), 'pins')
    m.put_byte(at, 2)


@case('guaranteed mappings of a page counted')
def _(m):
    """a guaranteed mapping that its page does not know"""
    at = m.field(m.page(state=OWNED, pins=1), 'pin')
    m.put_byte(at, 0)
    m.put_byte(at + 1, 0)


@case('guaranteed mapping of its page')
def _(m):
    """a page with the guaranteed mapping of another"""
    number, slot = m.pin()
    page = m.word(f'&xls[{number}][{slot}].lo') >> 12
    other = m.field(next(p for p in range(1, m.count) if p != page and m.byte(
        m.field(p, 'pins')) == 1), 'pin')
    m.put_byte(other, 16 * number + slot & 0xff)
    m.put_byte(other + 1, 16 * number + slot >> 8)


@case('guaranteed mappings linked')
def _(m):
    """a guaranteed mapping that leads back to a wrong one"""
    number, slot = m.pin()
    at = m.at(f'&links[{16 * number + slot}].prev')
    m.put_byte(at, m.byte(at) + 1)


@case('owner is the first holder')
def _(m):
    """another owner"""
    m.put_byte(m.field(m.page(state=OWNED), 'owner'), 77)


@case('holders counted')
def _(m):
    """a holder too many"""
    m.put_byte(m.field(m.page(state=OWNED, holders=2), 'holders'), 3)


@case('holders counted')
def _(m):
    """a holder too few"""
    m.put_byte(m.field(m.page(state=OWNED, holders=2), 'holders'), 1)


@case('reference in a ring')
def _(m):
    """a page out of its ring"""
    refs, size = m.word('&refs'), LAYOUT['sizeof(struct ref)']
    m.put(refs + m.page(state=OWNED) * size, m.page(state=FREE))


@case('number of free pages')
def _(m):
    """a free page too many"""
    at = m.word('&info') + LAYOUT['&((struct ae_info *)0)->free_pages']
    m.put(at, m.word(at) + 1)


@case('pages of an environment')
def _(m):
    """a page charged twice"""
    m.put('&gates[1].pages', m.word('&gates[1].pages') + 1)


@case('save page of an environment')
def _(m):
    """save areas in another page"""
    m.put_byte(m.field(m.page(state=OWNED, save=0), 'save'), 1)


@case('nobody may read a free page')
def _(m):
    """a free page with the public capability"""
    caps = m.word('&page_caps') + m.page(state=FREE) * LAYOUT[
        'sizeof(struct page_caps)']
    m.put(caps, 0)
    m.put(caps + 4, 0)


@case('nobody may write a page that nobody holds')
def _(m):
    """a kernel page with a capability to write it"""
    m.put(m.word('&page_caps') + (m.count // 100) * LAYOUT[
        'sizeof(struct page_caps)'] + LAYOUT[
        '&((struct page_caps *)0)->write'], 0)


# Bindings.

@case('STLB entry whole')
def _(m):
    """a tag without data"""
    m.put(m.data(m.slot()), 0)


@case('STLB entry in its slot')
def _(m):
    """an entry of another address"""
    at = m.tag(m.slot())
    m.put(at, m.word(at) ^ 4)


@case('STLB tag of an environment')
def _(m):
    """an entry of an environment that is not"""
    slot = m.slot()
    tag = m.word(m.tag(slot)) ^ 0x40000000      # another generation
    number = LAYOUT['sizeof(stlb_tags) / 4'] - 1
    other = ((tag >> 11 ^ tag) >> 2) & number
    m.put(m.tag(other), tag)
    m.put(m.data(other), m.word(m.data(slot)))


@case('bits of a binding')
def _(m):
    """a global binding"""
    at = m.data(m.slot())
    m.put(at, m.word(at) | 0x100)


@case('binding of a page that can be bound')
def _(m):
    """a binding of a free page"""
    at = m.data(m.slot())
    m.put(at, m.page(state=FREE) << 12 | m.word(at) & PAGE - 1)


@case('TLB entry in the STLB, guaranteed, or loose')
def _(m):
    """a TLB entry whose binding went"""
    bound = {(hi, lo) for hi, lo in m.emulator.tlbdump() if hi < 0x80000000}
    slot = m.slot(lambda tag, data: data & 0x400 and any(
        (hi & ~0xfff) == (tag << 10 & 0x7ffff000) and lo == data
        for hi, lo in bound)
        and not m.byte(m.field(data >> 12, 'loose'))
        and not m.byte(m.field(data >> 12, 'pins')))
    at = m.field(m.word(m.data(slot)) >> 12, 'bindings')
    m.put_byte(at, m.byte(at) - 1)
    m.put(m.tag(slot), 0)
    m.put(m.data(slot), 0)


@case('guaranteed mapping in its place')
def _(m):
    """a guaranteed mapping of another address"""
    n, i = m.pin()
    at = f'&xls[{n}][{i}].context'
    m.put(at, m.word(at) ^ 4)


@case('guaranteed mapping of the living')
def _(m):
    """a guaranteed mapping of nobody"""
    n, i = m.pin()
    m.put('&xls[99][3].context', m.word(f'&xls[{n}][{i}].context'))
    m.put('&xls[99][3].lo', m.word(f'&xls[{n}][{i}].lo'))


@case('holder of an ASID')
def _(m):
    """an ASID of another number"""
    m.put_byte('&asid_owner[33]', 1)


# Environments.

@case('gate word')
def _(m):
    """a gate that opens to another name"""
    m.put('&gates[1].word', m.word('&gates[2].name'))


@case('caller in a gate word')
def _(m):
    """a caller that is not"""
    m.put('&gates[1].word', 0x80034000 + 64 * 99)


@case('fast word of a gate')
def _(m):
    """a fast word of another"""
    m.put('&gates[1].fast', m.word('&gates[2].name'))


@case('Acall word of a gate')
def _(m):
    """an Acall word of another"""
    m.put('&gates[1].afast', m.word('&gates[2].name'))


@case('Yield word of a gate')
def _(m):
    """a Yield word of another"""
    m.put('&gates[1].yfast', m.word('&gates[2].name'))


@case('name of an environment')
def _(m):
    """a name of another number"""
    name = m.word('&gates[2].name')
    m.put('&gates[2].name', name ^ 1 << 10)


@case('parent lives')
def _(m):
    """a parent that is not"""
    m.put('&gates[2].parent', m.word('&gates[1].name') ^ 1 << 15)


@case("kernel's handler")
def _(m):
    """a handler in the kernel"""
    m.put('&handlers[1].pc[4]', 0x80000080)


@case('save area in the save page')
def _(m):
    """a save area elsewhere"""
    m.put('&saves[1].pc[2]', 0x80000000)


@case('interrupt save area in the save page')
def _(m):
    """an interrupt save area elsewhere"""
    m.put('&envs[1].intx', 0x80000000)


@case('interrupt queue')
def _(m):
    """an interrupt queue that leaves its page"""
    m.put('&envs[1].iq', PAGE - 4)


@case('repossession vector')
def _(m):
    """a repossession vector that leaves its page"""
    m.put('&envs[1].repo', PAGE - 4)


@case('zero word of a private block')
def _(m):
    """a word that a forged name could meet"""
    m.put(0x80034000 + 64 + 8, 0x80034040)


@case('start of slice')
def _(m):
    """another prologue for Yield"""
    m.put(0x80034000 + 64 + 44, 0x80000080)


@case('references to an environment')
def _(m):
    """a reference that nobody made"""
    m.put_byte('&envs[1].refs', 1)


@case('referrer lives')
def _(m):
    """a reference of nobody"""
    m.put_byte('&referrers[2][20]', 1)


@case('the dead counted')
def _(m):
    """a dead environment that is not"""
    m.put('&unreaped', 5)


@case("kernel's own gate")
def _(m):
    """a name that enters the kernel"""
    m.put('&gates[0].word', 0)


# Processor, revocation, console.

def link(m, s, after):
    m.put_bytes(f'&slices[{s}].next', after, 2)
    m.put_bytes(f'&slices[{after}].prev', s, 2)


@case('slices linked in order')
def _(m):
    """a free slice between two"""
    link(m, 0, 77)
    link(m, 77, 1)


@case('owner of a slice lives')
def _(m):
    """a slice of nobody"""
    m.put('&slices[9].owner', 0x20200041)


@case('slices of an environment')
def _(m):
    """a slice counted twice"""
    m.put('&gates[1].nslices', m.word('&gates[1].nslices') + 1)


@case('slice that runs')
def _(m):
    """another slice that runs"""
    m.put('&now', 17)


@case('revocations counted')
def _(m):
    """a revocation too many"""
    m.put('&active', m.word('&active') + 1)


@case('revocation')
def _(m):
    """a revocation of nothing"""
    m.put('&revokes[1][0].stage', 1)


@case('holder of the console lives')
def _(m):
    """a console held by nobody"""
    m.put(m.word('&info') + LAYOUT['&((struct ae_info *)0)->console'], 0)


@case('console input')
def _(m):
    """more input than there is room for"""
    m.put('&head', m.word('&tail') + 257)


# The kernel itself.

@case('kernel text unchanged')
def _(m):
    """an instruction of the refill changed"""
    m.put(0x80000000 + 12, 0)


@case('kernel text unchanged')
def _(m):
    """an instruction of C changed"""
    m.put('&sys_halt', 0)


@case('call table unchanged')
def _(m):
    """a call that goes elsewhere"""
    m.put('&call_table[3]', m.word('&call_table[0]'))


@case('kernel stack deep enough')
def _(m):
    """a kernel stack used to its end"""
    m.put(m.at('&kstack_top') - PAGE + 16, 1)


# The same, for what takes more to break.

@case('hint of a page')
def _(m):
    """a hint beyond the STLB"""
    m.put_byte(m.field(m.page(state=OWNED), 'hint') + 1, 0xff)


@case('save areas in a page that is held')
def _(m):
    """save areas in a free page"""
    m.put_byte(m.field(m.page(state=FREE), 'save'), 1)


@case('free page without bindings')
def _(m):
    """a free page that has a binding"""
    m.put_byte(m.field(m.page(state=FREE), 'bindings'), 1)


@case('page that nobody holds')
def _(m):
    """a free page with a holder"""
    m.put_byte(m.field(m.page(state=FREE), 'holders'), 1)


@case('save page held by its environment')
def _(m):
    """save areas in the page of another"""
    page = m.page(state=OWNED, owner=1, holders=1, save=0)
    m.put_byte(m.field(m.word('&envs[2].save_page'), 'save'), 0)
    m.put('&envs[2].save_page', page)
    m.put_byte(m.field(page, 'save'), 2)


@case('reference to its page')
def _(m):
    """a reference to another page"""
    at = m.ref(m.page(state=OWNED), 'page')
    m.put_byte(at, m.byte(at) ^ 1)


@case('holder of a page exists')
def _(m):
    """a page of nobody"""
    page = m.page(state=OWNED)
    m.put_byte(m.ref(page, 'holder'), 99)
    m.put_byte(m.field(page, 'owner'), 99)


@case('holder counted once')
def _(m):
    """a holder that is there twice"""
    page = m.page(state=OWNED, holders=2)
    m.put_byte(m.ref(m.word(m.ref(page, 'more')), 'holder'),
               m.byte(m.ref(page, 'holder')))


@case('free page in the ring of free pages')
def _(m):
    """a page in the ring that is not free"""
    m.put_byte(m.field(m.page(state=FREE), 'state'), KERNEL)


@case('member of a ring')
def _(m):
    """a reference of the pool that somebody has"""
    m.put_byte(m.ref(m.word(m.ref(m.word('&unused'), 'next')), 'holder'), 7)


@case('ring closed')
def _(m):
    """a ring that does not come back"""
    last = m.word(m.ref(m.word('&unused'), 'prev'))
    m.put(m.ref(last, 'next'), last)


@case('references of the pool counted')
def _(m):
    """a reference that got lost"""
    ring = m.word('&unused')
    second = m.word(m.ref(m.word(m.ref(ring, 'next')), 'next'))
    m.put(m.ref(ring, 'next'), second)


@case('guaranteed mapping counted')
def _(m):
    """a guaranteed mapping of a page that counts none"""
    number, slot = m.pin()
    page = m.word(f'&xls[{number}][{slot}].lo') >> 12
    m.put_byte(m.field(page, 'pins'), 0)
    m.put_bytes(m.field(page, 'pin'), 0, 2)


@case('guaranteed mapping whole')
def _(m):
    """half a guaranteed mapping"""
    m.put('&xls[99][3].lo', m.page(state=OWNED) << 12 | 0x200)


@case('binding counted')
def _(m):
    """a binding of a page that counts none"""
    m.put_bytes(m.field(m.word(m.data(m.slot())) >> 12, 'bindings'), 0, 2)


@case('STLB purged of the dead', 'sys_debug_check', THIRD)
def _(m):
    """a binding that a dead environment made again"""
    m.bind(m.word('&gates[2].name') >> 21 << 21 | 0x1234 << 2,
           m.page(state=OWNED) << 12 | 0x200)


def wired(m, index):
    return m.emulator.tlbdump()[index]


@case('wired TLB entry')
def _(m):
    """the STLB mapped writable"""
    hi, lo = wired(m, 3)
    m.call('tlb_set', 3, hi, lo | 0x400)


@case('TLB entries differ')
def _(m):
    """two TLB entries of one address"""
    m.call('tlb_set', WIRED + 2, *wired(m, WIRED + 1))


@case('TLB entry without use is invalid')
def _(m):
    """a TLB entry that maps a kernel address"""
    m.call('tlb_set', WIRED + 2, 0x80000000 + 63 * PAGE,
           m.page(state=OWNED) << 12 | 0x200)


@case('TLB entry of an ASID held')
def _(m):
    """a TLB entry of an ASID that nobody has"""
    m.call('tlb_set', WIRED + 2, 0x400000 | 50 << 6,
           m.page(state=OWNED) << 12 | 0x200)


@case('state of an environment')
def _(m):
    """an environment in an impossible state"""
    m.put('&gates[99].state', 3)


@case('free number')
def _(m):
    """a number without environment that has a parent"""
    m.put('&gates[99].parent', m.word('&gates[1].name'))


@case('excess of the living')
def _(m):
    """an environment that should have been ended"""
    m.put('&gates[1].excess', 17)


@case('leaf')
def _(m):
    """slices that run nobody"""
    m.put_bytes('&envs[2].leaf', 0, 2)


@case('save page')
def _(m):
    """a save page that does not know"""
    m.put_byte(m.field(m.word('&envs[2].save_page'), 'save'), 0)


@case('ranges of an environment')
def _(m):
    """a range that ends before it begins"""
    m.put('&envs[1].restart', m.word('&envs[1].restart_end') + 4)


@case('handler aligned')
def _(m):
    """a handler between two instructions"""
    m.put('&handlers[1].pc[4]', m.word('&handlers[1].pc[4]') + 2)


@case("interrupts and calls are the kernel's")
def _(m):
    """a handler for interrupts"""
    m.put('&handlers[1].pc[0]', 0x1000)


@case('zero words of a private block')
def _(m):
    """another word that a forged name could meet"""
    m.put(BLOCK + 64 + 24, BLOCK + 64)


@case('flags of a gate')
def _(m):
    """a flag of a gate that is none"""
    m.put('&gates[2].flags', 16)


@case('orphan serves nobody')
def _(m):
    """an orphan that serves a caller"""
    m.put('&gates[2].word', BLOCK + 64)
    m.put_byte('&envs[2].orphan', 1)


@case("kernel's own handlers")
def _(m):
    """an exception of the kernel that is not the panic"""
    m.put('&handlers[0].pc[3]', m.word('&handlers[1].pc[4]'))


@case('number 0 is current while C runs')
def _(m):
    """a kernel that runs as an environment"""
    m.put('&current_p', m.word('&kcur'))


@case('gate of the dead closed', 'sys_debug_check', THIRD)
def _(m):
    """a dead environment with a gate"""
    m.put('&gates[2].word', m.word('&gates[2].name'))


@case('the dead hold nothing', 'sys_debug_check', THIRD)
def _(m):
    """a dead environment with a slice"""
    m.put('&gates[2].nslices', 1)


@case('the dead hold no ASID', 'sys_debug_check', THIRD)
def _(m):
    """a dead environment with an ASID"""
    m.put_byte('&asid_owner[2]', 2)


@case('the dead gave all back', 'holder_newest', 1)
def _(m):
    """a dead environment forgotten with its pages"""
    m.put_bytes(f"&envs[{m.register('a0')}].purged", 257, 2)
    m.emulator.set_register('v0', 0)            # no page
    m.emulator.set_register('pc', m.register('ra'))


@case('the dead that nobody asks for are forgotten', 'sys_debug_check', THIRD)
def _(m):
    """a dead environment whose reference got lost"""
    m.put_byte('&envs[2].refs', 0)
    m.put('&referrers[2]', 0)


@case('who runs lives', 'sys_null', 1)
def _(m):
    """a dead environment that runs"""
    m.put('&gates[1].state', 2)


@case('who runs holds its ASID', 'sys_null', 1)
def _(m):
    """an environment that runs with the ASID of another"""
    m.put_byte('&asid_owner[1]', 2)


@case('context of an environment', 'sys_null', 1)
def _(m):
    """an address space of nobody"""
    m.call('set_context', m.word('&gates[2].name') ^ 1 << 30)


@case('context of who runs or of its child', 'sys_null', 1)
def _(m):
    """an address space of a stranger"""
    m.put('&gates[2].parent', m.word('&gates[2].name'))
    m.call('set_context', m.word('&gates[2].name'))


@case("context's ASID held", 'sys_null', 1)
def _(m):
    """an address space whose ASID was taken"""
    m.put_byte('&asid_owner[2]', 0)
    m.call('set_context', m.word('&gates[2].name'))


@case('first slice')
def _(m):
    """a vector that begins elsewhere"""
    m.put('&slice_first', 5)


@case('slices linked in a ring')
def _(m):
    """a free slice after the last"""
    link(m, 1, 77)
    link(m, 77, 0)


@case('slices linked')
def _(m):
    """a slice whose neighbour does not know it"""
    m.put_bytes('&slices[0].next', 77, 2)


@case('who was told')
def _(m):
    """nobody told of the end of the slice"""
    m.put('&processor_told', 999)


@case('strays are looked for')
def _(m):
    """a stray that nobody looks for"""
    m.call('slice_release', 1)
    m.put_byte('&envs[2].wake', 1)
    m.put('&strays', 0)


@case('revocation from the living')
def _(m):
    """a revocation from nobody"""
    m.put('&revokes[99][0].stage', 1)
    m.put('&revokes[99][0].want', 1)


@case('page that is searched for')
def _(m):
    """a search for a page that is not"""
    m.put('&taking.page', 0xffffff)


@case('number of pages')
def _(m):
    """another number of pages shown"""
    at = m.word('&info') + LAYOUT['&((struct ae_info *)0)->npages']
    m.put(at, m.word(at) + 1)


@case('first environment lives')
def _(m):
    """a first environment that is not"""
    m.put(m.word('&info') + LAYOUT['&((struct ae_info *)0)->boot_env'], 0)


if __name__ == '__main__':
    try:
        main()
    finally:
        LAYOUT.close()
