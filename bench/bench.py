#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measure, and compare with the paper: what `make bench` runs.

Runs every program of the wanted tables twice on each machine type under the
exact counter (count.py), insists that both runs gave the same numbers,
writes build/bench/results.csv and results.json, prints a table, and says
where the machines differ.

usage: bench.py IMAGE [TABLE...]        all tables, or some, as 5 5.4 10 +
"""
import concurrent.futures
import contextlib
import csv
import functools
import json
import os
import statistics
import subprocess
import sys

sys.dont_write_bytecode = True
import count  # noqa: E402
import gxemul  # noqa: E402
import rows  # noqa: E402
import size  # noqa: E402

REFERENCE = os.path.join(count.HERE, 'reference', 'sosp95.csv')
GOALS = os.path.join(count.HERE, 'goals.csv')
LINUX = os.path.join(count.HERE, 'reference', 'linux-6.1.csv')
RESULTS = os.path.join(count.BUILD, 'bench')
MACHINES = {gxemul.machine(config).model: config for config in count.CONFIGS}
MACHINE = '5000/200'            # the one that the printed table is about
# The paper's machines with our machines' clocks, and these in MHz.
NEAREST = {MACHINE: 'DEC5000/125', '3100': 'DEC3100'}
CLOCKS = {'DEC2100': 12.5, 'DEC3100': 16.67, 'DEC5000/125': 25.0}
FIELDS = ['table', 'operation', 'machine', 'n', 'min', 'median', 'max',
          'unit', 'model_us', 'paper_us', 'paper_system',
          'linux_instructions']
MICROSECONDS = {'us': 1, 's': 1_000_000}


def table(path):
    with open(path, encoding='utf-8') as f:
        return list(csv.DictReader(
            line for line in f if not line.startswith('#')))


def reference():
    """The paper's figures: (operation, machine, system) to (value, unit)."""
    return {(r['operation'], r['machine'], r['system']):
            (r['value_us'], r['unit']) for r in table(REFERENCE)}


def linux():
    """Linux's: operation to instructions."""
    return {r['operation']: float(r['instructions']) for r in table(LINUX)}


def paper_us(figures, operation, systems, machine=MACHINE, instead=None):
    """(microseconds, system and machine) on the nearest machine, or instead
    on another, or (None, '')."""
    for where in (NEAREST[machine], instead):
        for system in systems if operation else ():
            value, unit = figures.get((operation, where, system), ('n/a', ''))
            if value != 'n/a':
                return float(value) * MICROSECONDS[unit], f'{system} {where}'
    return None, ''


@functools.cache
def goals():
    """{operation: its row of goals.csv}."""
    return {g['operation']: g for g in table(GOALS)}


def plain(x):
    """A number as it is written: 15, 32.5, 1.4."""
    return '' if x is None else f'{x:.12g}'


def result(row, machine, samples, figures):
    systems = (row.paper_system,) if row.paper_system else ('Aegis', 'ExOS')
    us, system = paper_us(figures, row.paper, systems, machine,
                          row.paper_machine)
    return {
        'table': row.table, 'operation': row.operation, 'machine': machine,
        'n': len(samples), 'min': min(samples),
        'median': statistics.median(samples), 'max': max(samples),
        'unit': row.unit, 'model_us': None, 'paper_us': us,
        'paper_system': system,
        'linux_instructions': linux().get(row.linux),
    }


def first_line(*command):
    try:
        done = subprocess.run(command, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, cwd=count.TOP)
    except OSError:
        return None
    return (done.stdout.strip().splitlines() or [''])[0].strip()


def versions(image):
    """What the numbers depend on."""
    commit = first_line('git', 'rev-parse', 'HEAD')
    known = commit is not None and len(commit) == 40
    name = os.path.basename(image)
    return {
        'kernel_variant': name.removeprefix('aegis-').removesuffix('.elf'),
        'compiler': first_line(count.CROSS + 'gcc', '--version'),
        'linker': first_line(count.CROSS + 'ld', '--version'),
        'emulator': ' '.join(first_line('gxemul', '-h').split()[:2]),
        'machines': list(MACHINES),
        'git_commit': commit if known else None,
        'git_dirty': bool(first_line('git', 'status', '--porcelain'))
        if known else None,
    }


def write(results, image, interrupts):
    os.makedirs(RESULTS, exist_ok=True)
    with open(os.path.join(RESULTS, 'results.csv'), 'w', newline='',
              encoding='utf-8') as f:
        out = csv.writer(f, lineterminator='\n')
        out.writerow(FIELDS)
        for r in results:
            out.writerow([r[k] if isinstance(r[k], str) else plain(r[k])
                          for k in FIELDS])
    with open(os.path.join(RESULTS, 'results.json'), 'w',
              encoding='utf-8') as f:
        parts, tables = size.measure(image)
        json.dump({'versions': versions(image), 'results': results,
                   'clock_interrupts': interrupts,
                   'kernel_bytes': parts, 'tables_bytes': tables,
                   'runs_compared': 2}, f, indent=1)
        f.write('\n')


def microseconds(us):
    if us is None:
        return ''
    return f'{us / 1e6:.1f} s' if us >= 1e6 else f'{us:.4g}'


def span(r):
    return plain(r['min']) if r['min'] == r['max'] else \
        f'{plain(r["min"])}-{plain(r["max"])}'


def compare(results):
    """Where another machine's numbers are not those of the table.

    Of how many samples they are is not compared: a tick spoils one."""
    shown = ('min', 'median', 'max')
    ours = {r['operation']: [r[k] for k in shown]
            for r in results if r['machine'] == MACHINE}
    for machine in [m for m in MACHINES if m != MACHINE]:
        theirs = [r for r in results if r['machine'] == machine]
        differ = [r for r in theirs
                  if [r[k] for k in shown] != ours[r['operation']]]
        print(f'The {machine} gives the same numbers, to the instruction'
              + (f', in {len(theirs) - len(differ)} of {len(theirs)} rows.'
                 if differ else '.'))
        for r in differ:
            print(f'{r["operation"]} on the {machine}: {plain(r["median"])} '
                  f'{r["unit"]} ({span(r)}).')


def show(results, figures):
    """The table for people."""
    wanted = {(row.table, row.operation): row for row in rows.ROWS}
    heads = ['', 'Ultrix', 'Aegis', 'Aegis', 'Aegis', 'ours', 'ours', 'goal',
             *(f'{mhz:g}' for mhz in CLOCKS.values()), 'paper cycles',
             'Linux', 'Linux']
    units = ['', 'us', 'us', 'cycles', 'instr', 'instr', 'range', 'instr',
             *('MHz, us' for _ in CLOCKS), '/ our instr', 'instr',
             '/ ours']
    lines = []
    for r in results:
        row = wanted[r['table'], r['operation']]
        ultrix, _ = paper_us(figures, row.ultrix, ('Ultrix',))
        ours, us = r['median'], r['paper_us']
        cycles = None if us is None else \
            us * CLOCKS[r['paper_system'].split()[-1]]
        instructions = figures.get((row.paper_instructions, 'all', 'Aegis')) \
            or figures.get((row.paper_instructions, NEAREST[MACHINE],
                            'Aegis'))
        counted = r['unit'] == 'instructions'
        peer = r['linux_instructions']
        lines.append([
            f'{r["table"]:4}{r["operation"]}', microseconds(ultrix),
            microseconds(us), plain(cycles),
            instructions[0] if instructions else '',
            plain(ours) + ('' if counted else ' ' + r['unit']),
            '' if r['min'] == r['max'] else span(r),
            goals()[row.operation]['goal'] if row.operation in goals() else '',
            *(microseconds(ours / mhz) if counted else ''
              for mhz in CLOCKS.values()),
            f'{cycles / ours:.2f}' if counted and cycles else '',
            plain(peer), f'{peer / ours:.1f}' if peer else ''])
    widths = [max(len(line[i]) for line in [heads, units, *lines])
              for i in range(len(heads))]
    print()
    for line in [heads, units, ['-' * w for w in widths], *lines]:
        print('  '.join(text.ljust(w) if i == 0 else text.rjust(w)
                        for i, (text, w) in enumerate(zip(line, widths)))
              .rstrip())
    print(f'''
Ultrix, Aegis: SOSP'95 on the {NEAREST[MACHINE]} (25 MHz); tables 8, 9, 12 are
ExOS. Table 9 is in all; pipe, pipe' and shm are one way.
ours: the median of exact instruction counts on the emulated {MACHINE}; the
range where they differ. The trapping instruction is not counted.
12.5, 16.67, 25 MHz: our instructions at one cycle each. That is a lower
bound, not a time: there is no model yet of caches, the write buffer or
multiplication, and the paper's microseconds have all of these in them.
dispatch+return: by a handler of 9 instructions that skips the cause;
dispatch+return in C: by ExOS's fault code and a handler in C.''')
    missed = [(r, g) for r in results
              if (g := goals().get(r['operation']))
              and r['median'] > float(g['goal'])]
    for r, g in missed:
        print(f'goal missed: {r["operation"]}, {plain(r["median"])} instead '
              f'of {g["goal"]}'
              + (f'; why: docs/design.md, section {g["missed"]}.'
                 if g['missed'] else '.'))
    if any(r['linux_instructions'] for r in results):
        print('''Linux: 6.1 on the same emulated machine, instructions
(reference/linux-6.1.csv says what was done); no target, a measure. Rows
without it have nothing like it there, or it was not measured.''')
    print('goal: what we want of ExOS (goals.csv), not a figure of the paper.')
    if any(r['table'] in ('10', '13') for r in results):
        print('''10, 13: prot100 and unprot100 are one call each, or page by page a hundred, on
dirty pages that were all touched just before. Table 10 is with ExOS's usual
page table, which is two-level; the paper's was linear. The paper's figures
of table 13 are for the DEC3100.''')
    if any(r['table'] == rows.BEYOND for r in results):
        print('''+: beyond the paper. end of slice and context switch begin with the clock's
interrupt and end at the one environment's epilogue, the next's prologue;
revoke: the call, a Yield, the notice, and as many Deallocs; env_free takes an
environment of one page back, in steps between which interrupts come in.''')
    if any(r['table'] == '5.4' for r in results):
        print('The paper on section 5.4: an STLB hit takes 1 to 2 us, an '
              'upcall and the call\nto install a mapping at least 3 to 6 us '
              'more.')


def show_interrupts(interrupts):
    for window in interrupts[MACHINE]:
        seen = {m: interrupts[m][window] for m in MACHINES}
        if any(seen.values()):
            what = 'in the counts' if window.startswith('matmul') else \
                'whose samples are left out'
            print(f'{window}: clock interrupts {what}: '
                  + ', '.join(f'{n} on the {m}' for m, n in seen.items())
                  + '.')


def measure(image, program, config):
    """The counts of one program, or sys.exit's text."""
    print(f'bench: {program} on {config}, twice', file=sys.stderr, flush=True)
    try:
        first = count.count(image, program, config)
        if first != count.count(image, program, config):
            raise count.Trouble('two runs gave different numbers')
    except count.Trouble as e:
        return f'bench: {program} on {config}: {e}'
    return first


def measure_all(image, programs):
    """{(machine, program): counts}, as many at once as there are processors."""
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        under_way = {(machine, program): pool.submit(
            measure, image, program, config)
            for machine, config in MACHINES.items() for program in programs}
        found = {}
        for key, future in under_way.items():
            found[key] = future.result()
            if isinstance(found[key], str):
                pool.shutdown(cancel_futures=True)
                sys.exit(found[key])
    return found


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith('-'):
        sys.exit(__doc__)
    image = sys.argv[1]
    tables = sys.argv[2:] or rows.TABLES
    for table in tables:
        if table not in rows.TABLES:
            sys.exit(f'bench: no table {table}; there are: '
                     + ' '.join(rows.TABLES))
    wanted = [row for row in rows.ROWS if row.table in tables]
    figures = reference()
    results, interrupts = [], {}
    for name in ('results.csv', 'results.json'):        # not to be mistaken
        with contextlib.suppress(FileNotFoundError):
            os.remove(os.path.join(RESULTS, name))
    programs = dict.fromkeys(row.program for row in wanted)
    found = measure_all(image, programs)
    for machine in MACHINES:
        samples, interrupts[machine] = {}, {}
        for program in programs:
            counts = found[machine, program]
            samples.update(counts.samples)
            interrupts[machine].update(counts.interrupts)
        results += [result(row, machine, samples[row.operation], figures)
                    for row in wanted]
    write(results, image, interrupts)
    show([r for r in results if r['machine'] == MACHINE], figures)
    compare(results)
    show_interrupts(interrupts)
    print(size.describe(image))
    where = os.path.relpath(RESULTS)
    print(f'\nbench: {where}/results.csv and results.json written')


if __name__ == '__main__':
    main()
