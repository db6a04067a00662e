# SPDX-License-Identifier: MIT
"""A log as text, and as trace-event JSON for Perfetto and Chrome.

The format: "Trace Event Format", Google, 2016. What is used of it: metadata
(M), complete events (X), instants (i) and flows (s, f).
"""
import collections

from . import log

KERNEL = 0x80000000
PHASES = 'MXisf'                # in this order, at one time


class Report:
    """Events with the programs and symbols of their environments."""

    def __init__(self, what, kernel):
        self.log = what
        self.kernel = kernel
        self.programs = what.programs
        envs = {e.env for e in what.events} | {run[0] for run in what.runs}
        self.envs = sorted((envs | set(what.programs)) - {None})
        numbers = collections.Counter(map(log.number, self.envs))
        self.again = {e for e in self.envs if numbers[log.number(e)] > 1}

    def place(self, env, address):
        program = self.kernel if address >= KERNEL else self.programs.get(env)
        name = program and program.place(address)
        return name or f'0x{address:08x}'

    def label(self, env):
        """The number; with the generation if the number was used again."""
        label = '-' if env is None else f'{log.number(env)}'
        if env in self.again:
            label += f'.{log.generation(env)}'
        return label

    def title(self, env):
        program = self.programs.get(env)
        return (f'environment {self.label(env)}'
                + (f' ({program.name})' if program else ''))

    def say(self, event):
        text = event.text
        if event.place is not None:
            where = (event.target if event.kind == 'transfer'
                     else event.env)
            text += ' ' + self.place(where, event.place)
        if event.kind == 'upcall':
            text += f' to {self.place(event.env, event.target)}'
        return text

    def text(self):
        found = self.log
        yield f'{found.heading}  environment  event'
        for e in found.events:
            yield (f'{found.stamp(e)}  {self.label(e.env):>4}  '
                   f'{e.kind:9}  {self.say(e)}')
        yield (f'# {found.count - found.first} {found.unit}; '
               f'ended: {found.ended}')
        kinds = collections.Counter(e.kind for e in found.events)
        yield '# ' + (', '.join(f'{n} {k}' for k, n in sorted(kinds.items()))
                      or 'no events')

    def tid(self, env):
        """A track: 0 is the kernel's."""
        if env is None:
            return 0
        return ((env in self.again) * log.generation(env) << 8
                | log.number(env))

    def records(self):
        """Of the JSON, one for each thing shown, not yet sorted."""
        found = self.log
        base = {'ts': 0, 'pid': 1, 'tid': 0}
        yield {**base, 'ph': 'M', 'name': 'process_name',
               'args': {'name': 'Aegis'}}
        for env in [None, *self.envs]:
            yield {**base, 'ph': 'M', 'name': 'thread_name',
                   'tid': self.tid(env), 'args': {
                       'name': 'kernel' if env is None else self.title(env)}}
        spans = [(None, start, end, what, 'kernel')
                 for start, end, what in found.kernel]
        spans += [(env, start, end, 'runs', 'run')
                  for env, start, end in found.runs]
        for env, start, end, what, category in spans:
            at = found.us(start)
            yield {**base, 'ph': 'X', 'name': what, 'cat': category,
                   'ts': at, 'dur': found.us(end) - at, 'tid': self.tid(env)}
        for i, e in enumerate(found.events):
            here = {**base, 'ts': found.us(e.count), 'tid': self.tid(e.env),
                    'name': e.name or e.kind, 'cat': e.kind}
            yield {**here, 'ph': 'i', 's': 't',
                   'args': {'text': self.say(e), found.unit: e.count}}
            if e.kind == 'transfer':
                yield {**here, 'ph': 's', 'id': i}
                yield {**here, 'ph': 'f', 'bp': 'e', 'id': i,
                       'ts': found.us(e.end), 'tid': self.tid(e.target)}

    def json(self):
        found = self.log
        return {'displayTimeUnit': 'ns',
                'traceEvents': sorted(
                    self.records(), key=lambda r: (
                        r['ph'] != 'M', r['ts'], PHASES.index(r['ph']))),
                'otherData': {found.unit: found.count - found.first,
                              'first': found.first, 'ended': found.ended,
                              **found.facts()}}
