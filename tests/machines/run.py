#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Boot the one image on every machine: what it finds, what it listens to.

usage: run.py [WORD...]     only tests whose description contains a word

Prints TAP.  That every program runs on both machine types is the business
of tests/run.py; here are all configurations, each with its memory.
"""
import pathlib
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
IMAGE = TOP / 'build' / 'aegis-debug.elf'
sys.dont_write_bytecode = True
sys.path[:0] = [str(TOP / 'tests'), str(TOP / 'emu-config')]
import gxemul  # noqa: E402
from tap import expect, main, test  # noqa: E402

# By the PROM's system id; a 2100 and a 3100 have the same.
NAMES = {'3max': 'DECstation 5000/200', '3100': 'DECstation 2100/3100',
         '2100': 'DECstation 2100/3100'}


def boot(config, *args):
    """What the console shows; the kernel must halt with status 0."""
    done = subprocess.run(
        [TOP / 'emu-config' / 'launch', '--config', config, '--host-limit',
         '100', *map(str, args)], stdin=subprocess.DEVNULL,
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


@test('every configuration of one machine is among these')
def all_of_them():
    single = [c for c in gxemul.configurations()
              if len(gxemul.machine(c).names) == 1]
    expect(single == sorted(NAMES), single)


if __name__ == '__main__':
    main()
