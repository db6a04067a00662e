# SPDX-License-Identifier: MIT
"""Events, and how each is worded, whatever it was found in."""
import collections

ADDRESSED = ('MOD', 'TLBL', 'TLBS', 'ADEL', 'ADES')      # set BadVAddr
TRANSFERS = ('Scall', 'Reply', 'Acall', 'Yield')
SMALL = 4096                    # results below are shown in decimal

# place is an address and follows the text. A call has its name; an upcall's
# target is its handler, a transfer's the callee, reached at count `end`.
# Environments are known by their names (<aegis/env.h>).
Event = collections.namedtuple('Event',
                               'count env kind text place name target end',
                               defaults=(None, '', None, None))


class Log:
    """What a source of events has found out about a run."""

    unit = heading = None       # what is counted, and the columns for it

    def __init__(self):
        self.events = []
        self.runs = []          # (environment, from, to)
        self.kernel = []        # (from, to, what)
        self.programs = {}      # environment: Program or None
        self.first = self.count = 0
        self.ended = None

    def stamp(self, event):
        """The columns that say when."""
        raise NotImplementedError

    def us(self, count):
        """Microseconds from the start of the trace."""
        raise NotImplementedError

    def facts(self):
        """What else is to be said of the whole."""
        return {}


def number(name):
    """An environment's number, from its name (<aegis/env.h>)."""
    return name >> 6 & 255


def generation(name):
    return (name >> 29 & 3) << 6 | name >> 15 & 63


def signed(n):
    return n - (1 << 32) if n >> 31 == 1 else n


def who(name):
    return 'the kernel' if name is None else f'environment {number(name)}'


def call(name, args, more=False):
    """args are pairs of name and value, a number or a text."""
    shown = [f'{arg}={v}' if isinstance(v, str) else f'{arg}=0x{v:x}'
             for arg, v in args]
    return f'{name}({", ".join(shown + more * ["..."])})'


def result(value):
    if value is None:
        return ' = ?'
    value = signed(value)
    return f' = {value}' if abs(value) < SMALL \
        else f' = 0x{value & 0xffffffff:x}'


def is_transfer(name, callee):
    """Is that call one? Yield to nobody is the end of a slice."""
    return name in TRANSFERS and (name != 'Yield' or callee != 0)


def transfer(callee):
    return f' to {who(callee)}'


def address(kind, va):
    return f' va=0x{va:08x}' if va is not None and kind in ADDRESSED else ''


def upcall(kind, va, refill):
    passed = ', refill passed to software,' if refill else ''
    return f'upcall {kind}{address(kind, va)}{passed} at'


def unhandled(kind, va):
    return f'unhandled {kind}{address(kind, va)} at'


def refilled(kind, va, answer, lo):
    return f'{kind} va=0x{va:08x} refilled by {answer}, lo=0x{lo:08x}, at'


def bound(va, lo):
    return f'bind va=0x{va & ~0xfff:08x} lo=0x{lo:08x}'


def switched(before):
    return f'switch from {who(before)}, goes on at'
