# SPDX-License-Identifier: MIT
"""scripts/gen-offsets.sh: constants from the compiler, and refusals."""
import pathlib
import subprocess
import tempfile
import unittest

import support

SCRIPT = support.TOP / 'scripts/gen-offsets.sh'


class Offsets(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.header = self.folder / 'my-offsets.h'

    def run_script(self, *command):
        return subprocess.run([SCRIPT, self.header, *command],
                              capture_output=True, text=True)

    def refused(self, text, message):
        self.header.write_text('old')
        result = self.run_script('printf', '%s\n', text)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(message, result.stderr)
        self.assertEqual(self.header.read_text(), 'old')
        self.assertEqual(list(self.folder.iterdir()), [self.header])

    @support.needs_cross
    def test_compiler(self):
        """offsets and values of the target come out of the compiler"""
        source = self.folder / 'x.c'
        source.write_text('''
#include <stddef.h>
struct s { char a; int b; void *c[3]; };
#define VALUE(n, v) __asm__ volatile("\\n->" #n " %0" :: "i"(v))
void f(void)
{
	VALUE(S_B, offsetof(struct s, b));
	VALUE(S_SIZE, sizeof(struct s));
	VALUE(BELOW, -14);
}
''')
        result = self.run_script(support.CROSS + 'gcc', '-O2', '-S',
                                 '-ffreestanding', '-o', '-', source)
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        lines = [line for line in self.header.read_text().split('\n')
                 if line.startswith('#')]
        self.assertEqual(lines, [
            '#ifndef MY_OFFSETS_H', '#define MY_OFFSETS_H',
            '#define S_B\t4', '#define S_SIZE\t20', '#define BELOW\t(-14)',
            '#endif'])

    def test_unchanged(self):
        """a header that would not change is not written"""
        self.run_script('echo', '->A 1')
        time = self.header.stat().st_mtime_ns
        self.run_script('echo', '->A 1')
        self.assertEqual(self.header.stat().st_mtime_ns, time)
        self.run_script('echo', '->A 2')
        self.assertIn('#define A\t2', self.header.read_text())

    def test_refused(self):
        """what is no constant is refused, and the old header stays"""
        self.refused('->A 1\n->A 2', 'defined twice: A 2')
        self.refused('->A $sym+4', 'not a name and a number: A $sym+4')
        self.refused('nop', 'has no ->NAME VALUE')

    def test_compiler_fails(self):
        """a compiler that fails leaves the old header"""
        self.header.write_text('old')
        result = self.run_script('false')
        self.assertNotEqual(result.returncode, 0)
        self.assertEqual(self.header.read_text(), 'old')


if __name__ == '__main__':
    unittest.main()
