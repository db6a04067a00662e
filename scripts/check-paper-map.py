#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check that what docs/paper-map.md points at exists.

usage: check-paper-map.py [MAP [TOP]]

The map's tables have the columns

  | paper section | what | source files | tests |

Each word in backticks in the last two columns is a path from the top of the
tree: a file, a folder, a pattern (`bench/*.c`), or a file and a name that
must occur in it (`exos/vm/fault.c:vm_fault`).  Tests must be under tests/ or
bench/.  A cell with no path must be `-`, or say why in words.
"""
import pathlib
import re
import sys

COLUMNS = 4


def rows(text):
    """(line number, cells) of each table row, without heads and rules."""
    lines = text.split('\n')
    for k, line in enumerate(lines):
        if not line.startswith('|') or is_rule(line):
            continue
        if k + 1 < len(lines) and is_rule(lines[k + 1]):
            continue
        # A bar in backticks or after a backslash is part of the text.
        cells = re.findall(r'((?:`[^`]*`|\\.|[^|`\\])*)\|', line[1:])
        yield k + 1, [c.strip() for c in cells]


def is_rule(line):
    return re.fullmatch(r'\|[\s:|-]*-[\s:|-]*', line) is not None


def fault(top, path, tests):
    """What is wrong with one path, or None."""
    name, _, symbol = path.partition(':')
    if name.startswith('/') or '..' in name.split('/'):
        return 'is not a path from the top of the tree'
    if tests and name.split('/')[0] not in ('tests', 'bench'):
        return 'is not under tests/ or bench/'
    if re.search(r'[*?\[]', name):
        if symbol:
            return 'has both a pattern and a name'
        return None if any(top.glob(name)) else 'matches nothing'
    if not (top / name).exists():
        return 'does not exist'
    if symbol:
        if not (top / name).is_file():
            return 'is a folder, and can define no name'
        text = (top / name).read_text('utf-8', errors='replace')
        if not re.search(rf'(?<!\w){re.escape(symbol)}(?!\w)', text):
            return f'has no {symbol}'
    return None


def check(text, top):
    """(line number, message) of each fault; and how many paths were seen."""
    faults, count = [], 0
    for line, cells in rows(text):
        if len(cells) != COLUMNS:
            faults.append((line, f'{len(cells)} columns, not {COLUMNS}'))
            continue
        for column in (2, 3):
            paths = re.findall(r'`([^`]+)`', cells[column])
            if not paths and not cells[column]:
                faults.append((line, f'column {column + 1} is empty; '
                               'write - or a reason'))
            for path in paths:
                count += 1
                what = fault(top, path, tests=column == 3)
                if what:
                    faults.append((line, f'`{path}` {what}'))
    if not count:
        faults.append((1, 'no table row names a path'))
    return faults, count


def main(argv=None):
    args = sys.argv[1:] if argv is None else argv
    if len(args) > 2:
        sys.exit(__doc__.split('\n\n')[1])
    top = (pathlib.Path(args[1]) if len(args) == 2 else
           pathlib.Path(__file__).resolve().parents[1])
    path = pathlib.Path(args[0]) if args else top / 'docs/paper-map.md'
    try:
        text = path.read_text('utf-8')
    except OSError as e:
        sys.exit(f'check-paper-map: {e}')
    faults, count = check(text, top)
    for line, what in faults:
        print(f'{path}:{line}: {what}')
    if faults:
        sys.exit(1)
    print(f'{path}: {count} paths, all there')


if __name__ == '__main__':
    main()
