# SPDX-License-Identifier: MIT
"""The guest runs as without gdb: the same instructions, the same text."""
import csv
import sys

from session import (CHIP, DEBUG, MAIN, ROOT, Remote, Session, expect,
                     on_every_machine, program, symbol, test)

sys.path.insert(0, str(ROOT / 'bench'))
import rows  # noqa: E402


# A stop lets an interrupt that waits come sooner (GXemul looks for them between
# batches), so the debug kernel's work for a tick may fall elsewhere.
TICK = 20000


def run(machine, image, stops):
    """Instructions until the kernel halts, and what the console has."""
    with Session('--server', *machine, image=image, program=['hello']) as s, \
            Remote(s) as r:
        if stops:
            r.run_to(MAIN)
            r.ask('g')
            r.ask(f'm{MAIN:x},100')
            for line in ('env', 'tlb', 'stlb', 'page 99', 'info'):
                r.monitor(line)
        r.run_to(symbol('machine_halt', image))
        count = r.executed()
        expect(r.ask('c') == 'W00', 'it does not halt')
        r.close()
        s.ended()                   # the console is written by then
        return count, s.console()


@on_every_machine('stops and looks change neither the count nor the console')
def untouched(*machine):
    for image in (CHIP, DEBUG):
        count, console = run(machine, image, False)
        other, shown = run(machine, image, True)
        allowed = TICK if image == DEBUG else 0
        expect(console == shown and abs(count - other) <= allowed,
               image, count, other, console, shown)


PASSES = 3


def recorded():
    path = ROOT / 'bench' / 'counts.csv'
    lines = [line for line in path.read_text().splitlines()
             if not line.startswith('#')]
    return {r['operation']: int(r['instructions'])
            for r in csv.DictReader(lines)}


def counted(row):
    """The shortest of some passes over a path, by breakpoints at its ends; a
    refill may take the TLB entry of the very page it returns to.

    The trapping instruction is executed but not counted, and so is, when the
    path goes back to it, its second execution."""
    elf = program(row.program)
    start = symbol(row.start, elf)
    again = row.end == rows.RETURN
    end = start + 4 if again or row.end == rows.NEXT else symbol(row.end, elf)
    with Session('--server', image=CHIP, program=[row.program]) as s, \
            Remote(s) as r:
        for _ in range(rows.WARM):
            r.run_to(start)
        passes = []
        for _ in range(PASSES):
            r.run_to(start)
            before = r.executed()
            r.run_to(end)
            passes.append(r.executed() - before - (2 if again else 1))
        return min(passes)


def check(row):
    found, wanted = counted(row), recorded()[row.operation]
    expect(found == wanted, f'{found} instructions, recorded {wanted}')


for _row in rows.ROWS:
    if _row.operation in recorded() and _row.rule != rows.LONGEST:
        test(f'{_row.operation} has the instructions of bench/counts.csv '
             'when gdb counts them')(lambda row=_row: check(row))
