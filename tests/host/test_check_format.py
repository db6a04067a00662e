# SPDX-License-Identifier: MIT
"""scripts/check-format.py: what must match .clang-format, and what is free."""
import pathlib
import shutil
import tempfile
import unittest

import support

check_format = support.script('check-format.py')

GOOD = '''#define A\t\t1\t/* aligned by hand */
#define MASK(n)\t\t((n) & 63)

struct s {
	int a;\t\t\t/* aligned by hand */
	int longer[4];\t\t/* so that it reads as a table */
};

int
f(int a)
{
	if (a)
		return 1;
	return 0;
}
'''


@unittest.skipUnless(shutil.which('clang-format'), 'no clang-format')
class Format(unittest.TestCase):
    def check(self, text):
        with tempfile.TemporaryDirectory(dir=support.DATA) as folder:
            path = pathlib.Path(folder) / 'x.c'
            path.write_text(text)
            status, out = support.run(check_format.main, path)
            self.assertEqual(status, 1 if out else 0)
            return out.replace(f'{path}:', '')

    def test_good(self):
        """comments and macros may be aligned by hand"""
        self.assertEqual(self.check(GOOD), '')

    def test_bad(self):
        """breaks, spaces, braces and long lines are reported"""
        for old, new, line in (('int\nf', 'int f', 9),
                               ('if (a)', 'if(a)', 12),
                               ('int a;', 'int  *  a;', 5),
                               ('f(int a)\n{', 'f(int a) {', 10),
                               ('hand */\n#', 'hand' + 40 * 'x' + '*/\n#', 1),
                               ('return 1;', 'return 1; ', 13)):
            with self.subTest(new=new):
                out = self.check(GOOD.replace(old, new))
                self.assertTrue(out.startswith(f'{line}: '), out)


if __name__ == '__main__':
    unittest.main()
