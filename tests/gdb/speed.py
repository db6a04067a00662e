#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measure how fast gdb runs, steps and watches; what docs/debugging.md says.

The seconds are processor time of the emulator, the bridge and gdb, which
wait for each other: what else the host does is left out. The best of some
tries counts.
"""
import os
import pathlib

import session
from session import BUILT, MAIN, Remote, Session, program, symbol, talk

TRIES = 5
STEPS = 1000
session.BRIDGE = BUILT / 'bridge'       # as it is used


def seconds(s):
    """Processor time of a session's processes so far."""
    ticks = 0
    for pid in s.children().values():
        stat = pathlib.Path(f'/proc/{pid}/stat').read_text()
        user, system = stat.rpartition(')')[2].split()[11:13]
        ticks += int(user) + int(system)
    return ticks / os.sysconf('SC_CLK_TCK')


def best(measure):
    return max(measure() for _ in range(TRIES))


def running():
    """Instructions a second, under `continue`, of the matrix multiply."""
    elf = program('matmul')
    with Session('--server', program=['matmul']) as s, Remote(s) as r:
        r.run_to(symbol('matmul_start', elf))
        before, start = r.executed(), seconds(s)
        for _ in range(3):              # that many multiplications
            r.run_to(symbol('matmul_end', elf))
        return (r.executed() - before) / (seconds(s) - start)


def stepping():
    """Steps a second, without gdb."""
    with Session('--server', program=['hello']) as s, Remote(s) as r:
        r.run_to(MAIN)
        start = seconds(s)
        for _ in range(STEPS):
            r.ask('s')
        return STEPS / (seconds(s) - start)


def stepping_gdb():
    """Steps a second, of gdb."""
    with talk(program=['hello']) as s:
        s.command('break main')
        s.command('continue')
        start = seconds(s)
        s.command(f'stepi {STEPS}')
        return STEPS / (seconds(s) - start)


def watching(kind):
    """Instructions a second while a word that nobody uses is watched."""
    with Session('--server', program=['hello']) as s, Remote(s) as r:
        r.run_to(MAIN)
        r.ask(f'Z{kind},6ffe0000,4')
        before, start = r.executed(), seconds(s)
        r.run_to(symbol('machine_halt'))
        return (r.executed() - before) / (seconds(s) - start)


def main():
    print(f'continue  {best(running) / 1e6:.0f} million instructions a second')
    print(f'stepi     {1e3 / best(stepping_gdb):.1f} ms, of which the bridge '
          f'and the emulator {1e3 / best(stepping):.1f} ms')
    for kind, name in ((2, 'watch'), (3, 'rwatch'), (4, 'awatch')):
        print(f'{name:9} {best(lambda kind=kind: watching(kind)) / 1e3:.0f} '
              'thousand instructions a second')


if __name__ == '__main__':
    main()
