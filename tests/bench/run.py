#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Test the measurements: budgets, planted instructions, repeatability.

usage: run.py [WORD...]     only tests whose description contains a word

Prints TAP.  Needs the chip and plant kernels and the emulator's clock,
which `make test` builds.
"""
import csv
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = TOP / os.environ.get('BUILD', 'build')
sys.dont_write_bytecode = True
sys.path[:0] = [str(TOP / 'bench'), str(TOP / 'tests')]
import bench  # noqa: E402
import check_budgets  # noqa: E402
import count  # noqa: E402
import rows  # noqa: E402
import size  # noqa: E402
from tap import expect, main, test  # noqa: E402

CHIP = BUILD / 'aegis-chip.elf'
EXCEPTIONS = {'unalign', 'overflow', 'coproc', 'prot'}
# A system call is an exception first, so plant 2 lengthens four paths.
PLANTS = {
    1: ('the refill', {'STLB hit'}),
    2: ('exception dispatch',
        EXCEPTIONS | {'Scall', 'syscall leaf', 'longest path'}),
    3: ('Scall', {'Scall'}),
    4: ('a leaf call', {'syscall leaf'}),
}


def command(*args, **options):
    return subprocess.run([str(a) for a in args], text=True, cwd=TOP,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=300, **options)


@test('the chip kernel is within its budgets, by the script')
def chip():
    done = command('bench/check_budgets.py', CHIP)
    lines = done.stdout.splitlines()
    expect(done.returncode == 0, done.stdout)
    expect(lines[0] == f'1..{len(lines) - 1}', done.stdout)
    paths = len(check_budgets.table(check_budgets.BUDGETS))
    expect(len(lines) == 1 + 2 * paths * len(count.CONFIGS), done.stdout)
    expect(all(line.startswith('ok ') for line in lines[1:]), done.stdout)


def planted(n, expected):
    image = str(BUILD / f'aegis-plant-{n}.elf')
    base = {r['operation']: int(r['instructions'])
            for r in check_budgets.table(check_budgets.COUNTS)}
    limits = {r['operation']: int(r['limit'])
              for r in check_budgets.table(check_budgets.BUDGETS)}
    # The longest path takes long to find, so only where it gets longer.
    but = {'longest path'} - expected
    for name, what, good, text in check_budgets.check(image, '3max', but):
        more = base[name] + (name in expected)
        want = more <= limits[name] if what == 'limit' else \
            name not in expected
        expect(good == want, text)
        expect(f' {more} instructions' in text, text)
    if n == 1:
        done = command('bench/check_budgets.py', image)
        expect(done.returncode == 1, 'exit status', done.returncode)


for _n, (_where, _paths) in PLANTS.items():
    test(f'an instruction planted in {_where} is noticed, and only there')(
        lambda n=_n, paths=_paths: planted(n, paths))


def values(counts):
    """What was counted; a tick spoils a sample, or comes with one."""
    return {name: statistics.median_low(samples)
            for name, samples in counts.samples.items()
            if name not in rows.OF_THE_MACHINE}


def within_goals(counts):
    for name, samples in counts.samples.items():
        goal = bench.goals().get(name)
        median = statistics.median(samples)
        if goal:
            expect((median > float(goal['goal'])) == bool(goal['missed']),
                   name, median, 'instructions, and in goals.csv', goal)


@test('every row of every table has its samples, the same on both machines, '
      'and what goals.csv says')
def samples():
    names = {row.operation for row in rows.ROWS}
    expect(set(bench.goals()) <= names, set(bench.goals()) - names)
    for program in dict.fromkeys(row.program for row in rows.ROWS):
        first, other = (count.count(str(CHIP), program, config)
                        for config in ('3max', '3100'))
        within_goals(first)
        # Rows that are not traced have ticks in them, more on the 3100.
        if program in rows.WINDOWS:
            expect(values(first) == values(other), program)


@test('two runs of a program count the same (make bench runs each twice)')
def repeatable():
    for program in ('refill', 'table8', 'matmul'):
        expect(count.count(str(CHIP), program)
               == count.count(str(CHIP), program), program)


@test('the kernel without its tables fits the instruction cache')
def fits():
    parts, tables = size.measure(str(CHIP))
    expect(0 < sum(parts.values()) < size.CACHE, parts)
    expect(set(parts) == {'.text', '.rodata', '.data', '.bss'}, parts)
    expect({'envs', 'kstack'} <= set(tables), tables)
    bss, = (int(fields[1]) for fields in size.tool('size', '-A', str(CHIP))
            if fields[:1] == ['.bss'])
    expect(parts['.bss'] + sum(tables.values()) <= bss, parts, tables, bss)
    done = command('bench/size.py', CHIP)
    expect(done.stdout.startswith(f'kernel: {sum(parts.values())} bytes'),
           done.stdout)


@test('a part of the tables can be measured, and the results are written')
def part():
    with tempfile.TemporaryDirectory() as d:
        for name in ('archive', 'bin'):
            os.symlink(BUILD / name, os.path.join(d, name))
        done = command('bench/bench.py', CHIP, '5.4', '6',
                       env={**os.environ, 'BUILD': d})
        expect(done.returncode == 0, done.stdout)
        with open(os.path.join(d, 'bench/results.csv')) as f:
            text = f.read()
        with open(os.path.join(d, 'bench/results.json')) as f:
            about = json.load(f)
    got = list(csv.DictReader(text.splitlines()))
    expect(text.splitlines()[0] == ','.join(bench.FIELDS), text)
    expect([(r['machine'], r['operation']) for r in got]
           == [(machine, r.operation) for machine in bench.MACHINES
               for r in rows.ROWS if r.table in ('5.4', '6')], text)
    for r in got:
        expect(int(r['n']) >= rows.AT_LEAST, r)
        expect(float(r['min']) <= float(r['median']) <= float(r['max']), r)
    papers = [(r['machine'], r['median'], r['paper_us'], r['paper_system'])
              for r in got if r['operation'] == 'Scall']
    expect(papers == [('5000/200', '26', '1.4', 'Aegis DEC5000/125'),
                      ('3100', '26', '2.2', 'Aegis DEC3100')], papers)
    expect('The 3100 gives the same numbers, to the instruction.\n'
           in done.stdout, done.stdout)
    expect(about['versions']['kernel_variant'] == 'chip', about['versions'])
    expect(all(about['versions'][k] for k in ('compiler', 'emulator')),
           about['versions'])


if __name__ == '__main__':
    main()
