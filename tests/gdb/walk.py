# SPDX-License-Identifier: MIT
"""The sessions in docs/debugging.md are what gdb says, numbers aside."""
import re

from session import ROOT, expect, talk, test

DOCUMENT = ROOT / 'docs' / 'debugging.md'


def sessions():
    """(command that begins it, [(gdb command, lines of its output)])"""
    for section in re.split(r'^## ', DOCUMENT.read_text(), flags=re.M):
        begin, steps = None, []
        for block in re.findall(r'^```\n(.*?)^```$', section, re.M | re.S):
            for line in block.splitlines():
                if line.startswith('$ '):
                    begin = line[2:]
                elif line.startswith('(gdb) '):
                    steps.append((line[6:], []))
                elif steps:
                    steps[-1][1].append(line)
        if begin:
            yield begin, steps


def options(begin):
    """What emu-config/gdb/debug is given, and the program."""
    made = re.fullmatch(r'make debug(?: MACHINE=(\S+))? PROG=(\S+)', begin)
    expect(made, f'not understood: {begin}')
    return ['--config', made[1]] if made[1] else [], [made[2]]


def plain(text):
    """Without what changes with every change of the kernel."""
    text = re.sub(r'0x[0-9a-f]+|\b\d+\b', 'N', text)
    return ' '.join(text.removeprefix('(gdb) ').split())


def replay(begin, steps):
    more, program = options(begin)
    with talk(*more, program=program) as s:
        s.command('set width 0')
        for command, lines in steps:
            out = s.command(command)
            said = iter(map(plain, out.splitlines()))
            for line in filter(str.strip, lines):
                expect(plain(line) in said,
                       f'after {command!r} no {line!r} in:\n{out}')


for _begin, _steps in sessions():
    test(f'docs/debugging.md: {_begin}, {len(_steps)} commands')(
        lambda begin=_begin, steps=_steps: replay(begin, steps))
