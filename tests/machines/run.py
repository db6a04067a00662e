#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Boot the one image on every machine: what it finds, what it listens to, how
long a slice is.

usage: run.py [--real-time] [WORD...]   only tests with a word in their names

Prints TAP.  That every program runs on both machine types is the business
of tests/run.py; here are all configurations, each with its memory.
"""
import pathlib
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
IMAGE = TOP / 'build' / 'aegis-debug.elf'
MEASURED = TOP / 'build' / 'aegis-chip.elf'
sys.dont_write_bytecode = True
sys.path[:0] = [str(TOP / 'tests'), str(TOP / 'emu-config')]
import debugger  # noqa: E402
import gxemul  # noqa: E402
from tap import expect, main, options, test  # noqa: E402

OPTIONS = options('--real-time')

# By the PROM's system id; a 2100 and a 3100 have the same.
NAMES = {'3max': 'DECstation 5000/200', '3100': 'DECstation 2100/3100',
         '2100': 'DECstation 2100/3100'}


def boot(config, *args):
    """What the console shows; the kernel must halt with status 0."""
    done = subprocess.run(
        [TOP / 'emu-config' / 'launch', *OPTIONS, '--config', config,
         '--host-limit', '100', *map(str, args)], stdin=subprocess.DEVNULL,
        capture_output=True, timeout=150)
    expect(done.returncode == 0, done.stderr.decode())
    return done.stdout.decode().replace('\r', '').splitlines()


@test('every machine boots, and finds its name and all of its memory')
def memory():
    for config, name in NAMES.items():
        about = gxemul.machine(config)
        for mb in sorted({gxemul.MEMORY_MIN, 17, about.memory_mb,
                          about.memory_max_mb}):
            lines = boot(config, '--memory', mb, IMAGE, '--', 'hello', 'you')
            expect(lines[0].startswith(f'aegis: {name}, {mb} MB, '), lines)
            expect(lines[1:3] == ['hello from ExOS', '1: you'], lines)


@test('every machine reads its console, and loses nothing typed ahead')
def console():
    with tempfile.NamedTemporaryFile('w') as f:
        f.writelines(f'hello {n}\n' for n in range(100))
        f.write('halt\n')
        f.flush()
        for config in NAMES:
            lines = boot(config, '--input', f.name, IMAGE)
            said = [line for line in lines if line.startswith('1: ')]
            expect(said == [f'1: {n}' for n in range(100)], config, said)


SLICE = 0.015625        # seconds
SLICES = 32
TICKS = 8               # of struct ae_info; and its bytes up to that
LATE = 2 * 8192         # instructions: an interrupt waits for a batch to end


def rate():
    """Instructions between ticks, which are time: the clock does not follow
    the host's."""
    for config in NAMES:
        with debugger.Emulator(str(MEASURED), config=config,
                               program=['matmul']) as e:
            e.add_breakpoint('interrupt')
            seen = []
            for _ in range(SLICES + 1):
                stop = e.cont()
                expect(stop.reason == 'breakpoint', config, stop)
                ticks = e.read_memory('info_page', TICKS + 4)[TICKS:]
                seen.append((int.from_bytes(ticks, 'little'), e.ninstrs()))
        (first, begin), (last, end) = seen[0], seen[-1]
        expect(last - first == SLICES, config, seen)
        want = SLICE * gxemul.machine(config).clock_mhz * 1e6
        expect(abs(end - begin - SLICES * want) <= LATE, config,
               f'{(end - begin) / SLICES} instructions a slice, not {want}')


if not OPTIONS:
    test('a slice is 15.625 ms on every machine')(rate)


@test('every configuration of one machine is among these')
def all_of_them():
    single = [c for c in gxemul.configurations()
              if len(gxemul.machine(c).names) == 1]
    expect(single == sorted(NAMES), single)


if __name__ == '__main__':
    main()
