#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of the emulator launcher, its clock and its debugger interface.

Prints TAP lines. Needs gxemul, the cross compiler, and build/host/detclock.so.
With arguments, runs only the tests whose names contain one of them.
"""
import sys

import guest
import tap
import launching  # noqa: F401
import clocks  # noqa: F401
import debugging  # noqa: F401


def main():
    trouble = guest.prepare()
    if trouble:
        print("Bail out!", trouble)
        return 1
    tap.main()


if __name__ == "__main__":
    sys.exit(main())
