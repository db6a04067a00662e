# SPDX-License-Identifier: MIT
"""Events from the kernel's event ring <aegis/event.h>, of a run at full
speed. Each time the ring is full it is read, so nothing is lost."""
import collections
import json
import os
import re
import struct

from . import BUILD, HOST_LIMIT, NONCE, TOP, Trouble
from . import log, program
import debugger

LIMIT = 200_000                 # events
SPARE = 5                       # seconds more than the clock ticks counted

HEADERS = ('aegis/include/aegis/event.h', 'aegis/include/aegis/env.h',
           'aegis/include/aegis/info.h', 'exos/include/exos/event.h')
RECORD = struct.Struct('<I4BII3II')     # struct ae_event
Record = collections.namedtuple(
    'Record', 'seq kind env code after tick pc a b c result')


def constants():
    """Every number that the headers define."""
    found = {}
    for header in HEADERS:
        with open(os.path.join(TOP, header), encoding='utf-8') as f:
            for name, value in re.findall(
                    r'^#define\s+((?:AE|EXOS)_\w+)\s+(0x[0-9a-f]+|\d+)\b',
                    f.read(), re.M):
                found[name] = int(value, 0)
    return found


C = constants()
KIND, RETURNED = C['AE_EV_KIND'], C['AE_EV_RETURNED']
CALLS = C['AE_EV_CALL'], C['AE_EV_USER']        # records finished later
CAUSES = {value: name.removeprefix('AE_EXC_') for name, value in C.items()
          if name.startswith('AE_EXC_')}
CODES = {C['AE_EV_SCALL']: {'name': 'Scall', 'args': ['name']},
         C['AE_EV_REPLY']: {'name': 'Reply', 'args': []}}


def cause(code):
    return CAUSES.get(code, f'exception {code}')


class Collector:
    """Reads the ring while the machine stands."""

    def __init__(self, emulator, kernel):
        self.emulator = emulator
        try:
            self.ring = kernel.symbols['event_ring']
            self.left = kernel.symbols['leave_logged']
        except KeyError:
            raise Trouble(f'{kernel.name} is a kernel without the event '
                          'ring') from None
        self.records = []
        self.pending = None     # number of a call that is not finished

    def read(self, first, n):
        """The records in n slots."""
        data = self.emulator.read_kernel(self.ring + first * RECORD.size,
                                         n * RECORD.size)
        return [Record(*r) for r in RECORD.iter_unpack(data)]

    def newest(self):
        return self.records[-1].seq if self.records else 0

    def drain(self):
        if self.pending:
            self.finish()
        seen = self.newest()
        self.records += sorted(r for r in self.read(0, C['AE_NEVENT'])
                               if r.seq > seen)
        last = next((r for r in reversed(self.records)
                     if r.kind & KIND in CALLS), None)
        if last and not last.after:
            self.pending = last.seq
            self.emulator.add_breakpoint(self.left)

    def finish(self):
        """The call has left the kernel, or has been overwritten."""
        self.emulator.remove_breakpoint(self.left)
        seq, self.pending = self.pending, None
        record, = self.read(seq % C['AE_NEVENT'], 1)
        if record.seq == seq:
            self.records[seq - self.records[0].seq] = record


class Decoder(log.Log):
    """Makes events of records."""

    unit, heading = 'events', '#  event   tick'

    def __init__(self, calls, main):
        super().__init__()
        self.calls = {**{int(n): c for n, c in calls.items()}, **CODES}
        self.main = main
        self.names = {}         # of environments, by number
        self.env = None         # who runs
        self.transfer = None    # index of the one whose switch is to come
        self.ticks = {}         # number of each event: its tick and its time
        self.run_start = 1
        self.all_programs = program.all_names()

    def stamp(self, event):
        return f'{event.count:8d} {self.ticks[event.count][0]:6d}'

    def us(self, count):
        return self.ticks[count][1] - self.ticks[self.first][1]

    def facts(self):
        return {'ticks a second': C['AE_TICK_HZ']}

    def name(self, n):
        """Of the environment that has number n now."""
        if n == 0:
            return None
        return self.names.setdefault(n, n << 21 | n << 6)

    def feed(self, records, start):
        """Records in order; those before number start only tell of who is
        who."""
        self.spread(records)
        self.first = self.run_start = start
        self.count = records[-1].seq + 1 if records else start
        begun = start <= 1
        for r in records:
            if r.seq >= start and not begun:
                begun = True
                if self.env is not None:
                    self.add(r, 'switch', f'runs {log.who(self.env)}',
                             self.env)
            self.record(r)
        if self.env is not None:
            self.runs.append((self.env, self.run_start, self.count))
        self.events = [e for e in self.events if e.count >= start]

    def spread(self, records):
        """There is no clock but ticks: the events of one lie evenly."""
        period = 1e6 / C['AE_TICK_HZ']
        of_tick = collections.Counter(r.tick for r in records)
        tick = index = 0
        for r in records:
            index = index + 1 if r.tick == tick else 0
            tick = r.tick
            self.ticks[r.seq] = (
                tick, (tick + index / of_tick[tick]) * period)
        if records:
            self.ticks[records[-1].seq + 1] = tick, (tick + 1) * period

    def add(self, r, kind, text, env, **more):
        self.events.append(log.Event(r.seq, env, kind, text, **more))

    def record(self, r):
        kind = r.kind & KIND
        maker = self.MAKERS.get(kind)
        if maker:
            maker(self, r, self.name(r.env))
        else:
            self.add(r, 'unknown', f'unknown kind {kind}', self.name(r.env))

    # A function each kind.

    def switch(self, r, before):
        self.names[r.after] = now = r.a
        if self.env is not None and r.seq >= self.first:
            self.runs.append((self.env, self.run_start, r.seq))
        self.env, self.run_start = now, max(r.seq, self.first)
        self.programs.setdefault(now, None)
        if self.transfer is not None:
            e = self.events[self.transfer]
            self.events[self.transfer] = e._replace(
                text=e.text + ' at', place=r.pc, end=r.seq)
            self.transfer = None
        self.add(r, 'switch', log.switched(before), now, place=r.pc)

    def slice(self, r, env):
        if r.code == C['AE_EV_END']:
            text = 'slice ends at'
        elif r.code == C['AE_EV_GOES_ON']:
            text = f'slice {r.a} follows its own at'
        elif r.b in (env, 0):
            text = 'slice starts at'
        else:
            text = f'slice of {log.who(r.b)} starts at'
        self.add(r, 'slice', text, env, place=r.pc)

    def call(self, r, env):
        about = self.calls.get(r.code)
        name = about['name'] if about else 'unknown'
        args = about['args'] if about else []
        shown = [(arg, v) for arg, v in zip(args, (r.a, r.b, r.c))
                 if '.' not in arg]
        text = log.call(name if about else f'unknown call {r.code}', shown,
                        len(args) > len(shown))
        if r.kind & RETURNED:
            self.add(r, 'call', text + log.result(r.result), env, name=name)
            if name == 'TLBwr' and r.result == 0:
                self.add(r, 'bind', log.bound(r.a, r.b), env)
        elif not r.after:
            self.add(r, 'call', text + ', no return seen', env, name=name)
        elif log.is_transfer(name, r.a):
            callee = self.name(r.after)
            self.add(r, 'transfer', text + log.transfer(callee), env,
                     name=name, target=callee, end=r.seq)
            if r.after != r.env:
                self.transfer = len(self.events) - 1
        else:
            self.add(r, 'call', text, env, name=name)

    def user(self, r, env):
        if r.a == C['EXOS_EV_LOADED']:
            begin = struct.pack('<2I', r.b, r.c).rstrip(b'\0').decode(
                errors='replace')
            self.programs[env] = self.begins(begin)
            text = f'ExOS runs {begin}'
        elif r.a == C['EXOS_EV_FAULT']:
            kind = cause(r.c >> 2 & 31)
            text = f'ExOS answered {kind}{log.address(kind, r.b)}'
        else:
            text = f'event(0x{r.a:x}, 0x{r.b:x}, 0x{r.c:x})'
        self.add(r, 'user', text, env)

    def begins(self, begin):
        """The one program whose name begins with this, if there is one."""
        if self.main.name[:8] == begin:
            return self.main
        found = [n for n in self.all_programs if n[:8] == begin]
        return program.named(found[0]) if len(found) == 1 else None

    def upcall(self, r, env):
        kind = cause(r.code)
        if r.code == C['AE_EXC_INT']:
            self.add(r, 'upcall', 'notice at', env,
                     place=r.pc, target=r.c)
            return
        self.add(r, 'upcall', log.upcall(kind, r.a, kind in ('TLBL', 'TLBS')),
                 env, place=r.pc, target=r.c)

    def exception(self, r, env):
        self.add(r, 'exception', log.unhandled(cause(r.code), r.a), env,
                 place=r.pc)

    def refill(self, r, env):
        self.add(r, 'refill', log.refilled(cause(r.code), r.a,
                                           'guaranteed mapping', r.b),
                 env, place=r.pc)

    def interrupt(self, r, env):
        self.add(r, 'interrupt', 'interrupt at', env, place=r.pc)

    def unbind(self, r, env):
        if r.code == C['AE_EV_DISPLACED']:
            text = (f'va=0x{r.a:08x} loses its STLB slot to '
                    f'va=0x{r.b:08x}')
        elif r.code == C['AE_EV_PAGE']:
            text = (f'page 0x{r.a:x} loses {r.b} STLB entries, '
                    f'{r.c} guaranteed mappings')
        elif r.code == C['AE_EV_SLOTS']:
            text = f'STLB searched from slot {r.a} on'
        elif r.code == C['AE_EV_PINS']:
            text = 'loses its guaranteed mappings'
        else:
            text = f'all TLB entries of ASID {r.a}'
        self.add(r, 'unbind', text, env)

    def environment(self, r, _):
        self.names[r.env] = r.a
        if r.code == C['AE_EV_MADE']:
            text = f'made by {log.who(r.b or None)}'
            # Until it says otherwise: a child may run its maker's code.
            self.programs[r.a] = self.programs.get(r.b, self.main)
        else:
            text = f'ended with status 0x{r.b:x}'
        self.add(r, 'env', text, r.a)

    MAKERS = {C['AE_EV_' + name]: maker for name, maker in {
        'SWITCH': switch, 'SLICE': slice, 'CALL': call, 'USER': user,
        'UPCALL': upcall, 'EXCEPTION': exception, 'REFILL': refill,
        'INTERRUPT': interrupt, 'UNBIND': unbind,
        'ENV': environment}.items()}


def collect(o, emulator, kernel, main):
    """(records, number of the first wanted, why it ended)"""
    symbol = kernel.symbols
    collector = Collector(emulator, kernel)
    begin = o.start and program.address(o.start, main, kernel)
    end = o.end and program.address(o.end, main, kernel)
    for at in {begin, end, symbol['event_wrap'], symbol['prom_halt'],
               symbol['interrupt']} - {None}:
        emulator.add_breakpoint(at)
    ticks = o.emulated_seconds * C['AE_TICK_HZ']
    first = None if begin else 1
    while True:
        stop = emulator.cont()
        if stop.reason != 'breakpoint':
            why = program.ending(stop)
            break
        if collector.pending and stop.pc == collector.left:
            collector.finish()
        elif stop.pc == symbol['event_wrap']:
            collector.drain()
            if first and collector.newest() - first + 1 >= o.limit:
                why = None
                break
        elif stop.pc == begin and first is None:
            collector.drain()
            first = collector.newest() + 1
        elif stop.pc == end and first is not None:
            why = f'{o.end} reached'
            break
        elif stop.pc == symbol['prom_halt']:
            why = 'halted'
            break
        elif stop.pc == symbol['interrupt']:
            ticks -= 1
            if ticks < 0:
                why = 'time-limit'
                break
    if first is None:
        raise Trouble(f'{o.start} was not reached: {why}')
    if stop.reason in ('breakpoint', 'halted'):
        collector.drain()
    records = [r for r in collector.records if r.seq < first + o.limit]
    if why is None or len(records) < len(collector.records):
        why = f'limit of {o.limit} events'
    return records, first, why


def run(o):
    kernel, main = program.load(o.image, o.program)
    o.limit = o.limit or LIMIT
    with open(os.path.join(BUILD, 'gen', 'syscalls.json'),
              encoding='utf-8') as f:
        decoder = Decoder(json.load(f), main)
    with debugger.Emulator(
            o.image, program=[o.program, *o.args], nonce=NONCE,
            time_limit=o.emulated_seconds + SPARE,
            host_limit=HOST_LIMIT) as emulator:
        records, first, decoder.ended = collect(o, emulator, kernel, main)
    decoder.feed(records, first)
    return decoder, kernel
