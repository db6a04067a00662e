#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Test the stride scheduler: Figure 3, its picture, and the program stride.

usage: run.py [WORD...]     only tests whose description contains a word

Prints TAP.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = TOP / 'build'
sys.dont_write_bytecode = True
sys.path[:0] = [str(TOP / 'tests'), str(TOP / 'bench')]
import figure3  # noqa: E402
from tap import expect, main, test  # noqa: E402

ORDER = [3, 2, 3, 3, 1, 2]      # as in the paper's figure


def measure(folder):
    """figure3.py's CSV lines and SVG text; it compares two runs itself."""
    done = subprocess.run(
        [TOP / 'bench' / 'figure3.py', BUILD / 'aegis-chip.elf'],
        env={**os.environ, 'BUILD': folder}, capture_output=True, text=True)
    expect(done.returncode == 0, done.stdout, done.stderr)
    bench = pathlib.Path(folder) / 'bench'
    return ((bench / 'figure3.csv').read_text().splitlines(),
            (bench / 'figure3.svg').read_text())


@test('shares of 3, 2 and 1 over 100 quanta, the same in two runs')
def shares():
    with tempfile.TemporaryDirectory() as folder:
        lines, svg = measure(folder)
    rows = [tuple(map(int, line.split(','))) for line in lines[1:]]
    expect(lines[0] == figure3.HEADER, lines[0])
    expect([q for q, _, _ in rows] == list(range(100)), lines)
    expect([share for _, share, _ in rows]
           == [ORDER[q % len(ORDER)] for q in range(100)], 'order', lines)
    series = figure3.points(lines)
    each = figure3.per_quantum(series)
    for share, points in series.items():
        counts = [n for _, n in points]
        expect(counts == sorted(set(counts)), 'counts do not grow', counts)
        ideal = 100 * each * share / 6
        expect(abs(counts[-1] - ideal) < 1.05 * each,
               f'share {share}: {counts[-1]}, ideally {ideal}')
    root = xml.etree.ElementTree.fromstring(svg)
    dots = root.findall('{http://www.w3.org/2000/svg}circle')
    expect(len(dots) == 100, f'{len(dots)} dots in the picture')


def stride(*words):
    done = subprocess.run(
        [TOP / 'emu-config' / 'launch', '--time-limit', '60', '--host-limit',
         '200', BUILD / 'aegis-chip.elf', '--', 'stride', *words],
        stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return done.returncode, done.stdout.replace('\r', '')


@test('stride runs programs to their ends, and counts their slices')
def programs():
    status, out = stride('1', 'matmul', '3', 'matmul', '2', 'hello')
    expect(status == 0, out)
    slices = [int(line.split()[-2]) for line in out.splitlines()
              if line.startswith('stride: ')]
    expect(len(slices) == 3 and 0 < slices[2] < slices[0], out)
    expect(out.count('matmul: 0 wrong') == 2, out)


@test('stride refuses what it cannot do')
def refused():
    for words, what in (((), 'usage'), (('1',), 'usage'),
                        (('0', 'hello'), 'share 0'),
                        (('1', 'nothing'), 'nothing: error')):
        status, out = stride(*words)
        expect(status != 0 and what in out, words, status, out)


if __name__ == '__main__':
    main()
