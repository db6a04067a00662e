#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What must hold of images and documents without running anything: no
pipeline hazard and nothing beyond MIPS I in any image, no privileged or
floating-point instruction in a program, and a paper map of files that exist.
Prints TAP.
"""
import glob
import os
import subprocess
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(TOP, 'tests'))
import tap  # noqa: E402

KERNEL = ['--unmapped', 'sp,gp,k0']     # registers that hold no user address
USER = ['--user', '--no-fp']
# Programs that have forbidden instructions on purpose.
ALLOWED = {'hostile_': ['--allow', 'tests/include/hostile.allow']}


def main():
    os.chdir(TOP)
    build = os.environ.get('BUILD', 'build')
    checks = []
    for image in sorted(glob.glob(f'{build}/aegis-*.elf')):
        checks.append((f'{os.path.basename(image)}: MIPS I, no hazard',
                       ['scripts/r3kcheck.py', *KERNEL, image]))
    for image in sorted(glob.glob(f'{build}/bin/*.elf')):
        name = os.path.basename(image)
        allowed = [o for start, options in ALLOWED.items()
                   if name.startswith(start) for o in options]
        checks.append((f'{name}: MIPS I, no hazard, nothing privileged',
                       ['scripts/r3kcheck.py', *USER, *allowed, image]))
    for library in sorted(glob.glob(f'{build}/toolchain/lib/*.a')):
        checks.append((f'{os.path.basename(library)}: MIPS I, no hazard',
                       ['scripts/r3kcheck.py', *USER, library]))
    checks.append(('the paper map names files that exist',
                   ['scripts/check-paper-map.py', 'docs/paper-map.md']))
    checks.append(('the manual page is what the list of calls says',
                   ['sh', '-c', f'''scripts/gen-syscalls.py --entries 64 \
--errors aegis/include/aegis/error.h --manual {build}/test-manual.md \
aegis/include/aegis/syscalls.tbl && cmp {build}/test-manual.md \
docs/syscalls.md''']))
    results = tap.Results()
    for text, command in checks:
        r = subprocess.run(command, capture_output=True, text=True)
        results.result(r.returncode == 0, text, '' if r.returncode == 0 else
                       '\n'.join((r.stdout + r.stderr).splitlines()[:20]))
    sys.exit(results.end())


main()
