#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run the programs from outside on their own tests.

usage: run.py [WORD...]     only tests whose description contains a word

Prints TAP: one line for each file of a suite, with the numbers of its tests.
exos/ports/NAME/suite says how many tests a file has and how many are left out
by conditions of its own, or that it is skipped or ends by an error as a whole;
docs/ports.md says which fail and why.  All others must pass, and those must
fail.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(TOP / 'tests'))
import tap  # noqa: E402
from tap import expect  # noqa: E402

BUILD = TOP / os.environ.get('BUILD', 'build')
PORTS = TOP / 'exos' / 'ports'
TOTALS = re.compile(r' *(\S+\.test): Total +(\d+) +Passed +(\d+) +'
                    r'Skipped +(\d+) +Failed +(\d+)')
ENDED = re.compile(r' *(\S+\.test):   --- (skipped|error)')
ALL = re.compile(r'Totals: Total +(\d+) +Passed +(\d+)')
FAILED = re.compile(r'\t(\S+\.test):\d+\t(\S+)')


def jimtcl_files(folder):
    """What the suite needs, for the root of the boot archive."""
    source = BUILD / 'ports' / 'jimtcl' / 'src'
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source / 'tests', folder / 'jimtcl' / 'tests')
    for script in source.glob('*.tcl'):
        shutil.copy(script, folder / 'jimtcl')
    shutil.copy(PORTS / 'jimtcl' / 'suite.tcl', folder)


def run_jimtcl():
    """What the suite says."""
    where = BUILD / 'test' / 'ports'
    subprocess.run(['make', '-s', 'V=1', BUILD.relative_to(TOP) / 'ports' /
                    'jimtcl' / 'stamp'], cwd=TOP, check=True, timeout=600,
                   stdout=sys.stderr)
    jimtcl_files(where / 'files')
    subprocess.run(['make', '-s', 'V=1', 'PORTS=dash jimtcl',
                    f'EXTRADIR={where}', f'FILES={where / "files"}', 'image'],
                   cwd=TOP, check=True, timeout=600, stdout=sys.stderr)
    done = subprocess.run(
        [TOP / 'emu-config' / 'launch', '--time-limit', '600',
         where / 'aegis-debug.elf', '--', 'jimsh', '/suite.tcl'],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=590)
    text = done.stdout.decode(errors='replace').replace('\r', '')
    (where / 'jimtcl.log').write_text(text, encoding='utf-8')
    return text


def suite(port):
    """{file: (tests, left out)}, or one word for a file as a whole."""
    files = {}
    for line in (PORTS / port / 'suite').read_text().splitlines():
        if line and line[0] != '#':
            name, *numbers = line.split()
            files[name] = (tuple(map(int, numbers)) if len(numbers) == 2
                           else numbers[0])
    return files


def known_failures():
    """{file: names of tests} of the tables of docs/ports.md."""
    known = {}
    text = (TOP / 'docs' / 'ports.md').read_text(encoding='utf-8')
    for name, tests in re.findall(r'^\| `(\S+\.test)` \| (.*?) \|', text, re.M):
        known.setdefault(name, set()).update(re.findall(r'`(.*?)`', tests))
    return known


def file_test(name, numbers, said):
    """Whether a file of tests did what is expected of it."""
    totals = said['totals'].get(name)
    if isinstance(numbers, str):
        expect(said['ended'].get(name) == numbers and not totals,
               said['ended'].get(name), totals)
        return
    expect(totals, 'it did not come to its end')
    tests, passed, skipped, failed = totals
    lines = said['failed'].get(name, [])
    names = set(lines)
    known = said['known'].get(name, set())
    expect(names == known, 'failed, and should not:', sorted(names - known),
           'passed, and docs/ports.md says it fails:', sorted(known - names))
    expect((tests, skipped) == numbers, 'tests and left out:', tests, skipped,
           'and not', *numbers)
    expect(failed == len(lines) and passed == tests - skipped - failed, totals)


def judge(port, text):
    """The results of a suite, one TAP line a file."""
    said = {'totals': {m[1]: tuple(map(int, m.groups()[1:]))
                       for m in TOTALS.finditer(text)},
            'ended': dict(ENDED.findall(text)), 'failed': {},
            'known': known_failures()}
    for name, failed in FAILED.findall(text):
        said['failed'].setdefault(name, []).append(failed)
    files = suite(port)
    for name, numbers in files.items():
        totals = said['totals'].get(name)
        shown = (f'{totals[1]} of {totals[0]} passed' if totals
                 else said['ended'].get(name, 'no end'))
        tap.test(f'{port}: {name}: {shown}')(
            lambda name=name, numbers=numbers: file_test(name, numbers, said))

    @tap.test(f'{port}: no other file, and nine of ten tests pass')
    def share():
        seen = set(said['totals']) | set(said['ended'])
        expect(seen == set(files), seen ^ set(files))
        tests, passed = map(int, ALL.search(text).groups())
        print(f'# {port}: {passed} of {tests} tests passed')
        expect(passed >= 0.9 * tests, passed, 'of', tests)


if __name__ == '__main__':
    judge('jimtcl', run_jimtcl())
    tap.main()
