# SPDX-License-Identifier: MIT
"""Somebody who types at a machine and reads what it says."""
import os
import pathlib
import select
import subprocess
import time

from tap import Failure

TOP = pathlib.Path(__file__).resolve().parents[1]
LAUNCH = TOP / 'emu-config' / 'launch'
LIMIT = 60                      # seconds on the host


class Typist:
    """A machine with a keyboard."""

    def __init__(self, image, *program, config='3max'):
        self.process = subprocess.Popen(
            [LAUNCH, '--interactive', '--config', config, '--time-limit',
             str(LIMIT), image, '--', *program], cwd=TOP, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.text = ''
        self.end = time.monotonic() + LIMIT

    def until(self, what):
        """Read until the machine has said this."""
        out = self.process.stdout.fileno()
        while what not in self.text:
            if not select.select([out], [], [], 1)[0]:
                if time.monotonic() > self.end:
                    raise Failure(f'no {what!r} in: {self.text}')
                continue
            data = os.read(out, 4096).decode(errors='replace')
            if not data:
                raise Failure(f'ended before {what!r}: {self.text}')
            self.text += data.replace('\r', '')

    def type(self, keys):
        self.process.stdin.write(keys)
        self.process.stdin.flush()

    def finish(self):
        self.process.stdin.close()
        rest = self.process.stdout.read().decode(errors='replace')
        self.text += rest.replace('\r', '')
        return self.process.wait(LIMIT)
