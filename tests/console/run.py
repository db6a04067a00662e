#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Type at programs: who gets the input, that a key wakes an idle machine, and
how a line is edited.  Prints TAP.

usage: run.py [--real-time] [WORD...]   only tests with a word in their names
"""
import os
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(TOP, 'tests'))
from tap import expect, main, options, test  # noqa: E402
from typist import Typist  # noqa: E402

OPTIONS = options('--real-time')


def idle(machine):
    t = machine('console_user', 'idle')
    t.until('ready\n')
    t.until('aegis: idle: nobody owns a slice\n')
    t.type(b'x')
    t.until('woken: 1 byte, x\n')
    expect(t.finish() == 0, t.text)


def hold(machine):
    t = machine('console_user', 'hold')
    t.until('\nchild\n')
    t.type(b'c')
    t.until('\nparent\n')
    t.type(b'p')
    t.until('ok 10 - it is ours\n')
    expect(t.finish() == 0 and 'not ok' not in t.text, t.text)


def edit(machine):
    t = machine('console_lines')
    t.until('lines\n')
    t.type(b'helx\x7flo\rgone\x15two\tx\n')
    t.until('got <hello>\n')
    t.until('got <two\tx>\n')
    t.type(b'\x04')
    t.until('bytes\n')
    t.type(b'\r\x04q')
    t.until('got 13\ngot 4\ngot 113\n')
    expect(t.finish() == 0, t.text)
    expect('helx\b \blo\n' in t.text, t.text)


def notices(machine):
    t = machine('notices', 'console')
    for n in range(20):
        t.until(f'byte {n + 1}\n')
        t.type(bytes([ord('a') + n]))
    t.until(' - in order\n')    # or the end of input is one more
    expect(t.finish() == 0 and 'not ok' not in t.text, t.text)


TESTS = (('a key wakes a machine in which nobody owns a slice', idle),
         ('input goes to whom it was given, and back', hold),
         ('notices of input: masked, to who runs, to a full queue', notices),
         ('a line is edited, and ended in every way', edit))
for _image, _config in (('debug', '3max'), ('chip', '3max'),
                        ('debug', '3100'), ('chip', '3100')):
    for _text, _function in TESTS:
        @test(f'{_config}, {_image}: {_text}')
        def _(function=_function, image=_image, config=_config):
            image = os.path.join('build', 'tests', f'aegis-{image}.elf')
            function(lambda *program: Typist(
                image, *program, config=config, options=OPTIONS))

if __name__ == '__main__':
    main()
