# SPDX-License-Identifier: MIT
"""How it begins and ends: crashes, detach, kills, garbage, editors."""
import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

from session import (BUILT, LIMIT, MAIN, PC, ROOT, Remote, Session, expect,
                     gdb, match, on_every_machine, symbol, talk, test)

FUZZ_PACKETS = 150000           # rounds for each seed
FUZZ_IMAGES = 3000


@on_every_machine('a kernel that panics at boot stops where it can be seen')
def panic(*machine):
    out = gdb('continue\nbt\ninfo threads\n', *machine, program=['nosuch'])
    match(r'The machine has halted', out)
    match(r'SIGABRT', out)
    match(r'^#\d+ .* panic \(why=', out)
    match(r'^#\d+ .* first_env', out)


@test('a program that crashes before main, and the way there')
def crash():
    out = gdb('break exos_start\ncontinue\n'
              'set var {int}$pc = 0xac000010\n'         # sw zero, 16(zero)
              'break exos_die\ncontinue\nbt\ndelete\ncontinue\n',
              program=['hello'])
    match(r'Breakpoint 2, exos_die \(why=\w+ "exception", cause=3, '
          r'epc=\d+, va=16\)', out)
    match(r'^#1 .* exos_fault .*\n#2  <signal handler called>\n'
          r'#3 .* exos_start \(\)', out)
    match(r'exited with code 0203', out)
    # Before there is a page table it can only miss for ever.
    with talk(program=['hello']) as s:
        s.command('break exos_init')
        s.command('continue')
        s.command('set var {int}$pc = 0xac000010')
        s.send('continue')
        time.sleep(0.3)
        s.interrupt()
        match(r'#0 .* at (aegis/trap|exos/start)/', s.command('bt'))
        s.quit()


@test('an instruction that GXemul does not know is a signal')
def illegal():
    out = gdb('break main\ncontinue\nset var {int}$pc = 0x74000000\n'
              'continue\ninfo registers pc\nbt\n', program=['hello'])
    match(r'UNIMPLEMENTED instruction', out)
    match(r'received signal SIGILL, Illegal instruction', out)
    match(rf'^pc: {MAIN:#x}\n#0  main ', out)


@test('the emulator is killed, running or stopped')
def killed_emulator():
    with Session('--server') as s, Remote(s) as r:
        r.send('c')
        time.sleep(0.1)
        os.kill(s.children()['gxemul'], signal.SIGKILL)
        expect(r.receive() == 'X09', 'no X09')
        r.close()
        s.ended()
    with Session('--server') as s, Remote(s) as r:
        r.ask('?')
        os.kill(s.children()['gxemul'], signal.SIGKILL)
        time.sleep(0.1)
        expect(r.ask('c') == 'X09', 'no X09')
        r.close()
        s.ended()


def gone(children):
    for pid in children.values():
        end = time.monotonic() + LIMIT
        while os.path.exists(f'/proc/{pid}'):
            with contextlib.suppress(OSError):
                state = pathlib.Path(f'/proc/{pid}/stat').read_text()
                if state.rpartition(')')[2].split()[0] == 'Z':
                    break       # dead; whoever took it over has not looked
            expect(time.monotonic() < end, 'left behind')
            time.sleep(0.02)


@test('gdb is killed: nothing is left behind')
def killed_gdb():
    for running in (False, True):
        with talk(program=['hello']) as s:
            s.command('break main')
            if running:
                s.command('delete')
                s.send('continue')
            children = s.children()
            expect({'gxemul', 'bridge-checked', 'gdb-multiarch'}
                   <= set(children), str(children))
            os.kill(children['gdb-multiarch'], signal.SIGKILL)
            s.ended()
            gone(children)


@test('the script that started all is killed: nothing is left behind')
def killed_script():
    with Session('--server') as s, Remote(s) as r:
        r.ask('?')
        children = s.children()
        s.process.kill()
        gone(children)


@on_every_machine('after detach the machine runs on, and gdb can come back')
def detach(*machine):
    with Session('--server', *machine) as s, Remote(s) as r:
        expect(r.ask(f'Z2,{symbol("kcur"):x},4') == 'OK', 'Z2')
        expect(r.ask('D') == 'OK', 'D')
        r.close()
        s.wait_console('help')
        r.socket, r.data = r.connect(), b''
        match('^T05', r.ask('?'))
        expect(r.register(PC) != symbol('_start'), 'it did not run')
        r.run_to(symbol('sys_cons_read'))
        expect(r.ask('vKill;1') == 'OK', 'vKill')
        s.ended()


@test('garbage on the port, and packets cut or wrong')
def garbage():
    with Session('--server', program=['hello']) as s, Remote(s) as r:
        r.raw(os.urandom(3000).replace(b'$', b'x').replace(b'\x03', b'x'))
        r.raw(b'$m80040000,4#00')
        r.raw(b'$m8004')
        match('^T05', r.ask('?'))
        for packet in ('m', 'mzz,4', 'm80040000,fffff', 'M80040000,4:01',
                       'P25', 'Pff=00000000', 'pzz', 'Z0', 'Z0,', 'Z9,1,4',
                       'Z2,0,0', 'Z4,ffffffff,1000', 'z3,1,1',
                       'vCont;', 'vCont;x', 'vCont;s:99', 'Hg77', 'T99',
                       'qRcmd,6', 'qRcmd,zz', 'qXfer:features:read:x:0,10',
                       'qXfer:features:read:target.xml:zz', 'c1234',
                       'G00', 'qXfer:libraries:read::ffffffff,ffffffff'):
            r.ask(packet)
        for line in ('', ' ', 'page 99999999999', 'page -1', 'where', 'env x',
                     'where zz', 'stlb -5', 'program ../../etc/passwd',
                     'program ' + 'x' * 240, 'type ' + 'y' * 240,
                     '\x01\x02%s%n'):
            r.monitor(line)
        match('^T05', r.ask('?'))
        with socket.create_connection(('127.0.0.1', r.port), LIMIT) as other:
            expect(other.recv(10) == b'', 'a second connection was let in')
        expect(r.register(PC) == symbol('_start'), 'it moved')
        r.close()
        s.ended()


@test('the bridge listens on the loopback address alone')
def loopback():
    with Session('--server', program=['hello']) as s, Remote(s) as r:
        lines = pathlib.Path('/proc/net/tcp').read_text().splitlines()
        mine = [line.split() for line in lines
                if line.split()[1].endswith(f':{r.port:04X}')
                and line.split()[3] == '0A']
        expect([f[1] for f in mine] == [f'0100007F:{r.port:04X}'], str(mine))
        six = pathlib.Path('/proc/net/tcp6')
        expect(not six.exists() or f':{r.port:04X} ' not in six.read_text(),
               'also on IPv6')


@test("the editor's configuration starts a server that answers")
def editor():
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
    with Session(*options, image=image, program=program.split()) as s, \
            Remote(s) as r:
        match('^T05', r.ask('?'))


def fuzz(program, *args):
    for seed in ('1', '2'):
        done = subprocess.run([BUILT / program, *map(str, args), seed],
                              capture_output=True, text=True, timeout=300)
        expect(done.returncode == 0, done.stdout + done.stderr[-3000:])


@test('mutated packets, under the address and undefined sanitizers')
def fuzz_packets():
    fuzz('fuzz-packets', FUZZ_PACKETS)


@test('broken ELF files, under the address and undefined sanitizers')
def fuzz_images():
    fuzz('fuzz-image', BUILT / 'vectors-debug.elf', FUZZ_IMAGES)
