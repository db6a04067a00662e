#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Test that the kernel's checks find what is broken: prints TAP.

The program `checked` asks for the checks (debug_check) while it and a child
are at work.  The debugger stops the kernel there, breaks one invariant in
its memory, and goes on; the kernel must panic with the name of that one.
Addresses come from the kernel's debugging information.
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
SECOND = 2              # the call of debug_check before which it is broken
PAGE = 4096
OWNED, FREE = 1, 0


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
    """A machine stopped in the kernel, about to check everything."""

    def __init__(self):
        self.emulator = debugger.Emulator(str(IMAGE), program=['checked'],
                                          time_limit=60, host_limit=120)

    def __enter__(self):
        self.reach('sys_debug_check', SECOND)
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


def case(invariant):
    def add(function):
        def run():
            with Machine() as m:
                function(m)
                got = m.broken()
            expect(got == invariant, f'found: {got}')
        test(f'{function.__doc__}: {invariant}')(run)
        return function
    return add


@test('nothing is found when nothing is broken')
def unbroken():
    with Machine() as m:
        expect(m.broken() is None, m.emulator.console())


@test('what a call touched is checked after it')
def touched():
    with Machine() as m:
        m.reach('sys_env_unref')
        m.put('&gates[1].fast', 0)
        m.emulator.add_breakpoint('sys_debug_check')
        expect(m.broken() == 'fast word of a gate', m.emulator.console())


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

@case('slices linked in order')
def _(m):
    """slices in a ring of another order"""
    m.put_byte('&slices[0].next', 0)


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


if __name__ == '__main__':
    try:
        main()
    finally:
        LAYOUT.close()
