#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run the unit tests in this folder that need no emulator; print TAP.

usage: run.py [WORD...]     only tests whose name contains one of the words

A test's name is its description: the first line of its docstring.
"""
import pathlib
import sys
import traceback
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent)]
from tap import Results  # noqa: E402


class TapResult(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.tap = Results()

    def line(self, test, good, note='', why=''):
        words = test.shortDescription() or test.id().split('.')[-1]
        file = test.id().split('.')[0].removeprefix('test_')
        self.tap.result(good, f'{file}: {words}{note}', why)

    def trouble(self, test, err, name=None):
        why = ''.join(traceback.format_exception(*err))
        if not isinstance(test, unittest.TestCase) or name:
            self.tap.result(False, name or test, why)
        else:
            self.line(test, False, why=why)

    def addSuccess(self, test):
        self.line(test, True)

    def addFailure(self, test, err):
        self.trouble(test, err)

    addError = addFailure

    def addSubTest(self, test, subtest, err):
        # A test with a subtest that failed gets no addSuccess.
        if err is not None:
            self.trouble(test, err, f'{subtest}')

    def addSkip(self, test, reason):
        self.line(test, True, f' # SKIP {reason}')


def flatten(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flatten(test)
        else:
            yield test


def main():
    tests = flatten(unittest.defaultTestLoader.discover(str(HERE)))
    words = sys.argv[1:]
    tests = [t for t in tests
             if not words or any(w in t.id() for w in words)]
    result = TapResult()
    unittest.TestSuite(tests).run(result)
    sys.exit(result.tap.end())


if __name__ == '__main__':
    main()
