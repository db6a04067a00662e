#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How many bytes the kernel is: what of it competes for the caches.

Counted are the image's text, constants and variables. Not counted are the
stack and the tables: every variable of 1 KB or more, and the fixed tables
below the text (docs/design.md, "Fixed tables"), of which a path touches a
few words; nor the boot archive, which is no part of the kernel.

usage: size.py IMAGE
"""
import subprocess
import sys

CROSS = 'mipsel-linux-gnu-'
CACHE = 64 * 1024       # instruction cache, of every machine here
TABLE = 1024            # bytes; so large is no single variable
LOADED = ('.text', '.rodata', '.data')


def tool(name, *args):
    done = subprocess.run([CROSS + name, *args], check=True, text=True,
                          capture_output=True)
    return [line.split() for line in done.stdout.splitlines()]


def variables(image):
    """{name: bytes} of .bss: to the next symbol if none is given."""
    symbols = []
    for fields in tool('nm', '-n', '-S', image):
        # ADDRESS [SIZE] TYPE NAME
        if fields[-2] in 'bB':
            size = int(fields[1], 16) if len(fields) == 4 else None
            symbols.append((int(fields[0], 16), size, fields[-1]))
    ends = [address for address, _, _ in symbols[1:]]
    return {name: size if size is not None else end - address
            for (address, size, name), end in zip(symbols, ends)}


def measure(image):
    """({part: bytes} of what counts, {name: bytes} of tables and stack)"""
    sections = {fields[0]: int(fields[1]) for fields in tool(
        'size', '-A', image) if fields and fields[0] in LOADED}
    bss = variables(image)
    tables = {name: n for name, n in bss.items() if n >= TABLE}
    return {**sections, '.bss': sum(bss.values()) - sum(tables.values())}, \
        tables


def describe(image):
    parts, tables = measure(image)
    total = sum(parts.values())
    return (f'kernel: {total} bytes ('
            + ', '.join(f'{name} {n}' for name, n in parts.items())
            + f'), {100 * total / CACHE:.0f}% of the instruction cache;\n'
            'tables and stack, not counted: '
            + ', '.join(f'{name} {n}' for name, n in tables.items()) + '.')


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith('-'):
        sys.exit(__doc__)
    print(describe(sys.argv[1]))


if __name__ == '__main__':
    main()
