#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""End a process at every instruction of its pipe and lock code.

The debugger stops the machine when the child of ipc_victim gets to an
instruction, at the first, the second and a later time in a round, and sends
the child to its end; its parent must notice, find all that they share whole,
and go on with it.  Prints TAP lines.
"""
import importlib.util
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, "build")
WORK = os.path.join(BUILD, "tests", "ipc")

sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(ROOT, "emu-config"), os.path.join(ROOT, "tests")]
import debugger  # noqa: E402
import gxemul  # noqa: E402
from tap import Results  # noqa: E402

spec = importlib.util.spec_from_file_location(
    "nesting", os.path.join(ROOT, "tests", "nesting", "run.py"))
nesting = importlib.util.module_from_spec(spec)
spec.loader.exec_module(nesting)

EMULATED = 600          # seconds a session may take, in all
TURNS = (1, 2, 9)       # at which execution in a round
MAX_FAILURES = 5

# What the child is, and the functions it is ended in.
CASES = (
    ("writer", ("exos_pipe_write", "write_any", "holder_of", "exos_alive",
                "__sync_val_compare_and_swap_4")),
    ("reader", ("exos_pipe_read", "read_any", "wait_bytes",
                "__sync_val_compare_and_swap_4")),
    ("locker", ("child", "exos_lock",
                "__sync_val_compare_and_swap_4")),
)


class Victim:
    """A machine in which ipc_victim runs, stopped between two rounds."""

    def __init__(self, elf, kind):
        self.elf = elf
        self.emulator = debugger.Emulator(
            os.path.join(WORK, "aegis.elf"), program=["ipc_victim", kind],
            time_limit=EMULATED, host_limit=100)
        self.round = elf.symbol["ipc_round"]
        self.emulator.add_breakpoint(self.round)
        self.cont()
        self.parent = self.asid()

    def asid(self):
        return self.emulator.cp0()["entryhi"] >> 6 & 63

    def cont(self):
        stop = self.emulator.cont()
        if stop.reason != "breakpoint":
            said = self.emulator.console().strip().splitlines()[-2:]
            raise nesting.Wrong(f"{stop.reason}: " + " | ".join(said))
        return stop.pc

    def end_at(self, address, turn):
        """False if the round passes without that."""
        self.emulator.add_breakpoint(address)
        turns = 0
        while self.cont() == address:
            if self.asid() == self.parent:
                continue
            turns += 1
            if turns == turn:
                self.emulator.set_register("pc", self.elf.symbol["ipc_die"])
                break
        self.emulator.remove_breakpoint(address)
        if turns == turn and self.cont() != self.round:
            raise nesting.Wrong("no next round")
        return turns == turn

    def finish(self):
        self.emulator.write_memory(self.elf.symbol["ipc_stop"], b"\1\0\0\0")
        self.emulator.remove_breakpoint(self.round)
        stop = self.emulator.cont()
        if stop.reason not in ("halted", "died") or \
                " rounds" not in self.emulator.console():
            raise nesting.Wrong(f"{stop.reason}: {self.emulator.console()}")


def function(elf, name):
    """Addresses of a function's instructions, but for delay slots."""
    start = elf.symbol[name]
    end = next(a for a, _ in elf.sorted if a > start)
    return [pc for pc in range(start, end, 4)
            if pc == start or not nesting.is_branch(elf.word(pc - 4))]


def run_function(tap, elf, kind, name):
    places, bad, victim = 0, [], None
    for pc in function(elf, name):
        for turn in TURNS:
            try:
                victim = victim or Victim(elf, kind)
                if not victim.end_at(pc, turn):
                    break
                places += 1
            except (nesting.Wrong, debugger.DebuggerError,
                    gxemul.HostError) as e:
                bad.append(f"{elf.name(pc)}, time {turn}: {e}")
                if victim:
                    victim.emulator.quit()
                victim = None
        if len(bad) >= MAX_FAILURES:
            bad.append("the rest is left out")
            break
    try:
        if victim:
            victim.finish()
    except (nesting.Wrong, debugger.DebuggerError, gxemul.HostError) as e:
        bad.append(str(e))
    if victim:
        victim.emulator.quit()
    tap.result(places and not bad,
               f"{kind}: {name}: ended {places} times", "\n".join(bad))


def main():
    os.makedirs(WORK, exist_ok=True)
    shutil.copy(os.path.join(BUILD, "tests", "aegis-chip.elf"),
                os.path.join(WORK, "aegis.elf"))
    elf_path = os.path.join(WORK, "ipc_victim.elf")
    shutil.copy(os.path.join(BUILD, "bin", "ipc_victim.elf"), elf_path)
    elf = nesting.Elf(elf_path)
    tap = Results()
    for kind, names in CASES:
        for name in names:
            run_function(tap, elf, kind, name)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
