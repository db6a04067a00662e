#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Move the programs of a ustar archive to page boundaries.

usage: align-archive.py <ARCHIVE >ALIGNED

A program whose file begins on a page can be mapped where it lies. In front
of each ELF file comes, where needed, a global header (POSIX.1-2008, pax) of
one comment, which readers of archives pass over.
"""
import sys

BLOCK = 512
PAGE = 4096
ELF = b'\x7fELF'
NAME, SIZE, SUM, TYPE, MAGIC = 0, 124, 148, 156, 257


class Bad(Exception):
    """Not an archive."""


def members(data):
    """Each member with its header, in whole blocks."""
    at = 0
    while at < len(data) and data[at]:
        header = data[at:at + BLOCK]
        if len(header) < BLOCK or header[MAGIC:MAGIC + 5] != b'ustar':
            raise Bad(f'no ustar header at {at}')
        try:
            size = int(header[SIZE:SIZE + 12].rstrip(b' \0'), 8)
        except ValueError:
            raise Bad(f'no size in the header at {at}') from None
        end = at + BLOCK + (size + BLOCK - 1) // BLOCK * BLOCK
        if end > len(data):
            raise Bad(f'the member at {at} is cut short')
        yield data[at:end]
        at = end


def filler(room):
    """A global header that fills so many bytes, of blocks: at least two."""
    size = room - BLOCK
    start = f'{size} comment='.encode()
    header = bytearray(BLOCK)
    for at, text in ((NAME, b'padding'), (100, b'0000644\0'),
                     (108, b'0000000\0'), (116, b'0000000\0'),
                     (SIZE, b'%011o\0' % size), (136, b'00000000000\0'),
                     (SUM, b' ' * 8), (TYPE, b'g'), (MAGIC, b'ustar\x0000')):
        header[at:at + len(text)] = text
    header[SUM:SUM + 8] = b'%06o\0 ' % sum(header)
    return bytes(header) + start.ljust(size - 1) + b'\n'


def align(data):
    """The archive with its programs on pages of their own."""
    out = bytearray()
    for member in members(data):
        if member[BLOCK:BLOCK + len(ELF)] == ELF:
            room = -(len(out) + BLOCK) % PAGE
            if room == BLOCK:
                room += PAGE    # a header alone would say nothing
            if room:
                out += filler(room)
        out += member
    return bytes(out) + bytes(2 * BLOCK)


def main():
    try:
        sys.stdout.buffer.write(align(sys.stdin.buffer.read()))
    except Bad as e:
        sys.exit(f'align-archive.py: {e}')


if __name__ == '__main__':
    main()
