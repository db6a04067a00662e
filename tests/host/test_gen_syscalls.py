# SPDX-License-Identifier: MIT
"""scripts/gen-syscalls.py: what it makes of a table, and what it refuses."""
import json
import pathlib
import re
import struct
import subprocess
import tempfile
import unittest

import support

gen = support.script('gen-syscalls.py')
r3kcheck = support.script('r3kcheck.py')
TABLE = support.DATA / 'syscalls.tbl'
ERRORS = support.DATA / 'error.h'
TYPES = '''
#ifndef TYPES
#define TYPES
typedef unsigned u32;
typedef int s32;
#endif
'''


class Generated(unittest.TestCase):
    """Each test sees the outputs for data/syscalls.tbl in a folder."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.generate()

    def generate(self, table=TABLE):
        args = [f'--{name}={self.folder / name}' for name in gen.OUTPUTS]
        status, _ = support.run(gen.main, table, '--entries=16',
                                f'--errors={ERRORS}', *args)
        self.assertEqual(status, 0)

    def text(self, name):
        return (self.folder / name).read_text()

    def test_numbers(self):
        """numbers come plain and as v0 holds them"""
        found = dict(re.findall(r'#define (SYSV?_\w+) (\d+)',
                                self.text('numbers')))
        self.assertEqual(found['SYS_Alloc'], '3')
        self.assertEqual(found['SYSV_Alloc'], '12')
        self.assertEqual(found['SYS_reserved'], '5')
        self.assertNotIn('SYS_Scall', found)
        self.assertIn('AEGIS_NSYS 16\t', self.text('numbers'))

    def test_table(self):
        """the kernel's table has every number, unused ones as leaf_bad"""
        words = re.findall(r'\.word\t(\w+)', self.text('table'))
        want = ['leaf_bad'] * 16
        want[0:2] = 'leaf_nothing', 'leaf_TLBwr'
        want[3], want[15] = 'stack_Alloc', 'stack_all'
        self.assertEqual(words, want)

    def test_thunks(self):
        """stack calls, and only they, have thunks and prototypes"""
        self.assertEqual(re.findall(r'STACK_CALL (\w+)', self.text('thunks')),
                         ['Alloc', 'all'])
        self.assertEqual(re.findall(r's32 sys_(\w+)', self.text('kernel')),
                         ['Alloc', 'all'])

    def test_shows(self):
        """events show the first three arguments, but no capability"""
        masks = [int(n) for line in
                 re.findall(r'\.byte\t(.*)', self.text('shows'))
                 for n in line.split(',')]
        self.assertEqual(len(masks), 16)
        names = {int(n): (name, re.findall('"(.*?)"', args))
                 for n, name, args in re.findall(
                     r'AE_CALL\((\d+), "(\w+)", (.*)\)', self.text('names'))}
        self.assertEqual(names[1], ('TLBwr', ['va', 'lo', '']))
        self.assertEqual(masks[1], 3)
        for number, (_, args) in names.items():
            self.assertEqual(masks[number],
                             sum(1 << n for n, a in enumerate(args) if a))

    def test_width(self):
        """generated headers keep to 80 columns"""
        for name in 'numbers', 'kernel', 'header':
            for line in self.text(name).expandtabs(8).split('\n'):
                self.assertLessEqual(len(line), 80)
        self.assertNotIn('u32\n', self.text('header'))

    def test_manual(self):
        """the manual has a section for each call and the errors"""
        self.assertEqual(
            re.findall('^## (.*)', self.text('manual'), re.M),
            'nothing TLBwr Alloc reserved all Scall Errors'.split())
        self.assertIn('| `AE_EPAGE` | -2 | no such page |',
                      self.text('manual'))
        self.assertNotIn('ELAST', self.text('manual'))
        self.assertIn('\n- stack call, number 3\n- arguments: page in a0, '
                      'read.lo in a1, read.hi in a2, write.lo in a3, '
                      'write.hi in t0, owner in t1\n- errors: `AE_EPAGE`\n',
                      self.text('manual'))
        self.assertIn('all \\* eight', self.text('manual'))

    def test_json(self):
        """decoders find a call by its number"""
        calls = json.loads(self.text('json'))
        self.assertEqual(calls['1'], {
            'name': 'TLBwr', 'path': 'leaf', 'result': 'int',
            'args': ['va', 'lo', 'cap.lo', 'cap.hi']})

    def test_unchanged(self):
        """an output that would not change is not written"""
        times = {n: (self.folder / n).stat().st_mtime_ns for n in gen.OUTPUTS}
        self.generate()
        for name, time in times.items():
            self.assertEqual((self.folder / name).stat().st_mtime_ns, time)
        changed = self.folder / 'changed.tbl'
        changed.write_text(TABLE.read_text().replace('do nothing', 'do it'))
        self.generate(changed)
        rewritten = {n for n, time in times.items()
                     if (self.folder / n).stat().st_mtime_ns != time}
        self.assertEqual(rewritten, {'header', 'manual'})
        self.assertEqual(set(f.name for f in self.folder.iterdir()),
                         set(gen.OUTPUTS) | {'changed.tbl'})

    @support.needs_cross
    def test_compiles(self):
        """the headers are C, and agree with each other"""
        (self.folder / 'aegis').mkdir()
        (self.folder / 'aegis/types.h').write_text(TYPES)
        source = self.folder / 'x.c'
        source.write_text('#include "numbers"\n#include "kernel"\n'
                          '#include "header"\n'
                          '_Static_assert(SYSV_all == 60, "");\n'
                          's32 f(void) { return ae_TLBwr(1, 2, 3, 4); }\n')
        subprocess.run([support.CROSS + 'gcc', '-std=c11', '-Wall', '-Werror',
                        '-fsyntax-only', '-I', self.folder, source],
                       check=True)

    @support.needs_cross
    def test_stubs(self):
        """a stub loads the number and arguments five to eight, in order"""
        path = support.assemble(self.text('stubs'), self.folder / 'x.o')
        self.assertEqual(support.run(r3kcheck.main, '-q', '--user', path),
                         (0, ''))
        self.assertEqual(re.findall(r'globl\t(\w+)', self.text('stubs')),
                         ['ae_nothing', 'ae_TLBwr', 'ae_Alloc', 'ae_all'])
        binary = self.folder / 'x.bin'
        subprocess.run([support.CROSS + 'objcopy', '-O', 'binary', '-j',
                        '.text.ae_all', path, binary], check=True)
        words = struct.unpack('<8I', binary.read_bytes()[:32])
        self.assertEqual(words, (0x8fa80010, 0x8fa90014,    # lw t0, t1
                                 0x8faa0018, 0x8fab001c,    # lw t2, t3
                                 0x2402003c,                # li v0, 60
                                 0x0000000c,                # syscall
                                 0x03e00008, 0))            # jr ra; nop

    @support.needs_cross
    def test_kernel_links(self):
        """table and thunks assemble together and leave only code undefined"""
        path = support.assemble(
            '.macro STACK_CALL name\nstack_\\name:\nj sys_\\name\nnop\n.endm\n'
            '.data\n' + self.text('table') + '.text\n' + self.text('thunks'),
            self.folder / 'x.o')
        names = subprocess.run([support.CROSS + 'nm', '-u', path], check=True,
                               capture_output=True, text=True).stdout
        self.assertEqual(names.split()[1::2],
                         ['leaf_TLBwr', 'leaf_bad', 'leaf_nothing',
                          'sys_Alloc', 'sys_all'])


class Refused(unittest.TestCase):
    BAD = [
        ('1 | x | leaf | int | | y', '6 fields, not 7'),
        ('1 | x | leaf | int | | y | | z', '8 fields, not 7'),
        ('x | x | leaf | int | | y |', "number 'x' is not a number"),
        ('-1 | x | leaf | int | | y |', "number '-1' is not a number"),
        ('- | x | leaf | int | | y |', "number '-' is not a number"),
        ('256 | x | leaf | int | | y |', 'number 256 is above 255'),
        ('1 | a b | leaf | int | | y |', "name 'a b' is not an identifier"),
        ('1 | x | loaf | int | | y |', "path 'loaf' is not one of"),
        ('1 | x | leaf | long | | y |', "result 'long' is not one of"),
        ('1 | x | leaf | int | a b c d e f g h i | y |',
         '9 arguments, but 8 registers'),
        ('1 | x | leaf | int | A | y |', "argument 'A' is not a name"),
        ('1 | x | leaf | int | a.mid | y |', "argument 'a.mid' is not a"),
        ('1 | x | leaf | int | int | y |', "argument 'int' is not a name"),
        ('1 | x | leaf | int | a.lo a_lo | y |', "'a_lo' is there twice"),
        ('1 | x | leaf | int | | |', 'the meaning is missing'),
        ('1 | x | leaf | int | | a */ b |', 'would end a comment'),
        ('1 | x | leaf | void | | y | EPAGE', 'errors, but no result'),
        ('1 | x | leaf | int | | y | bad', "error 'bad' is not an error name"),
        ('1 | x | leaf | int | | y | ENEW', "error 'ENEW' is not in the list"),
        ('1 | x | leaf | int | | y | EPAGE EPAGE', "'EPAGE' is there twice"),
        ('1 | x | leaf | int | | y |\n1 | z | leaf | int | | y |',
         ':2: number 1 is that of x'),
        ('1 | x | leaf | int | | y |\n2 | x | leaf | int | | y |',
         ":2: name 'x' is that of line 1"),
        ('# nothing\n\n', 'no calls'),
    ]

    def test_refused(self):
        """each mistake in a table is named, with its line"""
        for text, message in self.BAD:
            with self.subTest(text=text):
                with self.assertRaises(gen.TableError) as caught:
                    gen.parse(text, 'file', known={'EPAGE': (-1, '')})
                self.assertEqual(str(caught.exception).count('\n'), 0)
                self.assertIn(message, str(caught.exception))

    def test_all_mistakes(self):
        """all mistakes of a table are named at once, and nothing written"""
        with tempfile.TemporaryDirectory() as folder:
            table = pathlib.Path(folder) / 'x.tbl'
            table.write_text('x | y | leaf | int | | m |\n1 | y\n')
            status, _ = support.run(gen.main, table,
                                    f'--json={folder}/json')
            self.assertEqual(status, f"{table}:1: number 'x' is not a number"
                             f'\n{table}:2: 2 fields, not 7')
            self.assertEqual(len(list(pathlib.Path(folder).iterdir())), 1)


if __name__ == '__main__':
    unittest.main()
