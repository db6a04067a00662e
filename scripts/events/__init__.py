# SPDX-License-Identifier: MIT
"""Event traces of a run: what happened, from the kernel's event ring or from
the emulator's instruction trace, as text and as JSON. docs/events.md"""
import os
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.path.join(TOP, os.environ.get('BUILD', 'build'))
NONCE = 'traceeventstrace'      # capabilities come from it: the same each run
HOST_LIMIT = 300                # seconds without a stop are a hang

sys.path.insert(0, os.path.join(TOP, 'emu-config'))


class Trouble(Exception):
    """What was asked for cannot be had; the text says why."""
