#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write compile_commands.json for editors: the compilations `make` would do.

usage: compile-commands.py OUTPUT
"""
import json
import os
import shlex
import subprocess
import sys


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    env = {k: v for k, v in os.environ.items()
           if k not in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL')}
    lines = subprocess.run(['make', '-Bn', 'V=1', 'build/aegis-debug.elf'],
                           env=env, check=True, capture_output=True,
                           text=True).stdout.splitlines()
    entries = []
    for line in lines:
        words = shlex.split(line) if ' -c -o ' in line else []
        if words and words[-1].endswith('.c'):
            entries.append({'directory': os.getcwd(), 'arguments': words,
                            'file': words[-1]})
    with open(sys.argv[1], 'w', encoding='utf-8') as f:
        json.dump(entries, f, indent=1)
    print(f'{sys.argv[1]}: {len(entries)} files')


main()
