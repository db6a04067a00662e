#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Type at programs: who gets the input, that a key wakes an idle machine, and
how a line is edited.  Prints TAP.
"""
import os
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(TOP, 'tests'))
from tap import expect, main, test  # noqa: E402
from typist import Typist  # noqa: E402


def idle(image):
    # More than once: a key may come together with the clock.
    for _ in range(8):
        t = Typist(image, 'console_user', 'idle')
        t.until('ready\n')
        t.until('aegis: idle: nobody owns a slice\n')
        t.type(b'x')
        t.until('woken: 1 byte, x\n')
        expect(t.finish() == 0, t.text)


def hold(image):
    t = Typist(image, 'console_user', 'hold')
    t.until('child\n')
    t.type(b'c')
    t.until('parent\n')
    t.type(b'p')
    t.until('ok 10 - it is ours\n')
    expect(t.finish() == 0 and 'not ok' not in t.text, t.text)


def edit(image):
    t = Typist(image, 'console_lines')
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


TESTS = (('a key wakes a machine in which nobody owns a slice', idle),
         ('input goes to whom it was given, and back', hold),
         ('a line is edited, and ended in every way', edit))
for _image in ('debug', 'chip'):
    for _text, _function in TESTS:
        test(f'{_image}: {_text}')(
            lambda function=_function, image=_image: function(
                os.path.join('build', 'tests', f'aegis-{image}.elf')))

if __name__ == '__main__':
    main()
