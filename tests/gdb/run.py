#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Test the bridge to gdb: scripted gdb sessions, raw packets, fuzzing; TAP.

usage: run.py [WORD...]     only tests whose name contains one of the words
"""
import subprocess
import sys

import session
import breakpoints  # noqa: F401  each names tests
import steps  # noqa: F401
import state  # noqa: F401
import lifetimes  # noqa: F401
import counts  # noqa: F401
import walk  # noqa: F401
import tap

if __name__ == '__main__':
    subprocess.run([session.ROOT / 'scripts' / 'setup.sh', 'base', 'debug'],
                   check=True, stdout=sys.stderr)
    subprocess.run(['make', '-s', 'debugger-tests'], check=True,
                   cwd=session.ROOT, stdout=sys.stderr)
    tap.main()
