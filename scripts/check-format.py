#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check the layout of C files against .clang-format.

usage: check-format.py [--fix] FILE...

clang-format decides where lines break, where spaces stand, and how braces are
set.  Comments at the end of a line, and the columns of a table of macros, may
be aligned by hand: how much space there is inside a line does not matter.  No
line is longer than 80 columns or ends in space.  --fix rewrites the files
with clang-format, alignment included.
"""
import difflib
import re
import subprocess
import sys


def essence(line):
    """A line without what may differ."""
    line = line.rstrip()
    if line.lstrip().startswith('#'):
        # clang-format takes the parenthesis in `((n) & 63)` for a cast.
        return re.sub(r'\s+', '', line)
    return re.sub(r'(?<=\S)\s+(?=/\*|//)', ' ', re.sub(r'\s+', ' ', line))


def faults(path, text, formatted):
    """(line number, message) of each fault."""
    for n, line in enumerate(text.split('\n'), 1):
        if line != line.rstrip():
            yield n, 'space at the end of the line'
        if len(line.expandtabs(8)) > 80:
            yield n, 'longer than 80 columns'
    old, new = text.split('\n'), formatted.split('\n')
    matcher = difflib.SequenceMatcher(None, [essence(li) for li in old],
                                      [essence(li) for li in new], False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what != 'equal':
            shown = '\n'.join(['\t-' + li for li in old[a:b]] +
                              ['\t+' + li for li in new[c:d]])
            yield a + 1, f'clang-format sets it otherwise:\n{shown}'


def main(argv=None):
    args = sys.argv[1:] if argv is None else argv
    if not args or args == ['--fix']:
        sys.exit(__doc__.split('\n\n')[1])
    if args[0] == '--fix':
        sys.exit(subprocess.run(['clang-format', '-i', *args[1:]],
                                check=False).returncode)
    bad = False
    for path in args:
        try:
            with open(path, encoding='utf-8') as f:
                text = f.read()
            formatted = subprocess.run(['clang-format', path], check=True,
                                       capture_output=True, text=True).stdout
        except (OSError, subprocess.CalledProcessError) as e:
            sys.exit(f'check-format: {e}')
        for line, what in faults(path, text, formatted):
            bad = True
            print(f'{path}:{line}: {what}')
    sys.exit(1 if bad else 0)


if __name__ == '__main__':
    main()
