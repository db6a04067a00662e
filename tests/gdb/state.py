# SPDX-License-Identifier: MIT
"""Registers, memory, and the kernel's tables."""
from session import (MAIN, expect, gdb, match, on_every_machine, talk, test)

CP0 = {'epc': 0x12345678, 'entryhi': 0x1000, 'entrylo': 0x8000, 'index': 0x300,
       'context': 0x20200000, 'badvaddr': 4, 'cause': 0x400,
       'status': 0x30000000}


@on_every_machine('write memory and registers of the kernel and of a program')
def write(*machine):
    out = gdb('break main\ncontinue\ndelete\n'
              'set var info->ticks = 12345\nmonitor info\np info->ticks\n'
              'p argc\nset var $a0 = 2\np $a0\n'
              'x/s argv[0]\nset var argv[0][0] = 74\nx/s argv[0]\n'
              'set var $hi = 0x11223344\nset var $lo = 5\np/x $hi\np $lo\n'
              'set {unsigned short}0x6ffeffc2 = 0xbeef\n'
              'x/xw 0x6ffeffc0\n'
              'stepi\np $a0\np/x $hi\np info->ticks\n', *machine,
              program=['hello'])
    match(r'^12345 ticks of 1/64 s', out)
    match(r'^\$\d+ = 12345', out)
    match(r'"hello"\n.*"Jello"', out)
    match(r'= 0x11223344\n\$\d+ = 5\n', out)
    match(r'0x6ffeffc0.*:\t0xbeef', out)
    match(r'= 2\n\$\d+ = 0x11223344\n\$\d+ = 12345\n$', out)


@test('write the registers of CP0')
def write_cp0():
    out = gdb('break sys_cons_write\ncontinue\n'
              + ''.join(f'set var ${n} = {v}\n' for n, v in CP0.items())
              + 'stepi\n' + ''.join(f'p/x ${n}\n' for n in CP0),
              program=['hello'])
    for n, value in enumerate(CP0.values(), 1):
        match(rf'^\${n} = {value:#x}$', out)


@test('read the registers of the FPU, which cannot be written')
def fpu():
    with talk(program=['fpu']) as s:
        s.command('break fpu_clear')
        s.command('continue')
        s.command('continue')           # there it holds what a child put in
        match(r'^(\(gdb\) )?f4: +0x005ec4e7 flt: .*\nf5: +0x005ec4e7',
              s.command('info registers f4 f5'))
        match(r'= 0x340', s.command('p/x $fir'))
        match(r'= 0x5ec4e7', s.command('p/x $f30'))
        match(r'= 0\n', s.command('p $fcsr'))
        match('Could not write register', s.command('set var $f4 = 1'))
        match(r'= 0x5ec4e7', s.command('p/x $f4'))
        s.quit()


@test('what is written is what runs: an argument, and an instruction')
def write_runs():
    with talk(program=['hello', 'abc']) as s:
        s.command('break main')
        s.command('continue')
        s.command('set var argv[1][0] = 88')
        s.command('delete')
        s.command('continue')
        match('1: Xbc', s.console())
    with talk(program=['hello', 'abc']) as s:
        s.command('break main')
        s.command('continue')
        s.command('set var {int}$pc = 0x03e00008')      # jr ra
        s.command('set var {int}($pc + 4) = 0x24020007')   # li v0, 7
        s.command('delete')
        match('exited with code 07', s.command('continue'))
        expect('hello from' not in s.console(), s.console())


@test('call a function of the program, and go on')
def call():
    out = gdb('break main\ncontinue\nprint (int)strlen(argv[0])\n'
              'info registers pc\ndelete\ncontinue\n', program=['hello'])
    match(rf'^\$1 = 5\npc: {MAIN:#x}\n', out)
    match(r'exited normally', out)


@test('memory that is not there is an error, and no harm')
def unmapped():
    with talk(program=['hello']) as s:
        fault = 'Cannot access memory at address 0x'
        match(fault, s.command('x/x 0x1000'))
        s.command('break main')
        match('Breakpoint 1, main', s.command('continue'))
        match(fault, s.command('x/x 0x1000'))
        match(fault, s.command('set {int}0x1000 = 1'))
        match('^(.gdb. )?0xffff8000:\t0x', s.command('x/4x 0xffff8000'))
        s.command('delete')
        match('exited normally', s.command('continue'))


@on_every_machine("monitor commands decode the kernel's tables")
def monitor(*machine):
    out = gdb('monitor info\nmonitor slices\nbreak main\ncontinue\n'
              'monitor env\nmonitor tlb\nmonitor stlb\nmonitor page 33\n'
              f'monitor where {MAIN}\nmonitor where 0x80040000\n'
              'monitor where 0x7fff0000\nmonitor where 0x3000\n'
              'monitor info\nmonitor breakpoints\nmonitor slices\n'
              'monitor nonsense\nmonitor help\nmonitor page x\nmonitor where x\n',
              *machine, program=['hello', 'w'])
    match(r'^(the kernel has not set up its tables yet\n){2}',
          out.replace('0 instructions executed\n', ''))
    match(r'^\* +1 \w+ live +hello +pages \d+ slices \d+', out)
    match(r'^ 0 wired va ffff8000 asid +0 page +32 --VG', out)
    match(r'va 7fff0000 asid +1 page', out)
    match(rf'^ *\d+ env 1 va {MAIN & -4096:08x} page +\d+ --V-', out)
    match(r'^\d+ of 4096 entries in use', out)
    match(r"^page 33 at 0x80021000: the kernel's, owner 0", out)
    match(r'^\* +0 env 1 started \d+ forfeited 0, then 0\n'
          r'1 of 256 slices owned', out)
    match(r'^console input goes to environment 1$', out)
    match(rf'^0x{MAIN:08x}: TLB, 0x80\w+', out)
    match(r'^0x80040000: unmapped segment', out)
    match(r'^0x00003000: not mapped', out)
    match(r'^boot words: .*init=hello w', out)
    match(rf'^0x{MAIN:08x} hello$', out)
    match(r'^no such command', out)
    match(r'^usage: page N', out)
    match(r'^usage: where ', out)


@test('an environment is not taken for the one that has its ASID')
def shared_asid():
    out = gdb('break tests/programs/environments/main.c:277\ncontinue\n'
              'monitor env 1\nmonitor env 65\nmonitor where 0x7fff0000 1\n'
              'monitor where 0x7fff0000 65\nmonitor where 0x70000000 65\n',
              program=['environments'])
    match(r'^\* +1 \w+ live +environments ', out)
    match(r'^ +65 \w+ live +- ', out)
    match(r'^0x7fff0000: TLB, 0x80\w+\n0x7fff0000: not mapped\n'
          r'0x70000000: guaranteed mapping', out)
