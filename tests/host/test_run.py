# SPDX-License-Identifier: MIT
"""Tests of tests/run.py: what programs ask for, and how they are judged."""
import sys
import unittest

from support import TOP

sys.path.insert(0, str(TOP / 'tests'))
import run  # noqa: E402


class Wants(unittest.TestCase):
    def test_options_and_arguments(self):
        """a program's comment gives launcher options and its arguments"""
        source = '''/*
 * Some text.
 * launch: --memory 8
 * launch-long: --time-limit 900 -- 1000000 7
 */
'''
        self.assertEqual(run.wants('launch', source), (['--memory', '8'], []))
        self.assertEqual(run.wants('launch-long', source),
                         (['--time-limit', '900'], ['1000000', '7']))
        self.assertEqual(run.wants('launch', '/* launch: -- 5 */'),
                         ([], ['5']))
        self.assertIsNone(run.wants('launch', 'int launch: no'))

    def test_where_programs_run(self):
        """programs run on both machines; --long adds"""
        names = [t.name for t in run.program_tests(long=False)]
        every = {name.split('/')[-1] for name in names}
        self.assertEqual(sorted(names), sorted(
            f'{machine}/{image}/{name}' for name in every
            for machine in ('3max', '3100')
            for image in ('debug', 'chip')))
        self.assertIn('3100/chip/slices', names)
        more = {t.name for t in run.program_tests(long=True)} - set(names)
        self.assertLessEqual({'real-time/' + name for name in names}, more)

    def test_command(self):
        """the long variant's limits and arguments win over the usual ones"""
        test = run.program_test('p', 'chip', '3100',
                                (['--time-limit', '900'], ['5']), kind='long/')
        words = list(map(str, test.command))
        self.assertEqual(words[1:3], ['--config', '3100'])
        self.assertGreater(words.index('900'), words.index('60'))
        self.assertEqual(words[-3:], ['--', 'p', '5'])
        self.assertEqual(test.name, 'long/3100/chip/p')


class Judge(unittest.TestCase):
    def test_verdicts(self):
        """a TAP text passes only if it is whole"""
        for text, status, passed, failures in (
                ('ok 1 - a\nok 2 - b\n1..2\n', 0, 2, 0),
                ('ok 1 - a\nnot ok 2 - b\n1..2\n', 1, 1, 1),
                ('ok 1 - a\n', 0, 1, 1),
                ('ok 1 - a\n1..2\n', 0, 1, 1),
                ('ok 1 - a\n1..1\nok 2 - b\n', 0, 2, 2),
                ('ok 1 - a\nok 3 - c\n1..3\n', 0, 2, 1),
                ('ok 1 - a\n1..1\n', 3, 1, 1)):
            good, bad = run.judge(text, status, True)
            self.assertEqual((good, len(bad)), (passed, failures), text)


if __name__ == '__main__':
    unittest.main()
