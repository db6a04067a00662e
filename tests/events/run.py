#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Test the event traces: known counts, order, JSON, repeatability, errors.

usage: run.py [WORD...]     only tests whose description contains a word

Prints TAP.
"""
import collections
import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(TOP / 'tests'))
from tap import expect, main, test  # noqa: E402

SCRIPT = TOP / 'scripts' / 'trace-events.py'
ROUNDS = 8 + 128        # BENCH_ROUNDS of bench/window.h
EVENT = re.compile(r' *(\d+) +(\S+) +(\w+) +(.*)')

Event = collections.namedtuple('Event', 'count env kind text')


def command(*args):
    return subprocess.run([SCRIPT, *map(str, args)], text=True, cwd=TOP,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=60, check=False)


def trace(*args):
    """The events' text and the JSON's."""
    with tempfile.TemporaryDirectory() as d:
        text, data = os.path.join(d, 'text'), os.path.join(d, 'json')
        done = command('--text', text, '--json', data, *args)
        expect(done.returncode == 0, done.stderr)
        return [pathlib.Path(f).read_text(encoding='utf-8')
                for f in (text, data)]


traced = functools.cache(trace)


def events(*args):
    return [Event(int(m[1]), *m.groups()[1:]) for m in
            map(EVENT.match, traced(*args)[0].splitlines()) if m]


def in_order(found, *wanted):
    """Each of wanted occurs, after the one before it."""
    texts = iter(e.text for e in found)
    for want in wanted:
        expect(any(re.search(want, t) for t in texts), 'missing:', want)


@test('hello: from its first slice to its end, in order')
def hello():
    found = events('hello')
    expect([e.count for e in found if e.kind != 'bind'] == sorted(
        e.count for e in found if e.kind != 'bind'), 'counts go back')
    in_order(found, 'switch from the kernel.* exos_init$',
             'slice starts at exos_init$',
             'TLBL va=0x7ff.* refilled by guaranteed mapping.* exos_init$',
             r'^self\(\) = 0x2020', r'^Alloc\(page=0xffffffff.* = \d+$',
             'upcall TLBL va=0x6fff8000, refill passed to software, '
             'at exos_load.* to exos_miss$',
             r'^TLBwr\(va=0x6fff8000, lo=0x\w+, .* = 0$',
             'bind va=0x6fff8000 lo=0x', 'refilled by STLB',
             r'^cons_write\(.*length=0x10, .* = 16$',
             r'^env_free\(name=0x0, status=0x0\), no return seen$')
    expect({e.env for e in found} == {'1'}, 'environments')
    expect(traced('hello')[0].splitlines()[-2].endswith('ended: halted'))


@test('hello: every successful TLBwr is a binding')
def bindings():
    found = events('hello')
    calls = [e for e in found if e.text.startswith('TLBwr(')
             and e.text.endswith(' = 0')]
    expect(len(calls) == sum(e.kind == 'bind' for e in found) > 20,
           len(calls), 'calls')


@test('table6: every Scall, Reply and Acall, and the switch it makes')
def transfers():
    found = events('table6')
    kinds = collections.Counter(
        re.sub(r'name=\w+', '', e.text) for e in found if e.kind == 'transfer')
    expect(kinds == {
        'Scall() to environment 2 at table6_gate': ROUNDS,
        'Reply() to environment 3 at table6_reply': ROUNDS,
        'Acall() to environment 2 at table6_agate': ROUNDS,
        'Acall() to environment 3 at table6_acalled': ROUNDS}, kinds)
    switches = [i for i, e in enumerate(found) if e.kind == 'transfer']
    expect(all(found[i + 1].kind == 'switch' for i in switches))
    expect(sum(e.kind == 'switch' for e in found) == 4 * ROUNDS + 3)
    starts = [e.text for e in found if e.kind == 'slice']
    expect(starts == ['slice starts at ' + s for s in
                      ('exos_init', 'table6_client', 'exos_prologue')],
           starts)


@test('a part of table6, by symbols')
def part():
    found = events('--from', 'table6_start', '--to', 'table6_end', 'table6')
    expect(found[0].text == 'runs environment 3 table6_start', found[0])
    expect(sum(e.kind == 'transfer' for e in found) == 4 * ROUNDS)
    expect(not any(e.kind == 'call' for e in found), 'a call')
    expect('ended: table6_end reached' in traced(
        '--from', 'table6_start', '--to', 'table6_end', 'table6')[0])


@test('table5: every exception reaches its handler')
def exceptions():
    counts = collections.Counter(
        re.sub(r' va=\w+', '', e.text) for e in events('table5')
        if e.kind == 'upcall' and 'table5_' in e.text
        and 'TLB' not in e.text)
    wanted = {f'upcall {kind} at table5_{where}_{name} to {handler}': ROUNDS
              for kind, name in (('ADEL', 'unalign'), ('OV', 'overflow'),
                                 ('CPU', 'coproc'), ('MOD', 'prot'))
              for where, handler in (('bare', 'table5_handler'),
                                     ('exos', 'exos_exception'))}
    expect(counts == wanted, counts)


@test('environments: an interrupt ends a slice, Yield starts the next')
def slices():
    found = events('--limit', '1600000', 'environments')
    in_order(found, '^interrupt at ', 'slice ends at exos_epilogue$',
             r'^Yield\(name=0x0\)$', 'slice starts at ')


@test('JSON: loads, is complete, tracks and durations fit')
def valid():
    data = json.loads(traced('table6')[1])
    tracks = {}
    for e in data['traceEvents']:
        expect({'ph', 'ts', 'pid', 'tid', 'name'} <= e.keys(), e)
        expect(e['ph'] in 'MXisf' and e['ts'] >= 0, e)
        expect(e['ph'] != 'X' or e['dur'] >= 0, e)
        if e['name'] == 'thread_name':
            tracks[e['tid']] = e['args']['name']
    expect(tracks == {0: 'kernel', 1: 'environment 1 (table6)',
                      2: 'environment 2 (table6)',
                      3: 'environment 3 (table6)'}, tracks)
    expect({e['tid'] for e in data['traceEvents']} == set(tracks))
    kernel = sorted((e['ts'], e['dur']) for e in data['traceEvents']
                    if e['ph'] == 'X' and e['tid'] == 0)
    for (start, long), (after, _) in zip(kernel, kernel[1:]):
        expect(start + long <= after + 1e-6, 'kernel entries overlap', start)
    flows = collections.Counter(e['ph'] for e in data['traceEvents'])
    expect(flows['s'] == flows['f'] == 4 * ROUNDS, flows)


@test('two runs are identical')
def repeatable():
    expect(trace('hello') == traced('hello'))


@test('a limit ends the trace where it says')
def limit():
    text = traced('--limit', '20000', 'hello')[0]
    expect('# 20000 instructions; ended: limit of 20000 instructions' in text,
           text[-200:])


@test('without files, the text is on standard output')
def output():
    done = command('--limit', '5000', 'hello')
    expect(done.returncode == 0 and not done.stderr, done.stderr)
    expect(done.stdout.startswith('# instructions  environment  event\n'))


@test('bad arguments give named errors')
def errors():
    for args, status, want in (
            (['nosuch'], 1, "no program 'nosuch'"),
            (['--image', '/none.elf', 'hello'], 1, 'image /none.elf'),
            (['--from', 'nosuch', 'hello'], 1, "no symbol 'nosuch'"),
            (['--from', 'exos_gate', 'hello'], 1, 'exos_gate was not reached'),
            (['--limit', '0', 'hello'], 2, '--limit: invalid positive number'),
            (['--emulated-seconds', 'x', 'hello'], 2, 'invalid positive'),
            (['--json', '/none/x', '--limit', '9', 'hello'], 1, '/none/x'),
            (['hello', 'a"b'], 1, 'boot argument'),
            ([], 2, 'PROGRAM')):
        done = command(*args)
        expect(done.returncode == status, args, done.returncode, done.stderr)
        expect(want in done.stderr and 'Traceback' not in done.stderr,
               args, done.stderr)


if __name__ == '__main__':
    main()
