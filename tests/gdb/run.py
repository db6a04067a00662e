#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Test the bridge to gdb: scripted gdb sessions, raw packets, fuzzing; TAP.

usage: run.py [WORD...]     only tests whose name contains one of the words
"""
import contextlib
import json
import os
import pathlib
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
GDBDIR = ROOT / 'emu-config' / 'gdb'
DEBUG = ROOT / 'build' / 'aegis-debug.elf'
LIMIT = 20                      # seconds for anything
FUZZ_ROUNDS = 300000


class Failure(Exception):
    """A check did not hold."""


def expect(condition, what):
    if not condition:
        raise Failure(what)


def match(pattern, text):
    m = re.search(pattern, text, re.M)
    expect(m, f'no match for {pattern!r} in:\n{text}')
    return m


class Session:
    """emu-config/gdb/debug, run to its end or talked to."""

    def __init__(self, *options, program=(), image=DEBUG):
        self.folder = tempfile.TemporaryDirectory(prefix='aegis-gdb-')
        self.console_path = pathlib.Path(self.folder.name) / 'console'
        self.process = subprocess.Popen(
            [GDBDIR / 'debug', '--console', self.console_path, *options,
             image, *(['--', *program] if program else [])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, cwd=ROOT, start_new_session=True)
        self.text = ''

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # The group is ours: it was started as a session.
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.folder.cleanup()

    def read(self, pattern, limit=LIMIT):
        """What is printed up to a pattern; it is used up."""
        end = time.monotonic() + limit
        while True:
            m = re.search(pattern, self.text, re.M)
            if m:
                seen = self.text[:m.end()]
                self.text = self.text[m.end():]
                return seen
            wait = end - time.monotonic()
            ready = select.select([self.process.stdout], [], [],
                                  max(wait, 0))[0]
            data = os.read(self.process.stdout.fileno(), 65536) if ready \
                else b''
            if not data:
                raise Failure(f'{pattern!r} did not come, but:\n{self.text}')
            self.text += data.decode(errors='replace').replace('\r', '')

    def send(self, line):
        self.process.stdin.write(line.encode() + b'\n')
        self.process.stdin.flush()

    def command(self, line):
        """gdb's answer to a command, when gdb is talked to."""
        self.send(line)
        self.send('echo \\n<<done>>\\n')
        return self.read('^<<done>>\n')

    def console(self):
        return self.console_path.read_text(errors='replace')

    def ended(self):
        try:
            return self.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            raise Failure('it does not end')

    def children(self):
        """{name: process number} of the emulator, the bridge, gdb."""
        found = {}
        for path in pathlib.Path('/proc').glob('[0-9]*/stat'):
            with contextlib.suppress(OSError):
                number, name, rest = re.fullmatch(
                    r'(\d+) \((.*)\) (.*)', path.read_text().strip()).groups()
                if int(rest.split()[1]) == self.process.pid:
                    found[name] = int(number)
        return found


def gdb(commands, *options, **more):
    """What a whole gdb session prints."""
    with tempfile.NamedTemporaryFile('w', suffix='.gdb') as script:
        script.write(commands)
        script.flush()
        with Session('--gdb=-batch', '--gdb=-nx', f'--gdb=-x',
                     f'--gdb={script.name}', *options, **more) as s:
            s.process.stdin.flush()
            try:
                return s.process.communicate(timeout=LIMIT)[0].decode(
                    errors='replace')
            except subprocess.TimeoutExpired:
                raise Failure('gdb does not end')


def talk(*options, **more):
    """A gdb to talk to."""
    return Session('--gdb=-nx', '--gdb=-iex', '--gdb=set confirm off',
                   '--gdb=-iex', '--gdb=set pagination off', *options, **more)


class Remote:
    """The bridge as gdb sees it, without gdb."""

    def __init__(self, session):
        m = re.search(r'port (\d+)', session.read(r'port \d+\n'))
        self.port = int(m[1])
        self.socket = socket.create_connection(('127.0.0.1', self.port),
                                               timeout=LIMIT)
        self.data = b''

    def close(self):
        self.socket.close()

    def raw(self, data):
        self.socket.sendall(data)

    def send(self, text):
        data = text.encode()
        self.raw(b'$%s#%02x' % (data, sum(data) & 255))

    def receive(self):
        """The next packet that is not for the user."""
        while True:
            m = re.search(rb'\$([^#]*)#..', self.data)
            if m:
                self.data = self.data[m.end():]
                self.raw(b'+')
                if m[1][:1] == b'O' and m[1] != b'OK':
                    self.said += bytes.fromhex(m[1][1:].decode()).decode()
                    continue
                return m[1].decode()
            data = self.socket.recv(65536)
            if not data:
                raise Failure('the bridge hung up')
            self.data += data

    def ask(self, text):
        self.said = ''
        self.send(text)
        return self.receive()

    def run_to(self, address):
        """Continue to a breakpoint; take note of programs on the way."""
        expect(self.ask(f'Z0,{address:x},4') == 'OK', 'Z0')
        answer = self.ask('c')
        while 'library' in answer:
            self.ask('qXfer:libraries:read::0,1000')
            expect(self.ask(f'Z0,{address:x},4') == 'OK', 'Z0')
            answer = self.ask('c')
        match('^T05swbreak', answer)
        expect(self.register(PC) == address, 'stopped elsewhere')
        expect(self.ask(f'z0,{address:x},4') == 'OK', 'z0')

    def register(self, number):
        return int.from_bytes(bytes.fromhex(self.ask(f'p{number:x}')),
                              'little')


PC = 37


def symbol(name, elf=DEBUG):
    for line in subprocess.run(
            ['mipsel-linux-gnu-nm', elf], capture_output=True, text=True,
            check=True).stdout.splitlines():
        value, _, found = line.split()
        if found == name:
            return int(value, 16) & 0xffffffff
    raise Failure(f'no symbol {name}')


def call_frames():
    """Does ExOS's entry code say how to unwind it?"""
    return 'cfi_return_column' in (ROOT / 'exos/start/pin.S').read_text()


# ---- the tests, in the order of their names here ----

def test_kernel():
    """break in the kernel, with source line and backtrace"""
    out = gdb('break first_env\ncontinue\nbt\ninfo registers pc sp\n'
              'stepi\nfinish\n', program=['hello'])
    match(r'^Breakpoint 1, first_env \(line=0x\w+ .*"hello"\) at '
          r'aegis/boot/first.c:\d+', out)
    match(r'^#0  first_env .*\n#1  0x8\w+ in boot .* at aegis/boot/boot.c', out)
    match(r'^sp: +0x80', out)


def test_program():
    """break in a program before it starts; step through it to its end"""
    out = gdb('break main\ncontinue\nbt\nnext\nnext\ncontinue\n',
              program=['hello', 'one'])
    match(r'^Breakpoint 1, main \(argc=2, argv=0x\w+ <argv>\) at '
          r'exos/bin/hello.c:\d+\n\d+\t.*printf', out)
    match(r'^\d+\t.*for \(int i = 1', out)
    match(r'^\d+\t.*return 0;', out)
    match(r'exited normally', out)


def test_handler():
    """break in ExOS's fault handler and go back"""
    out = gdb('break exos_fault\ncontinue\nbt\nfinish\np/x $sp\n'
              'p f->badvaddr\n', program=['hello'])
    match(r'^Breakpoint 1, exos_fault \(f=0x7ff\w+\) at exos/vm/fault.c', out)
    match(r'#1 .* exos_exception|#1  <signal handler called>', out)


def test_handler_backtrace():
    """unwind from the handler into what it interrupted"""
    if not call_frames():
        return 'SKIP exos/start/pin.S has no call frame information yet'
    out = gdb('break main\ncontinue\nbreak exos_fault\ncontinue\nbt\n',
              program=['hello'])
    match(r'^#0  exos_fault', out)
    match(r'^#1  <signal handler called>', out)
    match(r'^#2  .* in|^#2  \w+', out)
    match(r'^#\d+ .* main \(argc=1', out)


def test_refill():
    """break in the copied UTLB vector; source line and user frames"""
    out = gdb('break main\ncontinue\nbreak utlb_vector\ncontinue\nbt\n'
              'x/2i $pc\nstepi\nstepi\n', program=['hello'])
    match(r'^Breakpoint 2.*, utlb_vector \(\) at .*vectors.S:\d+\n.*'
          r'C0_CONTEXT', out)
    match(r'^#0  utlb_vector', out)
    match(r'^#\d+ .* in printf', out)
    match(r'^#\d+ .* in main \(argc=1', out)
    match(r'=> 0x80000000 <utlb_vector>:\tmfc0\tk0,c0_context', out)
    match(r'srl\t\$k0, \$k0, 11', out)


def test_call():
    """break in a system call; where it came from"""
    out = gdb('break sys_cons_write\ncontinue\nbt\n', program=['hello'])
    match(r'^#0  sys_cons_write \(page=\d+, off=\d+, len=\d+', out)
    match(r'^#1 ', out)


def test_trap_and_back():
    """stepi goes into a trap, step and next pass over it"""
    out = gdb('break main\ncontinue\nbreak __sinit\ncontinue\ndelete\n'
              'next\nnext\nnext\nnext\nbt 1\n', program=['hello'])
    expect('vectors.S' not in out and 'pin.S:' not in out, out)
    match(r'^#0  \w+ .* at newlib|^#0 .*(printf|__sinit)', out)


def test_delay_slot():
    """a step takes a branch and its delay slot together"""
    with Session('--server', program=['hello']) as s:
        r = Remote(s)
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
        expect(r.ask(f'z0,{at:x},4') == 'OK', 'z0')
        match('^T05thread', r.ask('s'))
        target = at + 4 + 4 * ((words[branch] & 0xffff) - 0x10000)
        expect(r.register(PC) == target, 'the branch did not go back')
        # A breakpoint in the slot is on the branch, and said to be.
        expect(r.ask(f'Z0,{at + 4:x},4') == 'OK', 'Z0 in the slot')
        match('^T05swbreak', r.ask('vCont;c'))
        match(f'0x{at + 4:08x} is in a delay slot: set on the branch at '
              f'0x{at:08x}', r.said)
        expect(r.register(PC) == at, 'not at the branch again')
        r.close()
    out = gdb(f'break *{at + 4:#x}\ncontinue\ninfo registers pc\n',
              program=['hello'])
    match(r'adjusted from', out)
    match(rf'^pc: 0x{at:08x}', out)


def test_interrupt():
    """Ctrl-C in a program that waits; then on"""
    with talk() as s:
        s.command('monitor help')
        s.send('continue')
        end = time.monotonic() + LIMIT
        while 'help' not in s.console() and time.monotonic() < end:
            time.sleep(0.02)
        os.kill(s.children()['gdb-multiarch'], signal.SIGINT)
        s.read('SIGINT, Interrupt')
        match(r'pc: 0x', s.command('info registers pc'))
        match(r'\* +1 \w+ live +sh', s.command('monitor env'))
        s.send('continue')
        time.sleep(0.2)
        os.kill(s.children()['gdb-multiarch'], signal.SIGINT)
        s.read('SIGINT, Interrupt')
        s.command('kill')
        s.send('quit')
        expect(s.ended() == 0, 'gdb did not end well')


def test_interrupt_backtrace():
    """unwind from a clock tick in the miss handler to the program"""
    if not call_frames():
        return 'SKIP exos/start/pin.S has no call frame information yet'
    out = gdb('break interrupt\ncontinue\nbt\n', program=['nest_events'])
    match(r'^#1  <signal handler called>', out)
    match(r'^#\d+ (.* in )?main \(', out)


def test_write():
    """write memory and registers, of the kernel and of a program"""
    out = gdb('break main\ncontinue\n'
              'set var info->ticks = 12345\nmonitor info\np info->ticks\n'
              'p argc\nset var $a0 = 2\np $a0\n'
              'x/s argv[0]\nset var argv[0][0] = 74\nx/s argv[0]\n'
              'set var $hi = 0x11223344\nset var $lo = 5\np/x $hi\np $lo\n'
              'set {unsigned short}0x6ffeffc2 = 0xbeef\n'
              'x/xw 0x6ffeffc0\n'
              'stepi\np $a0\np/x $hi\np info->ticks\n', program=['hello'])
    match(r'^12345 ticks of 1/64 s', out)
    match(r'^\$\d+ = 12345', out)
    match(r'"hello"\n.*"Jello"', out)
    match(r'= 0x11223344\n\$\d+ = 5\n', out)
    match(r'0x6ffeffc0.*:\t0xbeef', out)
    match(r'= 2\n\$\d+ = 0x11223344\n\$\d+ = 12345\n$', out)


def test_write_runs():
    """what is written is what runs: an argument, and an instruction"""
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
        s.command('set var argc = 1')
        s.command('delete')
        s.command('continue')
        expect('abc' not in s.console(), s.console())


def test_two_programs():
    """breakpoints in two programs by turns, with each one's symbols"""
    with talk() as s:
        s.command('break sh.c:main')
        s.command('program hello')
        s.command('break hello.c:main')
        match(r'^Breakpoint 1, main .*sh.c', s.command('continue'))
        expect('hello.elf' not in s.command('info sharedlibrary'), 'hello')
        s.command('break exos_wait')
        s.command('break exos_spawn')
        for number in range(2):
            s.command(f'monitor type hello {number}')
            match(r'^Breakpoint 4, exos_spawn \(argc=2',
                  s.command('continue'))
            match(r'^Breakpoint 3.*exos_wait \(', s.command('continue'))
            match(r'run_program.*\n.*sh.c', s.command('bt'))
            match(r'^Breakpoint 2, main \(argc=2.*\n? *at .*hello.c',
                  s.command('continue'))
            match(rf'"{number}"', s.command('p argv[1]'))
            match(r'hello.elf', s.command('info sharedlibrary'))
            match(r'\* +[2-9].* hello', s.command('monitor env'))
            expect('exos_spawn' in s.command('info breakpoints'), 'lost')
        s.command('kill')
        s.send('quit')
        s.ended()


def test_deleted_unseen():
    """a breakpoint that was deleted while another program was shown"""
    with talk() as s:
        s.command('program hello')
        s.command('break hello.c:main')
        s.command('program sh')
        s.command('break exos_wait')
        s.command('monitor type hello')
        match('exos_wait', s.command('continue'))
        s.command('delete 1')
        s.command('break sys_halt')
        s.command('monitor type halt 0')
        match('^Breakpoint 3, sys_halt', s.command('continue'))
        match('hello from', s.console())


def test_watch():
    """a watchpoint stops after the store"""
    out = gdb('break exos_region_add\ncontinue\nwatch nregions\ncontinue\n'
              'delete\nbreak sys_cons_write\ncontinue\nwatch info->ticks\n'
              'delete\ncontinue\n', program=['hello'])
    match(r'^Hardware watchpoint 2: nregions\n\n.*\n\n'
          r'Old value = 0\nNew value = 1\n.* at exos/vm/', out)
    match(r'exited normally', out)


def test_monitor():
    """monitor commands decode the kernel's tables"""
    out = gdb('monitor info\nbreak main\ncontinue\nmonitor env\nmonitor tlb\n'
              'monitor stlb\nmonitor page 33\nmonitor where 0x400000\n'
              'monitor where 0x80040000\nmonitor where 0x7fff0000\n'
              'monitor where 0x3000\nmonitor info\nmonitor breakpoints\n'
              'monitor nonsense\nmonitor help\nmonitor page x\n',
              program=['hello', 'w'])
    match(r'^the kernel has not set up its tables yet', out)
    match(r'^\* +1 \w+ live +hello +pages \d+ slices 1', out)
    match(r'^ 0 wired va ffff8000 asid +0 page +32 --VG', out)
    match(r'va 7fff0000 asid +1 page', out)
    match(r'^ *\d+ env 1 va 00400000 page +\d+ --V-', out)
    match(r'^\d+ of 4096 entries in use', out)
    match(r"^page 33 at 0x80021000: the kernel's, owner 0", out)
    match(r'^0x00400000: TLB, 0x80\w+', out)
    match(r'^0x80040000: unmapped segment', out)
    match(r'^0x00003000: not mapped', out)
    match(r'^boot words: init=hello w', out)
    match(r'^0x00400000 hello$', out)
    match(r'^no such command', out)
    match(r'^usage: page N', out)


def test_pending():
    """a breakpoint that cannot be set is kept, and said to be pending"""
    out = gdb('break *0x05000004\nbreak main\ncontinue\n'
              'monitor breakpoints\n', program=['hello'])
    match(r'0x05000004 is pending', out)
    match(r'^Breakpoint 2, main', out)
    match(r'^0x05000004 hello, pending', out)


def test_unmapped():
    """memory that is not there is an error, and no harm"""
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


def test_crash_at_boot():
    """a kernel that panics at boot stops where it can be looked at"""
    out = gdb('continue\nbt\ninfo threads\n', program=['nosuch'])
    match(r'The machine has halted', out)
    match(r'SIGABRT', out)
    match(r'^#\d+ .* panic \(why=', out)
    match(r'^#\d+ .* first_env', out)


def test_boot_program():
    """break before there is any environment, from the first instruction"""
    out = gdb('stepi\nstepi\ninfo threads\nbreak env_make\ncontinue\n'
              'bt\nfinish\n', program=['hello'])
    match(r'Thread 1 \(no environment yet\)', out)
    match(r'^Breakpoint 1, env_make', out)
    match(r'^Value returned is .* = [1-9]', out)


def test_killed_emulator():
    """the emulator is killed, running or stopped"""
    with Session('--server') as s:
        r = Remote(s)
        r.said = ''
        r.send('c')
        time.sleep(0.1)
        os.kill(s.children()['gxemul'], signal.SIGKILL)
        expect(r.receive() == 'X09', 'no X09')
        r.close()
        s.ended()
    with Session('--server') as s:
        r = Remote(s)
        r.ask('?')
        os.kill(s.children()['gxemul'], signal.SIGKILL)
        time.sleep(0.1)
        expect(r.ask('c') == 'X09', 'no X09')
        r.close()
        s.ended()


def test_killed_gdb():
    """gdb is killed: nothing is left behind"""
    for running in (False, True):
        with talk(program=['hello']) as s:
            s.command('break main')
            if running:
                s.command('delete')
                s.send('continue')
            children = s.children()
            expect({'gxemul', 'bridge', 'gdb-multiarch'} <= set(children),
                   str(children))
            os.kill(children['gdb-multiarch'], signal.SIGKILL)
            s.ended()
            for pid in children.values():
                expect(not os.path.exists(f'/proc/{pid}'), 'left behind')


def test_detach():
    """after detach the machine runs on, and gdb can come back"""
    with Session('--server') as s:
        r = Remote(s)
        expect(r.ask('D') == 'OK', 'D')
        r.close()
        end = time.monotonic() + LIMIT
        while 'help' not in s.console() and time.monotonic() < end:
            time.sleep(0.02)
        again = socket.create_connection(('127.0.0.1', r.port), LIMIT)
        r.socket, r.data = again, b''
        match('^T05', r.ask('?'))
        expect(r.register(PC) != symbol('_start'), 'it did not run')
        expect(r.ask('vKill;1') == 'OK', 'vKill')
        r.close()
        s.ended()


def test_garbage():
    """garbage on the port, and packets cut or wrong"""
    with Session('--server', program=['hello']) as s:
        r = Remote(s)
        r.raw(os.urandom(3000).replace(b'$', b'x').replace(b'\x03', b'x'))
        r.raw(b'$m80040000,4#00')
        r.raw(b'$m8004')
        match('^T05', r.ask('?'))
        for packet in ('m', 'mzz,4', 'm80040000,fffff', 'M80040000,4:01',
                       'P25', 'Pff=00000000', 'pzz', 'Z0', 'Z0,', 'Z9,1,4',
                       'vCont;', 'vCont;x', 'vCont;s:99', 'Hg77', 'T99',
                       'qRcmd,6', 'qRcmd,zz', 'qXfer:features:read:x:0,10',
                       'qXfer:features:read:target.xml:zz', 'c1234',
                       'G00', 'qXfer:libraries:read::ffffffff,ffffffff'):
            r.ask(packet)
        match('^T05', r.ask('?'))
        other = socket.create_connection(('127.0.0.1', r.port), LIMIT)
        expect(other.recv(10) == b'', 'a second connection was let in')
        other.close()
        expect(r.register(PC) == symbol('_start'), 'it moved')
        r.close()
        s.ended()


def test_loopback():
    """the bridge listens on the loopback address alone"""
    with Session('--server', program=['hello']) as s:
        r = Remote(s)
        lines = pathlib.Path('/proc/net/tcp').read_text().splitlines()
        mine = [line.split() for line in lines
                if line.split()[1].endswith(f':{r.port:04X}')
                and line.split()[3] == '0A']
        expect([f[1] for f in mine] == [f'0100007F:{r.port:04X}'], str(mine))
        six = pathlib.Path('/proc/net/tcp6')
        expect(not six.exists() or f':{r.port:04X} ' not in six.read_text(),
               'also on IPv6')
        r.close()


def test_two_machines():
    """two machines are two threads"""
    out = gdb('break first_env\ncontinue\ninfo threads\nthread 2\np $pc\n'
              'delete\nbreak sys_halt\n', '--config', 'two-3max',
              program=['hello'])
    match(r'^\* 1 .*\n +2 ', out)
    match(r'^Thread \d .*hit Breakpoint 1, first_env|^Breakpoint 1, first',
          out)
    match(r'Switching to thread 2', out)


def test_chip():
    """the other image, the one that benchmarks measure"""
    out = gdb('break main\ncontinue\nbreak utlb_vector\ncontinue\nbt\n',
              image=ROOT / 'build' / 'aegis-chip.elf', program=['hello'])
    match(r'^Breakpoint 1, main', out)
    match(r'^#0  utlb_vector .*vectors.S', out)
    match(r'^#\d+ .* in main', out)


def test_editor():
    """the editor's configuration starts a server that answers"""
    text = (ROOT / '.vscode' / 'launch.json').read_text()
    config = json.loads(text.replace('${workspaceFolder}', str(ROOT)))[
        'configurations'][0]
    for command in config['setupCommands']:
        expect(os.path.exists(command['text'].split()[1]), str(command))
    server, _, program = config['debugServerArgs'].partition(' -- ')
    port = re.search(r'--port (\d+)', server)[1]
    expect(config['miDebuggerServerAddress'] == f'127.0.0.1:{port}', text)
    expect(config['serverStarted'] == f'port {port}', text)
    *options, image = server.split()
    options[options.index('--port') + 1] = '0'      # another may be there
    with Session(*options, image=image, program=program.split()) as s:
        r = Remote(s)
        match('^T05', r.ask('?'))
        r.close()


def test_untouched():
    """the guest runs as without gdb: the same count, and the same text"""
    counts = []
    for stops in (False, True):
        with Session('--server', program=['hello']) as s:
            r = Remote(s)
            if stops:
                main = symbol('main', ROOT / 'build/bin/hello.elf')
                r.ask('qXfer:libraries:read::0,1000')
                r.run_to(main)
                r.ask('g')
                r.ask(f'm{main:x},100')
            r.run_to(symbol('machine_halt'))
            r.ask('qRcmd,' + b'info'.hex())
            counts.append(match(r'^(\d+) instructions', r.said)[1])
            counts.append(s.console())
            r.close()
    expect(counts[:2] == counts[2:], str(counts))


def test_fuzz():
    """mutated packets, under the address and undefined sanitizers"""
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / 'fuzz'
        subprocess.run(
            ['gcc', '-std=gnu11', '-g', '-O1', '-fno-sanitize-recover=all',
             '-fsanitize=address,undefined', '-I', GDBDIR, '-o', program,
             ROOT / 'tests/gdb/fuzz.c', GDBDIR / 'rsp.c',
             GDBDIR / 'packet.c',
             GDBDIR / 'query.c'], check=True)
        for seed in ('1', '2'):
            done = subprocess.run([program, str(FUZZ_ROUNDS // 2), seed],
                                  capture_output=True, text=True, timeout=50)
            expect(done.returncode == 0, done.stdout + done.stderr[-3000:])


def main():
    words = sys.argv[1:]
    tests = [(n[5:], f) for n, f in globals().items()
             if n.startswith('test_')
             and (not words or any(w in n for w in words))]
    subprocess.run([ROOT / 'scripts' / 'setup.sh', 'base', 'debug'],
                   check=True, stdout=sys.stderr)
    subprocess.run(['make', '-s', 'debugger'], check=True, cwd=ROOT,
                   stdout=sys.stderr)
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        start = time.monotonic()
        try:
            note = test()
            word = 'ok'
        except Exception as e:      # pylint: disable=broad-except
            failed += 1
            note, word = None, 'not ok'
            text = str(e) if isinstance(e, Failure) else \
                traceback.format_exc()
            for line in text.splitlines():
                print('# ' + line)
        print(f'{word} {number} - {name}: {test.__doc__}'
              + (f' # {note}' if note else
                 f' ({time.monotonic() - start:.1f} s)'), flush=True)
    print(f'1..{len(tests)}')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
