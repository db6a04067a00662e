#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Test exos-cc: options, errors, a project of several folders, programs run.

usage: run.py [WORD...]     only tests whose description contains a word

Prints TAP.  Each test has a folder of its own, outside the tree.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(TOP / 'tests'))
import tap  # noqa: E402
from tap import expect  # noqa: E402

BUILD = TOP / os.environ.get('BUILD', 'build')
TOOLS = TOP / 'exos' / 'cc'
CC = 'exos-cc'
MAIN = 'int main(void) { return 0; }\n'
ILLEGAL = 'int main(void) { asm(".word 0x70000000"); }\n'
R3K_EFLAGS = b'\x01\x10\x00\x00'        # o32, MIPS I, noreorder


def test(description):
    """A test that is given a folder of its own."""
    def add(function):
        @tap.test(description)
        def in_folder():
            with tempfile.TemporaryDirectory(prefix='exos-cc-') as path:
                function(Folder(path))
        return in_folder
    return add


class Folder:
    """Where a test works: files by name, commands run in it."""

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def write(self, **files):
        """a_c='...' writes a.c; sub__a_c writes sub/a.c."""
        for name, text in files.items():
            path = self.path / name.replace('__', '/').replace('_', '.')
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding='utf-8')

    def run(self, *args, status=0, **environment):
        """What it prints; its exit status must be STATUS."""
        path = f'{TOOLS}:{os.environ["PATH"]}'
        done = subprocess.run(
            [str(a) for a in args], cwd=self.path, text=True, timeout=120,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=os.environ | {'PATH': path} | environment)
        expect(done.returncode == status, args, 'ended with status',
               done.returncode, 'and said', done.stdout)
        return done.stdout

    def cc(self, *args, status=0, **environment):
        return self.run(CC, *args, status=status, **environment)

    def exists(self, *names):
        for name in names:
            expect((self.path / name).exists(), name, 'is missing')

    def lacks(self, *names):
        for name in names:
            expect(not (self.path / name).exists(), name, 'is there')

    def boot(self, *programs, files=None, run):
        """Console of a machine with these programs, and its exit status."""
        where = BUILD / 'test' / 'cc'
        subprocess.run(
            ['make', '-s', 'V=1', f'EXTRADIR={where}', f'FILES={files or ""}',
             'EXTRA=' + ' '.join(str(self.path / p) for p in programs),
             f'{where}/aegis-debug.elf'], cwd=TOP, check=True, timeout=300)
        done = subprocess.run(
            [TOP / 'emu-config' / 'launch', '--time-limit', '30',
             where / 'aegis-debug.elf', '--', *run], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        return done.stdout.replace('\r', ''), done.returncode


@test('one command makes a program, a.out or what -o says')
def simple(f):
    f.write(main_c=MAIN)
    expect(f.cc('main.c') == '')
    expect(f.cc('main.c', '-o', 'prog') == '')
    expect(f.cc('-oprog2', 'main.c') == '')
    f.exists('a.out', 'prog', 'prog2')
    f.lacks('main.o')
    head = (f.path / 'prog').read_bytes()[:52]
    expect(head[:6] == b'\x7fELF\1\1' and head[36:40] == R3K_EFLAGS, head)


@test('-c, -S and -E stop after their step')
def steps(f):
    f.write(a_c='#define N 3\nint a = N;\n', b_c='int b;\n')
    f.cc('-c', 'a.c', 'b.c')
    f.exists('a.o', 'b.o')
    f.cc('-c', 'a.c', '-o', 'other.o')
    f.exists('other.o')
    f.cc('-S', 'a.c')
    expect('.word\t3' in (f.path / 'a.s').read_text(), 'assembly')
    expect('int a = 3;' in f.cc('-E', 'a.c'), 'preprocessed')
    f.lacks('a.out')


@test('-D, -U, -I and -include reach the preprocessor')
def macros(f):
    f.write(a_c='#include <mine.h>\n#if defined X && !defined Y && MINE && Z\n'
            + MAIN + '#endif\n', inc__mine_h='#define MINE 1\n',
            z_h='#define Z 1\n')
    f.cc('-DX', '-D', 'Y=2', '-UY', '-Iinc', '-include', 'z.h', 'a.c')
    f.write(stdio_h='#define MINE 1\n', b_c='#include <stdio.h>\nint b = MINE;')
    f.cc('-I.', '-c', 'b.c')


@test('ExOS is no Linux and no unix to the preprocessor, but __exos__')
def names(f):
    macros = f.cc('-E', '-dM', '-xc', '/dev/null')
    expect('#define __exos__ 1\n' in macros, macros)
    for name in ('linux', 'unix', 'PIC', 'PIE', '__pic__', '__pie__'):
        expect(f'define {name} ' not in macros, name)
        expect(f'define __{name}__ ' not in macros, name)
    expect('#define __STDC_HOSTED__ 1\n' in macros, macros)


@test('headers are ExOS\'s and Newlib\'s, never those of Linux')
def headers(f):
    f.write(a_c='#include <exos/exos.h>\n#include <stdio.h>\n'
            '#include <stdarg.h>\n')
    deps = f.cc('-M', 'a.c')
    for name in ('exos/include/exos/exos.h', 'toolchain/include/stdio.h',
                 'aegis/include/aegis/env.h', 'gen/aegis/syscalls.h'):
        expect(name in deps, name, deps)
    expect('/usr/include' not in deps, deps)
    f.write(b_c='#include <linux/fs.h>\n')
    expect('linux/fs.h: No such file' in f.cc('-c', 'b.c', status=1))


@test('-M, -MM, -MD and -MMD write dependencies')
def dependencies(f):
    f.write(a_c='#include <stdio.h>\n#include "a.h"\n', a_h='')
    expect(f.cc('-MM', 'a.c') == 'a.o: a.c a.h\n')
    f.cc('-MMD', '-MP', '-MF', 'x.d', '-MT', 'x', '-c', 'a.c')
    expect((f.path / 'x.d').read_text() == 'x: a.c a.h\na.h:\n')
    f.cc('-MD', '-c', 'a.c')
    expect('stdio.h' in (f.path / 'a.d').read_text())


@test('-std= chooses the language, -W and -Werror the warnings')
def language(f):
    f.write(a_c='int f(void) { for (int i = 0; i < 2; i++) ; return 0; }\n',
            b_c='int f(int x) { int y; return x; }\n')
    f.cc('-std=c99', '-c', 'a.c')
    expect("'for' loop initial" in f.cc('-std=c89', '-c', 'a.c', status=1,
                                        LC_ALL='C'))
    expect('unused variable' in f.cc('-Wall', '-c', 'b.c'))
    f.cc('-Wall', '-Werror', '-c', 'b.c', status=1)
    expect(f.cc('-w', '-Wall', '-c', 'b.c') == '')


@test('-O, -g, -pthread, -static, -fPIC and -pie are taken')
def taken(f):
    f.write(main_c='#include <errno.h>\nint main(void) { return errno; }\n')
    for options in ('-O0', '-O2', '-Os', '-O3 -g', '-pthread', '-static',
                    '-fPIC', '-fpic', '-pie -fPIE', '-rdynamic',
                    '-O2 -flto', '-fstack-protector-strong -O1'):
        expect(f.cc(*options.split(), 'main.c') == '', options)


@test('objects, archives, -L and -l are linked, in any order of libraries')
def libraries(f):
    f.write(main_c='int f(void);\nint main(void) { return f(); }\n',
            f_c='#include <math.h>\nint g(double);\n'
            'int f(void) { return g(sqrt(f == 0)); }\n',
            g_c='int g(double x) { return x; }\n')
    f.cc('-c', 'main.c', 'f.c', 'g.c')
    f.run('exos-ar', 'rc', 'libf.a', 'f.o')
    f.run('exos-ranlib', 'libf.a')
    f.cc('main.o', '-L.', '-lf', 'g.o', '-lm', '-o', 'one')
    f.cc('main.c', 'libf.a', 'g.c', '-o', 'two')
    expect(' T f\n' in f.run('exos-nm', 'one'))
    f.cc('main.o', 'libf.a', 'g.o', '-lpthread', '-ldl', '-lrt', '-lc')
    expect('cannot find -lnone' in f.cc('main.o', '-lnone', status=1))


@test('-x, standard input and assembly files')
def kinds(f):
    f.write(a_txt=MAIN, b_S='#define N 7\n\t.globl b\nb:\tli $2, N\n',
            c_s='\t.globl c\nc:\tnop\n')
    f.cc('-x', 'c', 'a.txt', '-x', 'none', 'b.S', 'c.s', '-o', 'prog')
    f.exists('prog')
    done = subprocess.run([TOOLS / CC, '-xc', '-', '-o', f.path / 'stdin'],
                          input=MAIN, text=True, check=False)
    expect(done.returncode == 0)
    f.exists('stdin')


@test('-r joins objects, and nothing is checked or left out')
def relocatable(f):
    f.write(a_c='int a;\n', b_c='static int b;\nint *p = &b;\n')
    f.cc('-r', '-nostdlib', 'a.c', 'b.c', '-o', 'ab.o')
    names = f.run('exos-nm', 'ab.o')
    expect(' a\n' in names and ' p\n' in names, names)


@test('-shared is refused, with a reason')
def shared(f):
    f.write(a_c=MAIN)
    expect('ExOS has no shared libraries' in
           f.cc('-shared', 'a.c', '-o', 'a.so', status=1))
    f.lacks('a.so')


@test('what configure scripts ask is answered')
def questions(f):
    expect(f.cc('-dumpmachine') == 'mipsel-unknown-elf\n')
    expect('GCC' in f.cc('--version') or 'gcc' in f.cc('--version'))
    expect('gcc version' in f.cc('-v'))
    expect(f.cc('-dumpversion') == '12\n')
    for name in ('libc.a', 'libm.a', 'libgcc.a'):
        path = f.cc(f'-print-file-name={name}').strip()
        expect(path == str(BUILD / 'toolchain' / 'lib' / name), path)
    expect(f.cc('-print-libgcc-file-name').strip() ==
           str(BUILD / 'toolchain/lib/libgcc.a'))
    ld = f.cc('-print-prog-name=ld').strip()
    expect('mipsel' in f.run(ld, '--help'), ld)


@test('errors have their exit status, and leave no output')
def errors(f):
    f.write(syntax_c='int main(void) { return 0\n',
            missing_c='int g(void);\nint main(void) { return g(); }\n',
            nomain_c='int x;\n', dir__a_c='')
    expect('syntax.c:1' in f.cc('syntax.c', status=1))
    expect("undefined reference to `g'" in
           f.cc('missing.c', status=1, LC_ALL='C'))
    expect("`main'" in f.cc('nomain.c', status=1, LC_ALL='C'))
    expect('No such file' in f.cc('absent.c', status=1))
    expect('no input files' in f.cc(status=1, LC_ALL='C'))
    expect('unrecognized' in f.cc('--bogus', 'nomain.c', status=1))
    f.cc('syntax.c', '-c', '-o', 'syntax.o', status=1)
    f.lacks('a.out', 'syntax.o')


@test('a program that an R3000 cannot run is refused, unless --no-check')
def checked(f):
    f.write(bad_c=ILLEGAL)
    said = f.cc('-O2', 'bad.c', '-o', 'bad', status=1)
    expect('main+0x0: ILLEGAL' in said, said)
    expect('an R3000 cannot run it' in said, said)
    f.lacks('bad')
    expect(f.cc('--no-check', 'bad.c', '-o', 'bad') == '')
    f.exists('bad')


@test('-o /dev/null leaves the device alone')
def null(f):
    f.write(a_c=MAIN)
    f.cc('a.c', '-o', '/dev/null')
    expect(not os.path.isfile('/dev/null'))


@test('an ExOS that is not built is named, and how to build it')
def unbuilt(f):
    f.write(a_c=MAIN)
    said = f.cc('a.c', status=1, EXOS_BUILD=str(f.path / 'none'))
    expect('make setup' in said, said)
    (f.path / 'toolchain').mkdir()
    (f.path / 'toolchain' / 'stamp').touch()
    said = f.cc('a.c', status=1, EXOS_BUILD=str(f.path))
    expect('ExOS is not built' in said and 'make setup' not in said, said)


@test('it works by any path: absolute, relative, through a link')
def paths(f):
    f.write(a_c=MAIN)
    f.run(TOOLS / CC, 'a.c')
    f.run(os.path.relpath(TOOLS / CC, f.path), 'a.c')
    os.symlink(TOOLS / CC, f.path / 'mycc')
    f.run('./mycc', 'a.c')
    (f.path / 'a b').mkdir()
    f.write(**{'a b__c d_c': MAIN})
    f.cc('a b/c d.c', '-o', 'a b/e f')
    f.exists('a b/e f')


PROJECT = dict(
    Makefile='SUBDIRS = lib src\nall clean:\n'
    '\tfor d in $(SUBDIRS); do $(MAKE) -C $$d $@ || exit 1; done\n',
    lib__Makefile='CFLAGS = -O2 -Wall -I../include\nall: libsum.a\n'
    'libsum.a: sum.o mean.o\n\t$(AR) rc $@ $^\n\t$(RANLIB) $@\n'
    'clean:\n\trm -f *.o *.a\n',
    lib__sum_c='#include "sum.h"\nlong sum(const int *v, int n)\n'
    '{ long s = 0; while (n--) s += *v++; return s; }\n',
    lib__mean_c='#include "sum.h"\ndouble mean(const int *v, int n)\n'
    '{ return (double)sum(v, n) / n; }\n',
    include__sum_h='long sum(const int *, int);\n'
    'double mean(const int *, int);\n',
    src__Makefile='CPPFLAGS = -I../include -MMD\nLDLIBS = -lsum -lm\n'
    'LDFLAGS = -L../lib\nall: prog\nprog: main.o\n'
    '\t$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@\n-include main.d\n'
    'clean:\n\trm -f *.o *.d prog\n',
    src__main_c='#include <math.h>\n#include <stdio.h>\n#include "sum.h"\n'
    'int main(int argc, char **argv)\n{\n'
    '\tstatic const int v[] = { 1, 2, 3, 4, 6 };\n'
    '\tprintf("%ld %.2f %.3f %s\\n", sum(v, 5), mean(v, 5), sqrt(2.0),\n'
    '\t       argc > 1 ? argv[1] : "-");\n\treturn 0;\n}\n')


@test('an ordinary makefile project with CC=exos-cc is built, and its '
      'program runs')
def project(f):
    f.write(**PROJECT)
    f.run('make', f'CC={CC}', 'AR=exos-ar', 'RANLIB=exos-ranlib',
          MAKEFLAGS='')
    f.exists('lib/libsum.a', 'src/prog', 'src/main.d')
    said, status = f.boot('src/prog', run=['prog', 'word'])
    expect('16 3.20 1.414 word\n' in said, said)
    expect(status == 0, status, said)


@test('<stdatomic.h> is one that this compiler can compile')
def atomics(f):
    f.write(a_c='#include <stdatomic.h>\n#include <stdint.h>\n'
            'static atomic_int n = 1;\nstatic _Atomic(uint16_t) m;\n'
            'int main(void)\n{\n\tint old = 3;\n'
            '\tatomic_fetch_add(&n, 2);\n\tatomic_store(&m, 5);\n'
            '\treturn !atomic_compare_exchange_strong(&n, &old, 7)\n'
            '\t\t|| n != 7 || atomic_exchange(&m, 6) != 5;\n}\n')
    f.cc('-O2', '-Wall', '-Werror', 'a.c', '-o', 'a.elf')
    said, status = f.boot('a.elf', run=['a'])
    expect(status == 0, status, said)


@test('EXOS_CHECK=no leaves out the check, as --no-check does')
def environment(f):
    f.write(a_c=ILLEGAL)
    f.cc('a.c', status=1)
    f.lacks('a.out')
    f.cc('a.c', EXOS_CHECK='no')
    f.exists('a.out')


@test('a program from outside: standard C, its exit status is the machine\'s')
def outside(f):
    f.write(hi_c='#include <stdio.h>\n#include <stdlib.h>\n'
            '#include <string.h>\nstatic int up(const void *a, const void *b)\n'
            '{ return strcmp(*(char **)a, *(char **)b); }\n'
            'int main(int argc, char **argv)\n{\n'
            '\tqsort(argv + 1, argc - 1, sizeof *argv, up);\n'
            '\tfor (int i = 1; i < argc; i++)\n\t\tprintf("%s.", argv[i]);\n'
            '\tprintf("\\n");\n\treturn argc;\n}\n')
    f.cc('-O2', '-std=c99', '-pedantic', '-Wall', '-Werror', 'hi.c', '-o',
         'hi.elf')
    said, status = f.boot('hi.elf', run=['hi', 'pear', 'apple', 'fig'])
    expect('apple.fig.pear.\n' in said, said)
    expect('halted with status 4' in said and status == 1, status, said)


@test('EXTRA and FILES end up in the archive, and missing ones are named')
def archive(f):
    f.write(a_c=MAIN, data__etc_txt='x\n')
    (f.path / 'data' / 'sub').mkdir()
    (f.path / 'data' / 'sub' / 'y').write_text('y', encoding='ascii')
    f.cc('a.c', '-o', 'prog.elf')
    f.boot('prog.elf', files=f.path / 'data', run=['prog'])
    names = f.run('tar', 'tf', BUILD / 'test/cc/archive.tar').split()
    for name in ('bin/prog', 'bin/monitor', 'etc.txt', 'sub/y'):
        expect(name in names, name, names)
    said = f.run('make', '-s', '-C', TOP, f'EXTRA={f.path}/none', 'image',
                 status=2, MAKEFLAGS='')
    expect(f'no such file: {f.path}/none' in said, said)


tap.main()
