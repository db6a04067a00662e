# SPDX-License-Identifier: MIT
"""What the host tests share: loading a script, assembling a sample."""
import contextlib
import importlib.machinery
import importlib.util
import io
import pathlib
import shutil
import subprocess
import sys
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
DATA = TOP / 'tests/host/data'
CROSS = 'mipsel-linux-gnu-'
# Scripts import what lies beside them.
sys.path.insert(0, str(TOP / 'scripts'))

needs_cross = unittest.skipUnless(shutil.which(CROSS + 'as'),
                                  'no cross assembler')


def script(name):
    """scripts/NAME as a module."""
    loader = importlib.machinery.SourceFileLoader(
        name.replace('-', '_').removesuffix('.py'),
        str(TOP / 'scripts' / name))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def run(main, *args):
    """(exit status or message, standard output) of a script's main()."""
    out = io.StringIO()
    status = 0
    with contextlib.redirect_stdout(out):
        try:
            main([str(a) for a in args])
        except SystemExit as e:
            status = e.code or 0
    return status, out.getvalue()


def assemble(source, path, *options):
    """Assemble SOURCE, MIPS I without reordering, into the object PATH."""
    subprocess.run([CROSS + 'as', '-EL', '-march=r3000', '-mfp32', '-O0',
                    *options, '-o', path, '-'], check=True, text=True,
                   input='\t.set noreorder\n\t.set noat\n' + source)
    return path
