# SPDX-License-Identifier: MIT
"""What the tests of the bridge to gdb share: gdb sessions, scripted or talked
to, and the bridge as gdb sees it.

Everything runs with the bridge that the sanitizers watch.
"""
import contextlib
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

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / 'tests'), str(ROOT / 'emu-config')]
import gxemul  # noqa: E402
from tap import Failure, expect, test  # noqa: E402

GDBDIR = ROOT / 'emu-config' / 'gdb'
BUILT = ROOT / 'build' / 'host' / 'gdb'
BRIDGE = BUILT / 'bridge-checked'
# With the programs of tests/programs; the others' are beside them.
BUILD = ROOT / 'build'
IMAGES = BUILD / 'tests'
DEBUG = IMAGES / 'aegis-debug.elf'
CHIP = IMAGES / 'aegis-chip.elf'
LIMIT = 60                      # seconds for anything


def on_every_machine(description):
    """A test for each configuration, called with the options for it."""
    def add(function):
        for config in gxemul.configurations():
            test(f'{config}: {description}')(
                lambda config=config: function('--config', config))
        return function
    return add


def match(pattern, text):
    m = re.search(pattern, text, re.M)
    expect(m, f'no match for {pattern!r} in:\n{text}')
    return m


class Session:
    """emu-config/gdb/debug, run to its end or talked to."""

    def __init__(self, *options, program=(), image=DEBUG):
        if program and not (IMAGES / 'archive' / 'bin' / program[0]).exists():
            image = BUILD / image.name
        self.folder = tempfile.TemporaryDirectory(prefix='aegis-gdb-')
        self.console_path = pathlib.Path(self.folder.name) / 'console'
        self.process = subprocess.Popen(
            [GDBDIR / 'debug', '--bridge', BRIDGE,
             '--console', self.console_path, *options,
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
        """What all machines have written."""
        return ''.join(path.read_text(errors='replace') for path in
                       sorted(pathlib.Path(self.folder.name).iterdir()))

    def wait_console(self, text):
        end = time.monotonic() + LIMIT
        while text not in self.console():
            expect(time.monotonic() < end, f'no {text!r} on the console')
            time.sleep(0.02)

    def interrupt(self):
        """Ctrl-C for the gdb that is talked to."""
        os.kill(self.children()['gdb-multiarch'], signal.SIGINT)
        return self.read('SIGINT, Interrupt')

    def quit(self):
        self.command('kill')
        self.send('quit')
        expect(self.ended() == 0, 'gdb did not end well')

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
    """What a whole gdb session prints, one command a line."""
    with tempfile.NamedTemporaryFile('w', suffix='.gdb') as script:
        script.write(commands)
        script.flush()
        with Session('--gdb=-batch', '--gdb=-nx', '--gdb=-x',
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
        self.data = b''
        self.said = ''          # for the user, by the last question
        self.socket = self.connect()
        self.read_libraries()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def connect(self):
        s = socket.create_connection(('127.0.0.1', self.port), LIMIT)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return s

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

    def read_libraries(self):
        """As gdb does at its start and when told that they have changed."""
        return self.ask('qXfer:libraries:read::0,1000')

    def monitor(self, line):
        """What a monitor command says."""
        expect(self.ask('qRcmd,' + line.encode().hex()) == 'OK', line)
        return self.said

    def show(self, name):
        self.monitor(f'program {name}')
        match(f'/{name}.elf', self.read_libraries())

    def run_to(self, address):
        """Continue to a breakpoint; take note of programs on the way."""
        expect(self.ask(f'Z0,{address:x},4') == 'OK', 'Z0')
        answer = self.ask('c')
        while 'library' in answer:
            self.read_libraries()
            expect(self.ask(f'Z0,{address:x},4') == 'OK', 'Z0')
            answer = self.ask('c')
        match('^T05swbreak', answer)
        expect(self.register(PC) == address, 'stopped elsewhere')
        expect(self.ask(f'z0,{address:x},4') == 'OK', 'z0')

    def register(self, number):
        return int.from_bytes(bytes.fromhex(self.ask(f'p{number:x}')),
                              'little')

    def set_register(self, number, value):
        hexadecimal = value.to_bytes(4, 'little').hex()
        expect(self.ask(f'P{number:x}={hexadecimal}') == 'OK', 'P')

    def write(self, address, word):
        hexadecimal = word.to_bytes(4, 'little').hex()
        expect(self.ask(f'M{address:x},4:{hexadecimal}') == 'OK', 'M')

    def executed(self):
        """Instructions, up to now."""
        return int(match(r'^(\d+) instructions', self.monitor('info'))[1])


PC = 37                         # its number, as in emu-config/gdb/machine.h


def program(name):
    return ROOT / 'build' / 'bin' / f'{name}.elf'


def symbol(name, elf=DEBUG):
    for line in subprocess.run(
            ['mipsel-linux-gnu-nm', elf], capture_output=True, text=True,
            check=True).stdout.splitlines():
        value, _, found = line.split()
        if found == name:
            return int(value, 16) & 0xffffffff
    raise Failure(f'no symbol {name}')


# Of hello: where main is, and where its heap begins.
MAIN = symbol('main', program('hello'))
# What malloc stores to first in its first page.
HEAP = symbol('end', program('hello')) + 4
