# SPDX-License-Identifier: MIT
"""Programs and the kernel image: their symbols and words."""
import bisect
import os
import struct

from . import BUILD, Trouble


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


def all_names():
    """Of every program that was built."""
    return sorted(f.removesuffix('.elf')
                  for f in os.listdir(os.path.join(BUILD, 'bin'))
                  if f.endswith('.elf'))


def named(name):
    return Program(os.path.join(BUILD, 'bin', name + '.elf'))


def load(image, program):
    """The kernel's and the program's symbols; the image holds this program."""
    path = os.path.join(BUILD, 'bin', program + '.elf')
    archived = os.path.join(os.path.dirname(image), 'archive', 'bin',
                            program)
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


def ending(stop):
    """How a run ended that did not stop at a breakpoint."""
    return (f'{stop.reason} {stop.text}'.strip() if stop.reason == 'died'
            else stop.reason)
