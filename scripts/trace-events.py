#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run a program under the debugger and tell what happened, event by event.

The events come from the kernel's event ring, or are derived on the host from
the emulator's instruction trace. docs/events.md explains every event.
"""
import argparse
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from events import BUILD, Trouble, report, ring, trace  # noqa: E402
import debugger  # noqa: E402
import gxemul  # noqa: E402


def positive(kind):
    def parse(text):
        value = kind(text)
        if not value > 0:
            raise ValueError
        return value
    parse.__name__ = 'positive number'
    return parse


def options():
    p = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], allow_abbrev=False,
        usage='%(prog)s [option...] PROGRAM [ARG...]')
    p.add_argument('--image', metavar='FILE',
                   default=os.path.join(BUILD, 'aegis-debug.elf'),
                   help='kernel image (build/aegis-debug.elf)')
    p.add_argument('--ring', action='store_true',
                   help="read the kernel's event ring, at full speed, "
                   'instead of an instruction trace')
    p.add_argument('--from', dest='start', metavar='SYMBOL',
                   help='where the trace begins (the start of user mode)')
    p.add_argument('--to', dest='end', metavar='SYMBOL',
                   help='where it ends (when the machine stops); symbols of '
                   'the program or the kernel, or hexadecimal addresses')
    p.add_argument('--limit', metavar='N', type=positive(int), 
                   help='at most so many instructions '
                   f'({trace.LIMIT}) or events of the ring ({ring.LIMIT})')
    p.add_argument('--emulated-seconds', metavar='S', type=positive(float),
                   default=60.0, help="end at this time of the machine's "
                   'clock (60)')
    p.add_argument('--text', metavar='FILE',
                   help='one event a line (standard output, if no FILE is '
                   'named)')
    p.add_argument('--json', metavar='FILE',
                   help='trace-event JSON for Perfetto and Chrome')
    p.add_argument('program', metavar='PROGRAM')
    p.add_argument('args', metavar='ARG', nargs=argparse.REMAINDER)
    return p.parse_args()


def main():
    o = options()
    try:
        found = report.Report(*(ring if o.ring else trace).run(o))
        lines = list(found.text())
        if o.text or not o.json:
            with (open(o.text, 'w', encoding='utf-8') if o.text
                  else os.fdopen(os.dup(1), 'w')) as f:
                f.write('\n'.join(lines) + '\n')
        if o.json:
            with open(o.json, 'w', encoding='utf-8') as f:
                json.dump(found.json(), f, indent=0)
                f.write('\n')
        if o.text or o.json:
            print('\n'.join(line.removeprefix('# ') for line in lines[-2:]))
    except (Trouble, debugger.DebuggerError, gxemul.HostError,
            gxemul.UsageError, OSError) as e:
        sys.exit(f'trace-events.py: {e}')


if __name__ == '__main__':
    main()
