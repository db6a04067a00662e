#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Count the budgeted paths of a kernel anew and compare; prints TAP.

Two checks a path and machine type: it is within its limit (budgets.csv), and
its count is the recorded one (counts.csv), so that an instruction more is
noticed also where the limit leaves room. A path is counted at least 100
times and must give one number; of the kernel's paths with interrupts off the
longest is one. Exit status 1 when a check fails.

usage: check_budgets.py IMAGE           check
       check_budgets.py --record IMAGE  write counts.csv: do this when a path
                                        was changed on purpose
"""
import csv
import os
import sys

sys.dont_write_bytecode = True
import count  # noqa: E402
import rows  # noqa: E402

BUDGETS = os.path.join(count.HERE, 'budgets.csv')
COUNTS = os.path.join(count.HERE, 'counts.csv')
HEADER = """# SPDX-License-Identifier: MIT
# Exact instruction counts of the budgeted paths, written by
# bench/check_budgets.py --record; the checks compare with them.
operation,instructions
"""


def table(path):
    with open(path, encoding='utf-8') as f:
        return list(csv.DictReader(
            line for line in f if not line.startswith('#')))


def counted(image, operations, config=count.CONFIGS[0]):
    """{operation: set of the counts seen}."""
    programs = dict.fromkeys(row.program for row in rows.ROWS
                             if row.operation in operations)
    seen = {}
    for program in programs:
        counts = count.count(image, program, config)
        for name, samples in counts.samples.items():
            if name in operations:
                seen[name] = set(samples)
    return seen


def record(seen):
    for name, numbers in seen.items():
        if len(numbers) != 1:
            sys.exit(f'check_budgets: {name} has no one count: {numbers}')
    with open(COUNTS, 'w', encoding='utf-8') as f:
        f.write(HEADER)
        for name, numbers in seen.items():
            f.write(f'{name},{min(numbers)}\n')


def check(image, config, but=()):
    """Yields (operation, what, good, description) for each check."""
    budgets = [b for b in table(BUDGETS) if b['operation'] not in but]
    recorded = {r['operation']: int(r['instructions'])
                for r in table(COUNTS)}
    seen = counted(image, [b['operation'] for b in budgets], config)
    for b in budgets:
        name, limit = b['operation'], int(b['limit'])
        numbers = seen[name]
        where = f'{b["path"]} ({name}) on the {config}'
        shown = ' or '.join(map(str, sorted(numbers)))
        yield (name, 'limit', max(numbers) <= limit,
               f'{where}: {shown} instructions, limit {limit}')
        yield (name, 'recorded', numbers == {recorded.get(name)},
               f'{where}: {shown} instructions, recorded '
               f'{recorded.get(name)}')


def main():
    args = sys.argv[1:]
    recording = args[:1] == ['--record']
    if len(args) != 1 + recording or args[-1].startswith('-'):
        sys.exit(__doc__)
    try:
        if recording:
            record(counted(args[1], [b['operation'] for b in table(BUDGETS)]))
            return
        checks = [c for config in count.CONFIGS
                  for c in check(args[0], config)]
    except count.Trouble as e:
        print('Bail out! ' + str(e).strip().replace('\n', '\n# '))
        sys.exit(1)
    print(f'1..{len(checks)}')
    for i, (_, _, good, text) in enumerate(checks, 1):
        print(f'{"ok" if good else "not ok"} {i} - {text}')
    sys.exit(not all(good for _, _, good, _ in checks))


if __name__ == '__main__':
    main()
