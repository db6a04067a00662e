#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Test the event traces, from the kernel's ring and from the instruction
trace: known counts, order, that both tell the same, JSON, repeatability,
errors.

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

import trace_format

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(TOP / 'tests'))
from tap import expect, main, test  # noqa: E402

SCRIPT = TOP / 'scripts' / 'trace-events.py'
TESTS = TOP / 'build' / 'tests'
ROUNDS = 8 + 128        # BENCH_ROUNDS of bench/window.h
STEP = re.compile(r' *(\d+)() +(\S+)  (\w+) +(.*)')
RECORD = re.compile(r' *(\d+) +(\d+) +(\S+)  (\w+) +(.*)')
SECRET = re.compile(r', \w+\.(?:lo|hi)=0x\w+|, \.\.\.')

Event = collections.namedtuple('Event', 'count tick env kind text')


def command(*args):
    image = []
    if any((TESTS / 'archive' / 'bin' / str(a)).is_file() for a in args):
        image = ['--image', TESTS / 'aegis-debug.elf']
    return subprocess.run([SCRIPT, *image, *map(str, args)], text=True,
                          cwd=TOP, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, check=False)


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
    line = RECORD if '--ring' in args else STEP
    return [Event(int(m[1]), m[2] and int(m[2]), *m.groups()[2:]) for m in
            map(line.match, traced(*args)[0].splitlines()) if m]


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
             'bind va=0x6fff8000 lo=0x',
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


@test('refill: the STLB refills the TLB, a miss for each page')
def refills():
    found = events('--from', 'refill_hit_start', '--to', 'refill_hit_end',
                   'refill')
    # Some misses are for the loop's own page, which Random displaces, too.
    pages = sorted({int(m[1], 16) for m in (
        re.fullmatch(r'TLBL va=0x(\w+) refilled by STLB, .*'
                     r' refill_hit_start', e.text) for e in found) if m})
    expect(len(pages) >= ROUNDS and pages[-1] - pages[-ROUNDS]
           == (ROUNDS - 1) * 4096, [hex(page) for page in pages])


@test('table6: every Scall, Reply and Acall, and the switch it makes')
def transfers():
    found = events('table6')
    kinds = collections.Counter(
        re.sub(r'name=\w+', '', e.text) for e in found if e.kind == 'transfer')
    expect(kinds == {
        'Scall() to environment 2 at table6_gate': ROUNDS,
        'Reply() to environment 3 at table6_reply': ROUNDS,
        'Acall() to environment 2 at table6_agate': ROUNDS,
        'Acall() to environment 3 at table6_acalled': ROUNDS,
        'Yield() to environment 3 at table6_client': 1}, kinds)
    switches = [i for i, e in enumerate(found) if e.kind == 'transfer']
    expect(all(found[i + 1].kind == 'switch' for i in switches))
    expect(sum(e.kind == 'switch' for e in found) == 4 * ROUNDS + 3)
    starts = [e.text for e in found if e.kind == 'slice']
    expect(starts == ['slice starts at ' + s for s in
                      ('exos_init', 'exos_prologue')],
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
              for kind, name, exos in (('ADEL', 'unalign', 'exos_exception'),
                                       ('OV', 'overflow', 'exos_exception'),
                                       ('CPU', 'coproc', 'exos_exception'),
                                       ('MOD', 'prot', 'exos_mod'))
              for where, handler in (('bare', 'table5_handler'),
                                     ('exos', exos))}
    expect(counts == wanted, counts)


@test('event_ring: an interrupt ends a slice, Yield starts the next')
def slices():
    found = events('event_ring')
    in_order(found, '^interrupt at ', 'slice ends at exos_epilogue$',
             r'^Yield\(name=0x0\)$', 'slice starts at ')


@test('JSON: loads, is complete, tracks and durations fit')
def valid():
    for source in SOURCES:
        data, tracks, flows = trace_format.check(traced(*source, 'table6')[1])
        expect(tracks == {0: 'kernel', 1: 'environment 1 (table6)',
                          2: 'environment 2 (table6)',
                          3: 'environment 3 (table6)'}, tracks)
        expect(flows == 4 * ROUNDS + 1, flows)
        on = {e['tid'] for e in data['traceEvents'] if e['ph'] == 'X'}
        expect(on >= {1, 2, 3}, 'nobody runs on a track:', on)


@test('JSON: what breaks a rule of the format is noticed')
def strict():
    good = traced(*RING, 'table6')[1]
    data = json.loads(good)
    for change in (lambda e: e.pop('ts'), lambda e: e.update(ph='B'),
                   lambda e: e.update(tid=77), lambda e: e.update(ts=-1),
                   lambda e: e.update(ts=e['ts'] + 1e9),
                   lambda e: e.update(name=7)):
        bad = json.loads(good)
        change(bad['traceEvents'][len(data['traceEvents']) // 2])
        expect(refused(json.dumps(bad)), change)
    for phase in 'sf':
        bad = json.loads(good)
        bad['traceEvents'].remove(next(e for e in bad['traceEvents']
                                       if e['ph'] == phase))
        expect(refused(json.dumps(bad)), 'half a flow')
    expect(refused(good.replace('"ts": 0,', '"ts": NaN,', 1)), 'NaN')


def refused(text):
    try:
        trace_format.check(text)
    except trace_format.Bad:
        return True
    return False


# ---- the ring ----

RING = ('--ring',)
SOURCES = ((), RING)


def told_by_both(found):
    """(environment, kind, text) of what the ring and a trace both know.

    A trace does not see what the kernel writes of itself and of ExOS, nor the
    ring what the STLB answered. GXemul shows a value that points to text as
    that text, and the place of an instruction in a delay slot; the ring has
    EPC, the branch before it. Interrupts come elsewhere when every instruction
    is traced."""
    for e in found:
        if e.kind in ('user', 'env', 'unbind', 'interrupt') or \
                'by STLB' in e.text or ' follows its own at' in e.text or \
                e.text.startswith('event('):
            continue
        text = re.sub(r'\+0x\w+', '', SECRET.sub('', e.text))
        yield e.env, e.kind, re.sub(r'^TLBvadelete\(va=.*\)',
                                    'TLBvadelete()', text)


@test('the ring and the instruction trace tell the same')
def same():
    for args in (('hello',), ('--from', 'table6_start', '--to', 'table6_end',
                              'table6')):
        ring = list(told_by_both(events(*RING, *args)))
        steps = list(told_by_both(events(*args)))
        # The one has the slice before the switch, the other after it, and
        # where --from is.
        expect(len(ring) == len(steps) > 200, len(ring), len(steps))
        for a, b in zip(ring[4:], steps[4:]):
            expect(a == b, a, b)
        expect([e for e in ring if e[1] != 'switch']
               == [e for e in steps if e[1] != 'switch'])


@test('ring: hello, from its making to its end, in order')
def ring_hello():
    found = events(*RING, 'hello')
    expect([e.count for e in found if e.kind != 'bind']
           == list(range(1, found[-1].count + 1)), 'numbers')
    in_order(found, '^made by the kernel$', 'slice starts at exos_init$',
             'switch from the kernel.* exos_init$',
             'TLBL va=0x7ff.* refilled by guaranteed mapping.* exos_init$',
             r'^self\(\) = 0x2020', r'^Alloc\(page=0xffffffff, \.\.\.\) = \d+$',
             'upcall TLBL va=0x6fff8000, refill passed to software, '
             'at exos_load.* to exos_miss$',
             r'^TLBwr\(va=0x6fff8000, lo=0x\w+, \.\.\.\) = 0$',
             'bind va=0x6fff8000 lo=0x', '^ExOS answered TLBL va=0x50',
             '^ExOS runs hello$',
             r'^cons_write\(.*length=0x10, .* = 16$',
             r'^env_free\(name=0x0, status=0x0\), no return seen$')
    expect(traced(*RING, 'hello')[0].splitlines()[-2].endswith(
        f'# {found[-1].count} events; ended: halted'))


@test('ring: a program that checks it finds what it made')
def ring_program():
    found = events(*RING, 'event_ring')
    in_order(found, r'^event\(0xb, 0x16, 0x21\)$',
             r'^Dealloc\(page=0x\w+, \.\.\.\) = -4$', r'^unknown call 63\(\) = -1',
             r'^Scall\(name=0x1\) = -7$', r'^Reply\(\) = -14$',
             'upcall MOD va=0x60000000 at ', 'upcall ADEL va=0x00000003 at ',
             'va=0x30000000 loses its STLB slot to va=0x', 'page 0x.* loses 1',
             '^made by environment 1$', r'^Scall\(.*\) to environment 2 at ',
             r'^Reply\(\) to environment 1 at exos_reply$',
             '^ended with status 0x100$', 'slice .* follows its own at',
             '^interrupt at ', 'slice ends at exos_epilogue$',
             r'^Yield\(name=0x0\)$', 'slice starts at ')
    expect({e.text.split()[-1] for e in found if e.kind == 'slice'
            and 'ends' in e.text} == {'exos_epilogue'})


@test('ring: nothing is lost of many times what it holds')
def ring_long():
    found = events(*RING, '--limit', '20000', 'environments')
    numbers = [e.count for e in found if e.kind != 'bind']
    expect(numbers == list(range(1, 20001)), len(numbers))
    expect(all(a.tick <= b.tick for a, b in zip(found, found[1:])), 'ticks')
    expect('ended: limit of 20000 events' in
           traced(*RING, '--limit', '20000', 'environments')[0])
    expect(not any('no return seen' in e.text for e in found[:-1]),
           'a call was read before it was finished')


@test('ring: two runs are identical, and one that never ends is ended')
def ring_repeatable():
    args = (*RING, '--emulated-seconds', '0.2', 'nest_victim', 'forever')
    text = traced(*args)[0]
    expect('ended: time-limit' in text, text[-200:])
    expect(trace(*args)[0] == text)


@test('two runs are identical')
def repeatable():
    expect(trace('hello') == traced('hello'))


@test('trace: an interrupt taken on the way out has its call before it')
def overtaken():
    taken = 0
    for program in ('hello', 'environments'):
        found = events(program)
        expect(not any(e.text.endswith('= ?') for e in found), program)
        for before, e in zip(found, found[1:]):
            if e.text.startswith('interrupt at ae_'):
                expect(before.kind == 'call', program, before, e)
                taken += 1
    expect(taken, 'none was taken there')


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
            ([], 2, 'PROGRAM'),
            (['--ring', 'nosuch'], 1, "no program 'nosuch'"),
            (['--ring', '--image', TOP / 'build' / 'aegis-chip.elf', 'hello'],
             1, 'a kernel without the event ring'),
            (['--ring', '--from', 'exos_gate', 'hello'], 1,
             'exos_gate was not reached'),
            (['--ring', '--from', 'nosuch', 'hello'], 1,
             "no symbol 'nosuch'")):
        done = command(*args)
        expect(done.returncode == status, args, done.returncode, done.stderr)
        expect(want in done.stderr and 'Traceback' not in done.stderr,
               args, done.stderr)


if __name__ == '__main__':
    main()
