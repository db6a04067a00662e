# SPDX-License-Identifier: MIT
"""Breakpoints, and backtraces from where they stop."""
from session import (CHIP, HEAP, PC, Remote, Session, expect, gdb, match,
                     on_every_machine, symbol, talk, test)


@on_every_machine('break in the kernel, with source line and backtrace')
def kernel(*machine):
    out = gdb('break first_env\ncontinue\nbt\ninfo registers pc sp\n'
              'stepi\nfinish\n', *machine, program=['hello'])
    match(r'Breakpoint 1, first_env \(line=0x\w+ .*"hello"\) at '
          r'aegis/boot/first.c:\d+', out)
    match(r'^#0  first_env .*\n#1  0x8\w+ in boot .* at aegis/boot/boot.c', out)
    match(r'^sp: +0x80', out)


@on_every_machine('break in a program before it starts; run it to its end')
def program(*machine):
    out = gdb('break main\ncontinue\nbt\ndelete\nnext\nnext\ncontinue\n',
              *machine, program=['hello', 'one'])
    match(r'Breakpoint 1, main \(argc=2, argv=0x\w+ <argv>\) at '
          r'exos/bin/hello.c:\d+\n\d+\t.*printf', out)
    match(r'^\d+\t.*for \(int i = 1', out)
    match(r'exited normally', out)


@on_every_machine('from a handler of ExOS into what it interrupted')
def handler(*machine):
    out = gdb('break main\ncontinue\ndelete\nbreak exos_fault thread 1\n'
              'continue\nbt\nfinish\np f->badvaddr\n', *machine,
              program=['hello'])
    match(r'Breakpoint 2, exos_fault \(f=0x7ff\w+\) at exos/vm/fault.c', out)
    match(r'^#0  exos_fault', out)
    match(r'^#1  <signal handler called>', out)
    match(r'^#2  .* at newlib/newlib/', out)
    match(r'^#\d+ (.* )?main \(argc=1', out)


@on_every_machine('from the copied UTLB vector into the program that missed')
def refill(*machine):
    out = gdb('break main\ncontinue\ndelete\n'
              'break utlb_vector thread 1\ncontinue\nbt\n'
              'x/2i $pc\nstepi\nstepi\n', *machine, program=['hello'])
    match(r'Breakpoint 2.*, utlb_vector \(\) at .*vectors.S:\d+\n.*'
          r'C0_CONTEXT', out)
    match(r'^#0  utlb_vector', out)
    match(r'^#\d+ .* in printf', out)
    match(r'^#\d+ .* in main \(argc=1', out)
    match(r'=> 0x80000000 <utlb_vector>:\tmfc0\tk0,c0_context', out)
    match(r'srl\t\$k0, \$k0, 11', out)


@on_every_machine('from a system call into the program that made it')
def call(*machine):
    out = gdb('break sys_cons_write\ncontinue\nbt\n', *machine,
              program=['hello'])
    match(r'^#0  sys_cons_write \(page=\d+, off=\d+, len=\d+', out)
    match(r'^#\d+ .* printf \(fmt=', out)
    match(r'^#\d+ (.* )?main \(argc=1', out)


@test('from the entries, ways and exits of system calls')
def call_entries():
    out = gdb('break main\ncontinue\n'
              'tbreak stack_entry\ncontinue\nbt\n'
              'tbreak leaf_TLBwr\ncontinue\nbt\n'
              'tbreak leave_closed\ncontinue\nbt\n', program=['hello'])
    for name in ('stack_entry', 'leaf_TLBwr', 'leave_closed'):
        match(rf'^#0  {name} .* at aegis/trap/(.*\n#\d+ .*)*'
              r'\n#\d+ (.* )?main \(argc=1', out)
    # Kernel breakpoints hold in a program whose name is not known.
    out = gdb('break frame_FPUmod\ncontinue\nbt\ninfo threads\ncontinue\n',
              program=['fpu'])
    match(r'^#0  frame_FPUmod .*\n#1  <signal handler called>', out)
    match(r'^\* 1 .*\(environment 3, not an ExOS program\)', out)
    match(r'Breakpoint 1, frame_FPUmod(.|\n)*Breakpoint 1, frame_FPUmod', out)


@on_every_machine('from a clock tick to the program, or its handler')
def interrupt(*machine):
    # A tick may come where a backtrace ends early (the entry code's own
    # misses), so one of several must do.
    out = gdb('break main\ncontinue\ndelete\nbreak interrupt thread 1\n'
              + 'continue\nbt\n' * 4, *machine, program=['nest_events'])
    match(r'^#1  <signal handler called>', out)
    match(r'^#\d+ (.* )?main \(', out)


@test('in the gate of a server, which monitor env shows at work')
def gate():
    out = gdb('break exos_gate\ncontinue\nbt\nmonitor env\n',
              program=['transfers'])
    match(r'^#0  exos_gate .* at exos/ipc/gate.S', out)
    match(r'^\* +\d+ .* serving 1', out)


@test('in an environment made by hand, which runs code of its creator')
def bare():
    out = gdb('break table6_gate\ncontinue\nmonitor env\ninfo threads\n'
              'delete\ncontinue\n', image=CHIP, program=['table6'])
    match(r'^Breakpoint 1, table6_gate \(\) at bench/programs/table6/', out)
    match(r'^\* +\d+ \w+ live +- .* serving \d', out)
    match(r'Thread 1 \(environment \d, table6\)', out)
    match(r'exited normally', out)


@test('on the branch, and said so, when asked for in a delay slot')
def delay_slot():
    with Session('--server', program=['hello']) as s, Remote(s) as r:
        start = symbol('_start')
        words = bytes.fromhex(r.ask(f'm{start:x},80'))
        words = [int.from_bytes(words[i:i + 4], 'little')
                 for i in range(0, len(words), 4)]
        branch = start + 4 * next(i for i, w in enumerate(words)
                                  if w >> 26 in (4, 5))
        expect(r.ask(f'Z0,{branch + 4:x},4') == 'OK', 'Z0 in the slot')
        match('^T05swbreak', r.ask('vCont;c'))
        match(f'0x{branch + 4:08x} is in a delay slot: set on the branch at '
              f'0x{branch:08x}', r.said)
        expect(r.register(PC) == branch, 'not at the branch')
    out = gdb(f'break *{branch + 4:#x}\ncontinue\ninfo registers pc\n',
              program=['hello'])
    match(r'adjusted from', out)        # gdb itself knows it as well
    match(rf'^pc: 0x{branch:08x}', out)


@test('kept pending, and said so, until its page is there')
def pending():
    out = gdb('break *0x05000004\nbreak *0x05001000\nbreak *0x6fff8004\n'
              'break main\ncontinue\nmonitor breakpoints\n', program=['hello'])
    for address in ('05000004', '05001000', '6fff8004'):
        match(rf'^breakpoint at 0x{address} is pending: neither', out)
    match(r'Breakpoint 4, main', out)
    match(r'^0x05000004 hello, pending', out)
    match(r'^0x05001000 hello, pending', out)
    # The heap is not there when main begins, and is when it writes.
    at = HEAP + 4
    out = gdb(f'break main\ncontinue\nbreak *{at}\ntbreak write\n'
              'continue\nmonitor breakpoints\ndelete\n'
              f'break *{at + 64}\ncontinue\n', program=['hello'])
    match(rf'^breakpoint at 0x{at:08x} is pending: neither', out)
    match(rf'^breakpoint at 0x{at:08x} is set now\n\nTemporary', out)
    match(rf'^0x{at:08x} hello$', out)
    expect(f'0x{at + 64:08x} is pending' not in out, out)
    match('exited normally', out)


@test('two programs by turns, with the symbols of each')
def two_programs():
    with talk() as s:
        s.command('break monitor.c:main')
        s.command('program hello')
        s.command('break hello.c:main')
        match(r'^Breakpoint 1, main .*monitor.c', s.command('continue'))
        expect('hello.elf' not in s.command('info sharedlibrary'), 'hello')
        s.command('break exos_wait')
        s.command('break exos_spawn')
        for number in range(2):
            s.command(f'monitor type hello {number}')
            match(r'^Breakpoint 4, exos_spawn \(argc=2',
                  s.command('continue'))
            match(r'^Breakpoint 3.*exos_wait \(', s.command('continue'))
            match(r'run_program.*\n.*monitor.c', s.command('bt'))
            match(r'^Breakpoint 2, main \(argc=2.*\n? *at .*hello.c',
                  s.command('continue'))
            match(rf'"{number}"', s.command('p argv[1]'))
            match(r'hello.elf', s.command('info sharedlibrary'))
            match(r'\* +[2-9].* hello', s.command('monitor env'))
            expect('exos_spawn' in s.command('info breakpoints'), 'lost')
        s.quit()


@test('deleted while another program was shown')
def deleted_unseen():
    with talk() as s:
        s.command('program hello')
        s.command('break hello.c:main')
        s.command('program monitor')
        # Before the child is there: a tick may run it ahead of exos_wait.
        s.command('break exos_spawn')
        s.command('monitor type hello')
        match('exos_spawn', s.command('continue'))
        s.command('delete 1')
        s.command('break sys_halt')
        s.command('monitor type halt 0')
        match('^Breakpoint 3, sys_halt', s.command('continue'))
        match('hello from', s.console())


@test('before there is any environment, from the first instruction')
def boot():
    out = gdb('stepi\nstepi\ninfo threads\nbreak env_make\ncontinue\n'
              'bt\nfinish\n', program=['hello'])
    match(r'Thread 1 \(no environment yet\)', out)
    match(r'^Breakpoint 1, env_make', out)
    match(r'^Value returned is .* = [1-9]', out)


@test('in the other image, the one that benchmarks measure')
def chip():
    out = gdb('break main\ncontinue\nbreak utlb_vector\ncontinue\nbt\n',
              image=CHIP, program=['hello'])
    match(r'^Breakpoint 1, main', out)
    match(r'^#0  utlb_vector .*vectors.S', out)
    match(r'^#\d+ .* in main', out)


@test('two machines are two threads, and each stops at its own')
def two_machines():
    out = gdb('break main\ncontinue\ninfo threads\nthread 2\nstepi\n'
              'info threads\ncontinue\nbt 1\ninfo threads\ndelete\n'
              'continue\n', '--config', 'two-3max', program=['hello'])
    match(r'^Thread 1 hit Breakpoint 1, main', out)
    match(r'Switching to thread 2', out)
    # Both have been stepped: 1 is past the breakpoint, 2 not there yet.
    match(r'^  1 .* 0x\w+ in main .*\n\* 2 ', out)
    match(r'^Thread 2 hit Breakpoint 1, main', out)
    match(r'exited normally', out)
