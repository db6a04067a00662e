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


class TapResult(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.count = 0
        self.failed = False

    def line(self, test, good, note=''):
        self.count += 1
        self.failed |= not good
        words = test.shortDescription() or test.id().split('.')[-1]
        file = test.id().split('.')[0].removeprefix('test_')
        print(f'{"ok" if good else "not ok"} {self.count} - {file}: {words}'
              f'{note}', flush=True)

    def trouble(self, test, err, name=None):
        if not isinstance(test, unittest.TestCase) or name:
            self.count += 1
            self.failed = True
            print(f'not ok {self.count} - {name or test}')
        else:
            self.line(test, False)
        for text in traceback.format_exception(*err):
            for line in text.rstrip().split('\n'):
                print(f'# {line}', flush=True)

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
    sys.path.insert(0, str(HERE))
    sys.dont_write_bytecode = True
    tests = flatten(unittest.defaultTestLoader.discover(str(HERE)))
    words = sys.argv[1:]
    tests = [t for t in tests
             if not words or any(w in t.id() for w in words)]
    result = TapResult()
    unittest.TestSuite(tests).run(result)
    print(f'1..{result.count}')
    sys.exit(1 if result.failed or not result.count else 0)


if __name__ == '__main__':
    main()
