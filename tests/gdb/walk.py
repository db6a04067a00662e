#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The sessions in docs/debugging.md are what gdb says, numbers aside.

usage: walk.py      write the numbers of now into the document
"""
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
    """Each documented line with the one that gdb prints now."""
    more, program = options(begin)
    with talk(*more, program=program) as s:
        s.command('set width 0')
        for command, lines in steps:
            out = s.command(command)
            said = iter(out.splitlines())
            for line in filter(str.strip, lines):
                now = next((x for x in said if plain(x) == plain(line)), None)
                expect(now is not None,
                       f'after {command!r} no {line!r} in:\n{out}')
                yield line, now.removeprefix('(gdb) ').rstrip()


def check(begin, steps):
    for _ in replay(begin, steps):
        pass


def rewrite():
    """The document with the numbers of now."""
    text = DOCUMENT.read_text()
    at = 0
    for begin, steps in sessions():
        at = text.index('$ ' + begin, at)
        for line, now in replay(begin, steps):
            at = text.index('\n' + line + '\n', at) + 1
            text = text[:at] + now + text[at + len(line):]
    DOCUMENT.write_text(text)


if __name__ == '__main__':
    rewrite()
else:
    for _begin, _steps in sessions():
        test(f'docs/debugging.md: {_begin}, {len(_steps)} commands')(
            lambda begin=_begin, steps=_steps: check(begin, steps))
