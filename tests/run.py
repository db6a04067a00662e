#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run every test, two at a time; the last line is `N passed, N failed`.

usage: run.py [--long] [WORD...]  only tests whose name contains one of the
                                  words; --long adds those that take long

A test is a host script that prints TAP (tests/*/run.py and the launcher's
tests), or a program under tests/programs run on one machine in one kernel
image, by name `MACHINE/IMAGE/PROGRAM`.  Every line `ok N - description`
counts as passed and every `not ok` as failed.  A plan `1..N` that is missing
or wrong, a number out of order, and an exit status other than 0 are a failure
each.  Logs are kept in build/test.

A program that prints no plan belongs to the script that runs it and is left
out.  A program may ask for launcher options, and for arguments of its own
after `--`, in a comment of its source:

    launch: --memory 8 --time-limit 90 -- 1000
    launch-long: --time-limit 3000 --host-limit 3000 -- 1000000

With --long every program also runs while the emulated clock follows the
host's (`real-time/...`), and one with `launch-long:` also as that says
(`long/...`), in emulated time; and tests/nesting injects all it can.
"""
import collections
import concurrent.futures
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / 'build'
LOGS = BUILD / 'test'
LONG_ONLY = ('ports',)          # builds and tests programs from outside
MACHINES = ('3max', '3100')     # one of each type; see tests/machines
IMAGES = ('debug', 'chip')
WORKERS = 2
PROGRAM_LIMITS = ['--time-limit', '60', '--host-limit', '150']
LIMIT = 1200                    # seconds on the host
LONG_LIMIT = 7200
TAIL = 20                       # lines shown of a test that failed

Test = collections.namedtuple('Test', 'name command limit')
Result = collections.namedtuple('Result', 'passed failed seconds log')

CHECK = re.compile(r'(not )?ok (\d+)\b(.*)')
PLAN = re.compile(r'1\.\.(\d+)')
PRINTS_PLAN = re.compile(r'check_plan|posix_main|1\.\.%')


def program_sources():
    """Programs and their sources; one that is linked with several page
    tables (its file pt) is several."""
    folder = ROOT / 'tests' / 'programs'
    for path in sorted(folder.glob('*')):
        if path.is_dir():
            sources = sorted(path.glob('*.[cS]'))
            tables = path / 'pt'
            others = tables.read_text().split()[1:] if tables.exists() else []
            for name in path.name, *(f'{path.name}.{o}' for o in others):
                yield name, sources
        elif path.suffix in ('.c', '.S'):
            yield path.stem, [path]


def wants(key, source):
    """(launcher options, program arguments) by its comment, or None."""
    found = re.search(rf'^[ */]*{key}: (.*?)(?: *\*/)?$', source, re.M)
    options, _, words = found[1].partition('-- ') if found else ('', '', '')
    return (options.split(), words.split()) if found else None


def program_test(name, image, machine, wanted, *options, kind='',
                 limit=LIMIT):
    asked, words = wanted or ([], [])
    return Test(f'{kind}{machine}/{image}/{name}',
                [ROOT / 'emu-config' / 'launch', '--config', machine,
                 *PROGRAM_LIMITS, *options, *asked,
                 BUILD / 'tests' / f'aegis-{image}.elf', '--', name, *words], limit)


def program_tests(long):
    for name, paths in program_sources():
        source = ''.join(p.read_text(encoding='utf-8') for p in paths)
        if not PRINTS_PLAN.search(source):
            continue
        wanted = wants('launch', source)
        wanted_long = wants('launch-long', source) if long else None
        for machine in MACHINES:
            for image in IMAGES:
                if wanted_long:
                    yield program_test(name, image, machine, wanted_long,
                                       kind='long/', limit=LONG_LIMIT)
                if long:
                    yield program_test(name, image, machine, wanted,
                                       '--real-time', kind='real-time/')
                yield program_test(name, image, machine, wanted)


def all_tests(long):
    """The slow ones first, so that both processors are busy to the end."""
    yield Test('launcher', [ROOT / 'tests' / 'emu' / 'run_emu_tests.py'],
               LIMIT)
    for path in sorted((ROOT / 'tests').glob('*/run.py')):
        if long or path.parent.name not in LONG_ONLY:
            yield Test(path.parent.name, [path], LIMIT)
    if long:
        yield Test('nesting, all',
                   [ROOT / 'tests' / 'nesting' / 'run.py', '--all'],
                   LONG_LIMIT)
    yield from sorted(program_tests(long), key=lambda t: -t.limit)


def judge(text, status, plan_last):
    """(passed, failures) of a TAP text; a failure is a line to show."""
    passed, failures, count, plan = 0, [], 0, None
    for line in text.splitlines():
        check, planned = CHECK.match(line), PLAN.fullmatch(line)
        if check:
            count += 1
            if plan is not None and plan_last:
                failures.append(f'a check after the plan: {line}')
            if int(check[2]) != count:
                failures.append(f'number {count} is missing before: {line}')
                count = int(check[2])
            if check[1]:
                failures.append(line)
            else:
                passed += 1
        elif planned:
            if plan is not None:
                failures.append(f'a second plan: {line}')
            plan = int(planned[1])
    if plan is None:
        failures.append('no plan: the test did not come to its end')
    elif plan != count or not plan:
        failures.append(f'planned {plan} checks, saw {count}')
    if status and not any(f.startswith('not ok') for f in failures):
        failures.append(f'ended with status {status}')
    return passed, failures


running = set()
lock = threading.Lock()


def execute(test, log):
    """Exit status; what the test prints goes to the log."""
    with open(log, 'wb') as out:
        # A group of its own, so that a limit ends the emulator as well.
        process = subprocess.Popen(
            list(map(str, test.command)), stdin=subprocess.DEVNULL,
            stdout=out, stderr=subprocess.STDOUT, cwd=ROOT,
            start_new_session=True)
        with lock:
            running.add(process.pid)
        try:
            return process.wait(test.limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return f'timeout: {test.limit} seconds'
        finally:
            with lock:
                running.discard(process.pid)


def run(test):
    log = LOGS / (test.name.replace('/', '-') + '.log')
    start = time.monotonic()
    status = execute(test, log)
    text = log.read_bytes().decode(errors='replace').replace('\r', '')
    passed, failures = judge(text, status, '/' in test.name)
    return test, Result(passed, failures, time.monotonic() - start, text)


def report(done, total, test, result):
    word = 'FAIL' if result.failed else 'ok'
    print(f'[{done}/{total}] {word:4} {test.name}: {result.passed} passed, '
          f'{len(result.failed)} failed, {result.seconds:.1f} s', flush=True)
    if not result.failed:
        return
    for line in result.failed:
        print(f'    {line}')
    print(f'    --- the end of {test.name} ---')
    for line in result.log.splitlines()[-TAIL:]:
        print(f'    | {line[:200]}')
    sys.stdout.flush()


def stop(*_):
    with lock:
        for pid in running:
            os.killpg(pid, signal.SIGTERM)
    os._exit(130)


def main():
    long = sys.argv[1:2] == ['--long']
    words = sys.argv[1 + long:]
    tests = [t for t in all_tests(long)
             if not words or any(w in t.name for w in words)]
    if not tests:
        sys.exit('no test has such a name')
    LOGS.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        futures = [pool.submit(run, t) for t in tests]
        for n, f in enumerate(concurrent.futures.as_completed(futures), 1):
            test, result = f.result()
            report(n, len(tests), test, result)
            passed += result.passed
            failed += len(result.failed)
    print(f'{passed} passed, {failed} failed')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
