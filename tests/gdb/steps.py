# SPDX-License-Identifier: MIT
"""Steps, watchpoints and Ctrl-C."""
import re
import time

from session import (HEAP, MAIN, PC, Remote, Session, expect, gdb, match,
                     on_every_machine, program, symbol, talk, test)

LOOP = '0x1000ffff'             # a branch to itself


@on_every_machine('step and next pass over misses and system calls')
def over_traps(*machine):
    out = gdb('break main\ncontinue\ndelete\nbreak __sinit thread 1\n'
              'continue\ndelete\nnext\nnext\nnext\nnext\nstep\nstep\nbt 1\n',
              *machine, program=['hello'])
    expect('vectors.S' not in out and 'pin.S:' not in out, out)
    match(r'^#0  \w+ .* at newlib|^#0 .*(printf|__sinit)', out)


@test('stepi goes into a trap, instruction by instruction')
def into_traps():
    out = gdb('break ae_cons_write\ncontinue\nstepi\nstepi\nstepi\nstepi\n'
              'bt 3\n', program=['hello'])
    match(r'^general_vector \(\) at aegis/trap/vectors.S|'
          r'^#0  general_vector \(\) at aegis/trap/vectors.S', out)
    match(r'^#1 .* ae_cons_write', out)


@test('a step takes a branch and its delay slot together')
def delay_slot():
    with Session('--server', program=['hello']) as s, Remote(s) as r:
        start = symbol('_start')
        expect(r.register(PC) == start, 'not at _start')
        words = bytes.fromhex(r.ask(f'm{start:x},80'))
        words = [int.from_bytes(words[i:i + 4], 'little')
                 for i in range(0, len(words), 4)]
        branch = next(i for i, w in enumerate(words) if w >> 26 in (4, 5))
        at = start + 4 * branch
        expect(r.ask(f'Z0,{at:x},4') == 'OK', 'Z0')
        match('^T05swbreak', r.ask('c'))
        expect(r.register(PC) == at, 'not at the branch')
        before = r.executed()
        match('^T05thread', r.ask('s'))
        expect(r.executed() == before + 2, 'not the branch and its slot')
        target = at + 4 + 4 * ((words[branch] & 0xffff) - 0x10000)
        expect(r.register(PC) == target, 'the branch did not go back')
        match('^T05swbreak', r.ask('c'))
        expect(r.register(PC) == at, 'not at the branch again')


@test('next goes round a loop whose branch has a delay slot')
def next_loop():
    out = gdb('break aegis/boot/start.S:24\ncontinue\ndelete\n'
              + 6 * 'next\n', program=['hello'])
    lines = re.findall(r'^(\d+)\t', out, re.M)
    expect(lines[-7:] == ['24', '25', '26', '27', '24', '25', '26'], out)


@on_every_machine('watch stops after the store, and nowhere else')
def watch(*machine):
    out = gdb('break exos_region_add thread 1\ncontinue\ndelete\n'
              'watch exos_nregions\ncontinue\nx/i $pc - 4\ndelete\ncontinue\n',
              *machine, program=['hello'])
    match(r'Hardware watchpoint 2: exos_nregions\n\n'
          r'Old value = 0\nNew value = 1\n.* at exos/vm/critical/regions.c',
          out)
    match(r'^ +0x\w+ <open_at\+\d+>:\tsw\t', out)
    match(r'exited normally', out)


@on_every_machine('rwatch stops after a load, awatch after either')
def read_watch(*machine):
    out = gdb('break open_at thread 1\ncontinue\ndelete\n'
              'rwatch exos_nregions thread 1\ncontinue\nx/i $pc - 4\n'
              'delete\n'
              'awatch exos_nregions thread 1\ncontinue\nx/i $pc - 4\n'
              'continue\nx/i $pc - 4\ndelete\ncontinue\n',
              *machine, program=['hello'])
    match(r'Hardware read watchpoint 2: exos_nregions\n\nValue = 0\n', out)
    match(r'Hardware access \(read/write\) watchpoint 3: exos_nregions\n\n'
          r'Old value = 0\nNew value = 1\n', out)
    match(r'Hardware access \(read/write\) watchpoint 3: exos_nregions\n\n'
          # To gdb the old value may be what the other machine had there.
          r'(Value = 1|Old value = 0\nNew value = 1)\n.* join_around ', out)
    match(r':\tlw\t(.|\n)*:\tsw\t(.|\n)*:\tlw\t', out)
    match(r'exited normally', out)


# Store or load at $t0, and the bytes from there on that it touches.
ACCESSES = {
    'sb': (0xa1020000, 0, 0), 'lb': (0x81020000, 0, 0),
    'sh': (0xa5020000, 0, 1), 'lhu': (0x95020000, 0, 1),
    'sw': (0xad020000, 0, 3), 'lw': (0x8d020000, 0, 3),
    'swl': (0xa9020000, -2, 0), 'lwl': (0x89020000, -2, 0),
    'swr': (0xb9020000, 0, 1), 'lwr': (0x99020000, 0, 1),
}
A1, T0, SP = 5, 8, 29


@test('a watchpoint looks at all bytes of an access, and no others')
def watch_bytes():
    with Session('--server', program=['hello']) as s, Remote(s) as r:
        r.run_to(MAIN)
        stack = r.register(SP) - 64             # nobody's
        for name, (word, first, last) in ACCESSES.items():
            at = stack + (2 if name[2:] in ('l', 'r') else 0)
            r.write(MAIN, word)
            for watched in range(at - 4, at + 5):
                for kind in '234':
                    r.set_register(PC, MAIN)
                    r.set_register(T0, at)
                    expect(r.ask(f'Z{kind},{watched:x},1') == 'OK', 'Z')
                    answer = r.ask('s')
                    expect(r.ask(f'z{kind},{watched:x},1') == 'OK', 'z')
                    seen = kind in ('24' if name[0] == 's' else '34') \
                        and first <= watched - at <= last
                    expect(seen == ('watch' in answer), f'{name} at {at:x}: '
                           f'Z{kind},{watched:x}: {answer}')


@test('a watchpoint sees a store that missed once, when it is done')
def watch_miss():
    out = gdb(f'break main\ncontinue\nawatch *(int *){HEAP}\ncontinue\n'
              'x/i $pc - 4\nbt\n', program=['hello'])
    match(rf'^Hardware access .*: \*\(int \*\){HEAP}\n\n'
          r'Value = [1-9]\d*\nmalloc_extend_top ', out)
    match(r'<_malloc_r\+\d+>:\tsw\t', out)
    match(r'^#\d+ (.* )?main \(argc=1', out)


@test('a watchpoint holds in steps by line, and over traps in them')
def watch_steps():
    out = gdb('break main\ncontinue\nrwatch -l argv[1]\nnext\nnext\n'
              'delete\n', program=['hello', 'a'])
    match(r'^Hardware read watchpoint 2: -location argv\[1\]\n\n'
          r'Value = 0x\w+ "a"\n0x\w+ in main', out)
    # In a function that is stepped over.
    out = gdb('break main\ncontinue\nstepi 6\np $a0\n'
              'eval "rwatch *(char *)%p", $a0\nnext\nbt\n', program=['hello'])
    match(r'^Hardware read watchpoint 2: (.|\n)*Value = 104 .h.\n(.|\n)*'
          r'^#\d+ (.* )?main \(argc=1', out)
    # In an instruction that traps first; its line is stepped once.
    out = gdb('break mallocr.c:2215\ncontinue\ndelete\n'
              f'watch *(int *){HEAP}\nnext 2\n', program=['hello'])
    match(r'^Hardware watchpoint 2: (.|\n)*New value = ', out)


@test("a watchpoint is its program's, whatever others do at the address")
def watch_programs():
    elf = program('hello')
    with Session('--server', program=['hello']) as s, Remote(s) as r:
        r.run_to(MAIN)
        argv = r.register(A1)           # an array, stored to before main
    for watching in ('monitor', 'hello'):
        with Session('--server') as s, Remote(s) as r:
            r.monitor('type hello')
            r.show('hello')
            r.run_to(symbol('exos_start', elf))
            r.show(watching)
            expect(r.ask(f'Z2,{argv:x},4') == 'OK', 'Z2')
            r.show('hello')
            expect(r.ask(f'Z0,{MAIN:x},4') == 'OK', 'Z0')
            match('^T05watch' if watching == 'hello' else '^T05swbreak',
                  r.ask('c'))


@on_every_machine('Ctrl-C in a program that waits; then on')
def interrupt(*machine):
    with talk(*machine) as s:
        s.send('continue')
        s.wait_console('% ')
        s.interrupt()
        match(r'pc: 0x', s.command('info registers pc'))
        match(r'\* +1 \w+ live +monitor', s.command('monitor env'))
        s.send('continue')
        time.sleep(0.2)
        s.interrupt()
        s.quit()


@test('Ctrl-C in a loop, in one that is watched, and in one stepped over')
def interrupt_loop():
    with talk(program=['hello']) as s:
        s.command('break main')
        s.command('continue')
        main = match(r'\$\d+ = (0x\w+)', s.command('p/x $pc'))[1]
        s.command(f'set var {{int}}$pc = {LOOP}')
        s.command('set var {int}($pc + 4) = 0')
        s.command('delete')
        for how in ('continue', 'next'):
            s.send(how)
            time.sleep(0.3)
            s.interrupt()
            match(f'= {main}', s.command('p/x $pc'))
        s.command('watch -l argv[0]')
        s.send('continue')
        time.sleep(0.3)
        s.interrupt()
        match(f'= {main}', s.command('p/x $pc'))
        s.quit()
