# SPDX-License-Identifier: MIT
"""What every test script in Python shares: named tests, and their TAP lines.

    @test('two runs are identical')
    def repeatable():
        expect(run() == run(), 'they differ')

    if __name__ == '__main__':
        main()

A test passes by coming to its end. The words of the command line choose the
tests whose description contains one of them.
"""
import sys
import traceback

TESTS = []


class Failure(AssertionError):
    """What was expected is not so; the message says what is instead."""


class Skip(Exception):
    """This cannot be tested here; the message says why."""


def expect(condition, *what):
    if not condition:
        raise Failure(' '.join(map(str, what)))


def test(description):
    """Name a test, by a description or (as a bare @test) by its function."""
    if callable(description):
        return test(description.__name__.replace('_', ' '))(description)

    def add(function):
        TESTS.append((description, function))
        return function
    return add


class Results:
    """TAP lines, numbered; the plan comes last."""

    def __init__(self):
        self.count = self.failed = 0

    def result(self, good, text, why=''):
        self.count += 1
        self.failed += not good
        print(f"{'' if good else 'not '}ok {self.count} - {text}")
        for line in why.strip().splitlines():
            print('# ' + line)
        sys.stdout.flush()

    def end(self):
        """The script's exit status."""
        print(f'1..{self.count}', flush=True)
        return 1 if self.failed or not self.count else 0


def run(results, description, function):
    try:
        function()
    except Skip as e:
        results.result(True, f'{description} # SKIP {e}')
    except Failure as e:
        results.result(False, description, str(e))
    except Exception:       # pylint: disable=broad-except
        results.result(False, description, traceback.format_exc())
    else:
        results.result(True, description)


def main(words=None):
    words = sys.argv[1:] if words is None else words
    results = Results()
    for description, function in TESTS:
        if not words or any(w in description for w in words):
            run(results, description, function)
    sys.exit(results.end())
