# SPDX-License-Identifier: MIT
"""What Perfetto and Chrome require of trace-event JSON, as far as it can be
checked here ("Trace Event Format", Google, 2016; of it what we write)."""
import json

KEYS = {                        # beside name, ph, ts, pid, tid
    'M': {'args'},              # metadata
    'X': {'dur', 'cat'},        # complete event
    'i': {'s', 'cat', 'args'},  # instant
    's': {'id', 'cat'},         # flow, start
    'f': {'id', 'cat', 'bp'},   # flow, end
}
TOLERANCE = 1e-6                # microseconds: sums of fractions


class Bad(Exception):
    pass


def expect(condition, *what):
    if not condition:
        raise Bad(' '.join(map(str, what)))


def parse(text):
    def constant(name):
        raise Bad(f'{name} is not JSON')
    return json.loads(text, parse_constant=constant)


def number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def record(e):
    expect(isinstance(e, dict), 'no object:', e)
    expect(e.get('ph') in KEYS, 'phase:', e)
    expect({'name', 'ph', 'ts', 'pid', 'tid'} | KEYS[e['ph']] == e.keys(),
           'keys:', e)
    expect(isinstance(e['name'], str) and e['name'], 'name:', e)
    expect(isinstance(e.get('cat', ''), str), 'cat:', e)
    expect(type(e['pid']) is int and type(e['tid']) is int, 'pid, tid:', e)
    expect(number(e['ts']) and e['ts'] >= 0, 'ts:', e)
    expect(e['ph'] != 'X' or number(e['dur']) and e['dur'] >= 0, 'dur:', e)
    expect(e['ph'] != 'i' or e['s'] == 't', 'scope:', e)
    expect(e['ph'] != 'f' or e['bp'] == 'e', 'binding point:', e)
    expect(isinstance(e.get('args', {}), dict), 'args:', e)
    if e['ph'] == 'M':
        expect(e['name'] in ('process_name', 'thread_name'), 'metadata:', e)
        expect(isinstance(e['args'].get('name'), str), 'metadata:', e)


def tracks(events):
    """Every track has one name, told before anything is on it."""
    named = {}
    for e in events:
        if e['name'] == 'thread_name':
            expect(e['tid'] not in named, 'named twice:', e)
            named[e['tid']] = e['args']['name']
        elif e['ph'] != 'M':
            expect(e['tid'] in named, 'a track without a name:', e)
    return named


def spans(events):
    """{track: its complete events}: apart from each other, or nested."""
    found = {}
    for e in events:
        if e['ph'] == 'X':
            found.setdefault(e['tid'], []).append((e['ts'],
                                                   e['ts'] + e['dur']))
    for tid, all_spans in found.items():
        around = []
        for start, end in sorted(all_spans, key=lambda s: (s[0], -s[1])):
            while around and around[-1] <= start + TOLERANCE:
                around.pop()
            expect(not around or end <= around[-1] + TOLERANCE,
                   'spans overlap on track', tid, start)
            around.append(end)
    return found


def flows(events, on_track):
    """Every flow has a start and an end, in this order, within spans."""
    starts, ends = {}, {}
    for e in events:
        if e['ph'] in 'sf':
            side = starts if e['ph'] == 's' else ends
            expect(e['id'] not in side, 'flow twice:', e)
            side[e['id']] = e
            expect(any(a - TOLERANCE <= e['ts'] <= b + TOLERANCE
                       for a, b in on_track.get(e['tid'], ())),
                   'a flow outside every span:', e)
    expect(starts.keys() == ends.keys(), 'flows without an end or a start:',
           starts.keys() ^ ends.keys())
    for i, s in starts.items():
        f = ends[i]
        expect(s['ts'] <= f['ts'] and s['name'] == f['name']
               and s['cat'] == f['cat'], 'flow:', s, f)
    return len(starts)


def check(text):
    """(the data, {track: name}, flows); raises Bad."""
    data = parse(text)
    expect(isinstance(data, dict)
           and {'traceEvents', 'displayTimeUnit', 'otherData'} == data.keys(),
           'top level')
    expect(data['displayTimeUnit'] in ('ms', 'ns'), 'displayTimeUnit')
    events = data['traceEvents']
    last = {}
    for e in events:
        record(e)
        expect(e['ts'] >= last.get(e['tid'], 0), 'time goes back:', e)
        last[e['tid']] = e['ts']
    return data, tracks(events), flows(events, spans(events))
