# SPDX-License-Identifier: MIT
"""scripts/check-paper-map.py: paths that exist, and paths that do not."""
import pathlib
import tempfile
import unittest

import support

paper_map = support.script('check-paper-map.py')
HEAD = '# Map\n\n| section | what | source | tests |\n|---|:-:|---|---|\n'


class PaperMap(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)
        for name, text in {'aegis/stlb.c': 'int\nstlb_own(void)\n',
                           'tests/stlb.c': '', 'bench/t4.c': ''}.items():
            (self.top / name).parent.mkdir(exist_ok=True)
            (self.top / name).write_text(text)

    def faults(self, row):
        faults, _ = paper_map.check(HEAD + row + '\n', self.top)
        return faults

    def test_there(self):
        """files, folders, patterns and names in files are found"""
        for row in ('| 5.4 | STLB | `aegis/stlb.c` | `tests/stlb.c` |',
                    '| 5.4 | a `|` b \\| c | `aegis/`, `aegis/*.c` | - |',
                    '| 5.4 | STLB | `aegis/stlb.c:stlb_own` | `bench/t4.c` |',
                    '| 5.4 | none | `aegis` | measured by hand |'):
            self.assertEqual(self.faults(row), [])

    def test_missing(self):
        """each wrong path is named with its line"""
        for source, tests, message in (
                ('`aegis/no.c`', '-', '`aegis/no.c` does not exist'),
                ('`aegis`', '`tests/no.c`', '`tests/no.c` does not exist'),
                ('`aegis/*.h`', '-', '`aegis/*.h` matches nothing'),
                ('`/etc/passwd`', '-', '`/etc/passwd` is not a path from'),
                ('`../x`', '-', '`../x` is not a path from'),
                ('`aegis/stlb.c:stlb`', '-', 'has no stlb'),
                ('`aegis:stlb`', '-', 'is a folder'),
                ('`aegis`', '`aegis/stlb.c`', 'is not under tests/'),
                ('`aegis`', '', 'column 4 is empty')):
            found = self.faults(f'| 1 | x | {source} | {tests} |')
            self.assertEqual(len(found), 1, source)
            self.assertEqual(found[0][0], 5)
            self.assertIn(message, found[0][1])

    def test_shape(self):
        """a row of another shape, or a map without paths, is a fault"""
        self.assertEqual(self.faults('| 1 | x | `aegis` |')[0],
                         (5, '3 columns, not 4'))
        self.assertEqual(paper_map.check('# nothing\n', self.top)[0],
                         [(1, 'no table row names a path')])

    def test_main(self):
        """the exit status tells, and faults are file:line"""
        path = self.top / 'map.md'
        path.write_text(HEAD + '| 1 | x | `aegis` | - |\n')
        status, out = support.run(paper_map.main, path, self.top)
        self.assertEqual((status, out), (0, f'{path}: 1 paths, all there\n'))
        path.write_text(HEAD + '| 1 | x | `nowhere` | - |\n')
        status, out = support.run(paper_map.main, path, self.top)
        self.assertEqual((status, out),
                         (1, f'{path}:5: `nowhere` does not exist\n'))


if __name__ == '__main__':
    unittest.main()
