#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Test the bridge to gdb: scripted gdb sessions, raw packets, fuzzing; TAP.

usage: run.py [WORD...]     only tests whose name contains one of the words
"""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
subprocess.run([ROOT / 'scripts' / 'setup.sh', 'base', 'debug'], check=True,
               stdout=sys.stderr)
subprocess.run(['make', '-s', 'debugger-tests'], check=True, cwd=ROOT,
               stdout=sys.stderr)

# What they test must be there by now; each of them names tests.
import breakpoints  # noqa: E402,F401
import steps  # noqa: E402,F401
import state  # noqa: E402,F401
import lifetimes  # noqa: E402,F401
import counts  # noqa: E402,F401
import walk  # noqa: E402,F401
import tap  # noqa: E402

tap.main()
