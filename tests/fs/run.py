#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Test ExOS's files on the host, with sanitizers; print TAP.

usage: run.py [WORD...]     only programs whose name contains one of the words

exos/fs is compiled as it is, all but source.c, for which host.c stands.  Each
program prints lines `ok - ...` and `not ok - ...`, which are numbered here.
"""
import io
import pathlib
import subprocess
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent))
from tap import Results  # noqa: E402

OUT = ROOT / 'build' / 'tests' / 'fs'
# alloc.c is part of check.c.
SOURCES = [p for p in sorted((ROOT / 'exos' / 'fs').glob('*.c'))
           if p.name not in ('source.c', 'alloc.c')]
SHARED = ['host.c', 'check.c']
FLAGS = ['-std=gnu11', '-g', '-O1', '-Wall', '-Wextra', '-Werror',
         f'-I{ROOT}/aegis/include']
SANITIZE = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all']
WRAP = ['-Wl,--wrap=page_alloc,--wrap=block_alloc']
LIMIT = 500                     # seconds

# name: (other sources, flags, arguments of each run)
PROGRAMS = {
    # Stepping through a sanitizer would take too long, and so would the
    # dynamic linker at first calls.
    'kill': (['scenes.c'], ['-Wl,-z,now'], [[]]),
    'random': ([], SANITIZE, [['1', '20000'], ['2', '20000']]),
    'archive': ([], SANITIZE, [[OUT / 'archive.tar']]),
    'space': (['scenes.c'], SANITIZE + WRAP, [[]]),
    'shared': ([], SANITIZE, [[]]),
    'tty': ([], SANITIZE, [[]]),
}


def make_archive(path):
    """What archive.c expects, in the format of the boot archive."""
    def add(name, data=b'', **fields):
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = len(data), 0o755, 777
        for key, value in fields.items():
            setattr(info, key, value)
        tar.addfile(info, io.BytesIO(data))
    with tarfile.open(path, 'w', format=tarfile.USTAR_FORMAT) as tar:
        add('bin/hello', b'h' * 1234)
        add('bin', type=tarfile.DIRTYPE)
        add('bin/link', type=tarfile.SYMTYPE, linkname='hello')
        add('usr/share/long/' + '0' * 99 + '/' + '0' * 90, b'z' * 600)


def build(name, sources, flags):
    program = OUT / name
    subprocess.run(['gcc', *FLAGS, *flags, '-o', program, HERE / f'{name}.c',
                    *(HERE / s for s in SHARED + sources), *SOURCES],
                   check=True)
    return program


def execute(program, args):
    """(what it printed, its exit status), in a folder of its own."""
    with tempfile.TemporaryDirectory(dir=OUT) as folder:
        try:
            done = subprocess.run([program, *args], cwd=folder, timeout=LIMIT,
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False)
            return done.stdout, done.returncode
        except subprocess.TimeoutExpired as e:
            return e.stdout or b'', f'a time-out after {LIMIT} s'


def run(results, program, args):
    text, status = execute(program, args)
    failed = results.failed
    for line in text.decode(errors='replace').splitlines():
        word, dash, what = line.partition(' - ')
        if dash and word in ('ok', 'not ok'):
            results.result(word == 'ok', f'{program.name}: {what}')
        else:
            print('#', line, flush=True)
    if status and results.failed == failed:
        results.result(False, f'{program.name}: ended with {status}')


def main():
    words = sys.argv[1:]
    OUT.mkdir(parents=True, exist_ok=True)
    make_archive(OUT / 'archive.tar')
    results = Results()
    for name, (sources, flags, runs) in PROGRAMS.items():
        if words and not any(w in name for w in words):
            continue
        program = build(name, sources, flags)
        for args in runs:
            run(results, program, args)
    sys.exit(results.end())


if __name__ == '__main__':
    main()
