#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run `reclaim`, which shows the stages of revocation: who gives at the first
request, and who lets it come to force.  Prints TAP.

usage: run.py [--real-time] [WORD...]   only tests with a word in their names
"""
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(TOP / 'tests'))
from tap import expect, main, options, test  # noqa: E402

OPTIONS = options('--real-time')
PATIENCE = 16                   # ticks a stage lasts, and pages asked for: as
ASKED = 5                       # exos/bin/reclaim.c has them

ALL = ['request', 'imperative', 'force', 'done']
STAGES = {'plain': ALL, 'kind': ['request', 'done'], 'deaf': ALL}
STAGE = re.compile(r'  tick +(\d+): (\w+) +it holds (\d+) pages')


def reclaim(image, config):
    """What it says of each child: {name: its lines}."""
    done = subprocess.run(
        [TOP / 'emu-config' / 'launch', *OPTIONS, '--config', config,
         '--time-limit', '60', '--host-limit', '100',
         TOP / 'build' / f'aegis-{image}.elf', '--', 'reclaim'],
        stdin=subprocess.DEVNULL, capture_output=True, text=True)
    expect(done.returncode == 0, done.stdout, done.stderr)
    parts = re.split(r'^(\w+) holds .*\n', done.stdout.replace('\r', ''),
                     flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def in_order(said):
    for name, stages in STAGES.items():
        seen = STAGE.findall(said[name])
        expect([stage for _, stage, _ in seen] == stages, name, seen)
        ticks = [int(tick) for tick, _, _ in seen]
        pages = [int(held) for _, _, held in seen]
        expect(pages[-1] == pages[0] - ASKED, name, seen)
        if stages is ALL:
            expect(ticks[1] >= PATIENCE and ticks[2] >= 2 * PATIENCE,
                   name, 'is hurried:', seen)
            expect(pages[1] == pages[0], name, 'lost some too early:', seen)


def told(said):
    gone = re.findall(r'deaf: page (\S+) is gone', said['deaf'])
    expect(len(set(gone)) == len(gone) == ASKED, said)
    expect('is gone' not in said['plain'] + said['kind'], said)


for _image, _config in (('debug', '3max'), ('debug', '3100'),
                        ('chip', '3max'), ('chip', '3100')):
    @test(f'{_config}, {_image}: stages in order, and each page taken is told')
    def _(image=_image, config=_config):
        said = reclaim(image, config)
        expect(list(said) == list(STAGES), said)
        in_order(said)
        told(said)

if __name__ == '__main__':
    main()
