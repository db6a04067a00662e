#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measure how fast gdb runs, steps and watches; what docs/debugging.md says.

Host time: the best of some tries, as others use the machine as well.
"""
import re
import time

import session
from session import BUILT, Remote, Session, gdb, program, symbol

TRIES = 7
STEPS = 400
session.BRIDGE = BUILT / 'bridge'       # as it is used
IN_GDB = f'''break main
continue
python
import time
best = 1e9
for _ in range({TRIES}):
    start = time.monotonic()
    for _ in range({STEPS}):
        gdb.execute("stepi", to_string=True)
    best = min(best, (time.monotonic() - start) / {STEPS})
print("a step takes", best)
end
'''


def best(measure):
    return max(measure() for _ in range(TRIES))


def running():
    """Instructions a second, under `continue`, of the matrix multiply."""
    elf = program('matmul')
    with Session('--server', program=['matmul']) as s, Remote(s) as r:
        r.run_to(symbol('matmul_start', elf))
        before, start = r.executed(), time.monotonic()
        r.run_to(symbol('matmul_end', elf))
        end = time.monotonic()
        return (r.executed() - before) / (end - start)


def stepping():
    """Steps a second, without gdb."""
    with Session('--server', program=['hello']) as s, Remote(s) as r:
        r.run_to(symbol('main', program('hello')))
        start = time.monotonic()
        for _ in range(STEPS):
            r.ask('s')
        return STEPS / (time.monotonic() - start)


def watching(kind):
    """Instructions a second while a word that nobody uses is watched."""
    with Session('--server', program=['hello']) as s, Remote(s) as r:
        r.run_to(symbol('main', program('hello')))
        r.ask(f'Z{kind},6ffe0000,4')
        before, start = r.executed(), time.monotonic()
        r.run_to(symbol('machine_halt'))
        end = time.monotonic()
        return (r.executed() - before) / (end - start)


def main():
    print(f'continue  {best(running) / 1e6:.0f} million instructions a second')
    step = float(re.search(r'^a step takes (\S+)', gdb(IN_GDB,
                           program=['hello']), re.M)[1])
    print(f'stepi     {1e3 * step:.1f} ms, of which the bridge '
          f'{1e3 / best(stepping):.2f} ms')
    for kind, name in ((2, 'watch'), (3, 'rwatch'), (4, 'awatch')):
        print(f'{name:9} {best(lambda kind=kind: watching(kind)) / 1e3:.0f} '
              'thousand instructions a second')


if __name__ == '__main__':
    main()
