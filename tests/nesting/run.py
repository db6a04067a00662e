#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Test that events nest: injected from outside, and raised by programs.

For every instruction of ExOS's handlers, stubs, prologue and epilogue, the
debugger stops the machine there and makes it take a clock interrupt, lose
its TLB entries, or both, while a program checks that no register is lost.
The kernel and ExOS are what they always are.  Prints TAP lines.
"""

import argparse
import bisect
import os
import re
import shutil
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, "build")
WORK = os.path.join(BUILD, "tests", "nesting")
LAUNCH = os.path.join(ROOT, "emu-config", "launch")
CROSS = "mipsel-linux-gnu-"

sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(ROOT, "emu-config"), os.path.join(ROOT, "tests")]
import debugger  # noqa: E402
import gxemul  # noqa: E402
from tap import Results  # noqa: E402

UTLB_VECTOR = 0x80000000
GENERAL_VECTOR = 0x80000080
EVICT = 0x80010000              # tests/nesting/evict.S
CLOCK = {"3max": 0x0800,        # Cause: the clock's line, IP3 or IP5
         "3100": 0x2000}
CAUSE_BD = 0x80000000
CAUSE_EXC = 0x3c
KU_IE = 0x3f                    # Status: the stack of modes
USER = 3                        # ... its top, in user mode
GARBAGE = 0xdead0bad            # for k0 and k1

ROUNDS_AFTER = 3                # that the victim completes after an injection
ROUNDS_WITHOUT = 3              # then an instruction counts as not reached
EMULATED = 60                   # seconds a session may take: a hang ends
HOST_SECONDS = 300
MAX_FAILURES = 8                # a group, before the rest of it is left out


# Symbols that say where something ends, not what begins there.
ENDS = ("stub_end", "nest_events_end", "nest_neighbour_end", "critical_end",
        "stub_first", "critical_first", "exos_mod_end")


class Elf:
    """Symbols and instruction words of a linked program."""

    def __init__(self, path):
        with open(path, "rb") as f:
            self.data = f.read()
        self.symbol = {}
        nm = subprocess.run([CROSS + "nm", path], capture_output=True,
                            text=True, check=True).stdout
        for line in nm.splitlines():
            fields = line.split()
            if len(fields) == 3:
                self.symbol[fields[2]] = int(fields[0], 16) & 0xffffffff
        self.sorted = sorted((a, n) for n, a in self.symbol.items()
                             if n not in ENDS)

    def word(self, va):
        phoff, = struct.unpack_from("<I", self.data, 28)
        phnum, = struct.unpack_from("<H", self.data, 44)
        for i in range(phnum):
            kind, offset, start, _, size = struct.unpack_from(
                "<5I", self.data, phoff + 32 * i)
            if kind == 1 and start <= va < start + size:
                return struct.unpack_from("<I", self.data,
                                          offset + va - start)[0]
        raise ValueError(f"nothing at {va:#x}")

    def name(self, va):
        i = bisect.bisect(self.sorted, (va, "\x7f")) - 1
        start, name = self.sorted[i]
        return name if start == va else f"{name}+{va - start:#x}"


def is_branch(word):
    """Has it a delay slot?"""
    op = word >> 26
    return op in (1, 2, 3, 4, 5, 6, 7) or (op == 0 and word & 63 in (8, 9))


def links(word):
    """jal: sets ra before its delay slot is executed."""
    return word >> 26 == 3


class Wrong(Exception):
    """The machine did not do what it should."""


class Victim:
    """A machine in which nest_victim runs, stopped before a round."""

    def __init__(self, image, config, elf, program, words):
        self.elf = elf
        self.clock = CLOCK[config]
        self.emulator = debugger.Emulator(
            image, config=config, program=[program, "forever", *words],
            time_limit=EMULATED, host_limit=HOST_SECONDS)
        self.round = elf.symbol["nest_round"]
        try:
            with open(elf.hook, "rb") as f:
                self.emulator.write_memory(EVICT, f.read())
            self.arm(self.round)
            self.until(self.round)
        except BaseException:
            self.emulator.quit()
            raise

    def arm(self, address):
        self.emulator.add_breakpoint(address)

    def disarm(self, address):
        self.emulator.remove_breakpoint(address)

    def cont(self):
        stop = self.emulator.cont()
        if stop.reason != "breakpoint":
            said = self.emulator.console().strip().splitlines()[-4:]
            raise Wrong(f"{stop.reason} {stop.text[-200:]}\n"
                        + "\n".join(said))
        return stop.pc

    def until(self, address):
        pc = self.cont()
        if pc != address:
            raise Wrong(f"stopped at {self.elf.name(pc)}, not at "
                        f"{self.elf.name(address)}")

    def rounds(self, n):
        for _ in range(n):
            self.until(self.round)

    def reach(self, address, turn=1):
        """Run to the turn-th execution of an instruction in one round;
        False if rounds pass without it."""
        self.arm(address)
        rounds = turns = 0
        while rounds <= ROUNDS_WITHOUT:
            if self.cont() == address:
                turns += 1
                if turns == turn:
                    return True
            else:
                rounds += 1
                turns = 0
        self.disarm(address)
        return False

    def enter_kernel(self, handler, cause=None):
        """The machine as an exception leaves it, at a handler."""
        emulator = self.emulator
        cp0, pc = emulator.cp0(), emulator.registers()["pc"]
        status = cp0["status"]
        if status & USER != USER:
            raise Wrong(f"not in user mode: Status {status:08x}")
        emulator.set_register("status", (status & ~KU_IE)
                              | (status << 2 & KU_IE))
        emulator.set_register("epc", pc)
        if cause is not None:
            keep = cp0["cause"] & ~(CAUSE_EXC | CAUSE_BD)
            emulator.set_register("cause", keep | cause)
        emulator.set_register("pc", handler)

    def expect(self, handler, epc):
        """The next stop is this handler's, for an event at epc."""
        self.arm(handler)
        pc = self.cont()
        self.disarm(handler)
        seen = self.emulator.cp0()["epc"]
        if pc != handler or seen != epc:
            raise Wrong(f"at {pc:08x} with EPC {seen:08x}, not at "
                        f"{handler:08x} with {epc:08x}")

    # What can be injected before the instruction at pc.

    def interrupt(self, pc):
        """A clock interrupt, taken by the emulated processor itself."""
        cause = self.emulator.cp0()["cause"]
        for k in ("k0", "k1"):
            self.emulator.set_register(k, GARBAGE)
        self.emulator.set_register("cause", cause | self.clock)
        self.expect(self.elf.tick, pc)

    def slot(self, pc):
        """One in the delay slot of the branch at pc."""
        for k in ("k0", "k1"):
            self.emulator.set_register(k, GARBAGE)
        if links(self.elf.word(pc)):
            self.emulator.set_register("ra", pc + 8)
        self.enter_kernel(GENERAL_VECTOR, self.clock | CAUSE_BD)
        self.expect(self.elf.tick, pc)

    def evict(self, pc):
        """All TLB entries are lost."""
        self.enter_kernel(self.elf.evict)
        self.expect(UTLB_VECTOR, pc)

    def forget(self, pc):
        """All TLB entries are lost, and the STLB's."""
        self.enter_kernel(self.elf.forget)
        self.expect(UTLB_VECTOR, pc)

    def both(self, pc):
        """All TLB entries are lost, then a clock interrupt."""
        self.enter_kernel(self.elf.evict_interrupt, self.clock)
        self.expect(self.elf.tick, pc)

    def reach_through(self, address, through):
        """Run to an instruction that an end of slice leads to."""
        if not self.reach(through):
            raise Wrong(f"{self.elf.name(through)} is not reached")
        self.arm(address)
        self.interrupt(through)
        self.disarm(through)
        if self.cont() == address:
            return True
        self.disarm(address)
        return False

    def inject(self, address, kind, through, turn):
        """True, or False if the instruction is not reached."""
        if through:                     # by way of an end of slice there
            if not self.reach_through(address, through) and \
                    not self.reach_through(address, through):
                return False            # with or without a notice
        elif not self.reach(address, turn):
            return False
        getattr(self, kind)(address)
        self.disarm(address)
        self.rounds(ROUNDS_AFTER)
        return True

    def finish(self):
        """Let the program end; its exit status must be 0."""
        self.rounds(1)
        self.emulator.write_memory(self.elf.symbol["nest_stop"],
                                   b"\1\0\0\0")
        self.disarm(self.round)
        stop = self.emulator.cont()
        text = self.emulator.console()
        if stop.reason not in ("halted", "died") or not re.search(
                rf"aegis: halt {self.emulator.nonce} 0\s*$", text):
            raise Wrong(f"{stop.reason}: {text[-300:]}")


KINDS = {
    "interrupt": "a clock interrupt",
    "slot": "a clock interrupt in the delay slot",
    "evict": "loss of the TLB entries",
    "both": "loss of the TLB entries and a clock interrupt",
    "forget": "loss of the TLB's and the STLB's entries",
}


USUAL = ("interrupt", "slot", "evict", "both")
TABLE = (*USUAL, "forget")      # where the page table is looked at
FEW = ("interrupt", "forget")   # but on one image, machine and table


class Group:
    """A stretch of code, and what is injected where in it."""

    def __init__(self, start, end, *, name=None, kinds=USUAL,
                 first=(), modes=("alone", "neighbour", "caller"), through=None,
                 dead=(), turns=(1,), table=False):
        self.start, self.end = start, end
        self.name = name or start
        self.kinds = kinds
        self.first = first              # at the first instruction alone
        self.modes = modes
        self.through = through          # an end of slice here leads to it
        self.dead = dead                # never reached; None: many are not
        self.turns = turns              # in a loop, at which of its turns
        self.table = table              # once for each page table


# Inside a stub nothing can be lost from the TLB but by way of an interrupt,
# after which the stub begins again: its page has just been fetched from.
def stub(name, end, **options):
    return Group(name, end, kinds=("interrupt", "slot", "both"),
                 first=("evict", "forget"), dead=(name + "+0x1c",), **options)


# Only a slice that ended leaves a context with every register.
DIVERTED = {"modes": ("diverted",), "through": "nest_spin"}
PREEMPTED = {"modes": ("neighbour", "caller"), "through": "nest_spin"}


# The table's entries move one by one; any may be the page that is wanted.
TURNS = range(1, 16)


def table_code(start, end, turns=TURNS):
    """C that changes the table, while gate code comes in between."""
    return Group(start, end, dead=None, modes=("caller",), table=True,
                 kinds=("interrupt", "both", "forget"), turns=turns)


GROUPS = [
    Group("nest_events", "nest_events_end", name="the victim's own events",
          dead=("nest_dead",)),
    stub("stub_tlbx", "stub_genx"),
    stub("stub_genx", "stub_intx"),
    stub("stub_intx", "stub_tabx", **PREEMPTED),
    stub("stub_tabx", "stub_trap"),
    stub("stub_trap", "stub_end"),
    Group("exos_exception", "estack_held"),
    Group("estack_held", "exos_interrupt", dead=None, modes=("caller",),
          through="exos_fault"),
    Group("exos_interrupt", "estack_full", modes=("alone",),
          through="nest_spin"),
    Group("exos_fault", "exos_estack_overflow", dead=None),
    Group("exos_epilogue", "ctx_full", dead=("exos_park+0xc",), **PREEMPTED),
    Group("exos_prologue", "exos_resume"),
    Group("exos_resume", "exos_resume_diverted"),
    Group("exos_resume_diverted", "exos_yielded", **DIVERTED),
    Group("exos_divert_context", "exos_lrpc", dead=None, **DIVERTED),
    Group("exos_diverted", "exos_init", dead=("exos_diverted+0x10",),
          **DIVERTED),
    Group("exos_exception_exit", "estack_held", **DIVERTED),
    Group("exos_yielded", "prologue_empty"),
    Group("exos_yield", "exos_miss_pinned"),
    Group("exos_miss_pinned", "exos_miss_lost", table=True, kinds=TABLE,
          dead=("exos_miss_other", "exos_miss_none")),
    Group("exos_miss_fault", "exos_miss"),
    Group("exos_miss", "exos_mod", table=True, kinds=TABLE),
    # In the inverted table, the branch that ends a search in vain.
    Group("exos_mod", "exos_mod_in_ras", table=True, kinds=TABLE,
          dead=("exos_mod_outside+0x48",)),
    Group("exos_mod_in_ras", "exos_mod_slow"),
    Group("exos_mod_slow", "exos_mod_protected"),
    Group("exos_mod_protected", "exos_mod_declined", table=True, kinds=TABLE),
    Group("exos_mod_resume", "exos_mod_end", table=True, kinds=TABLE),
    table_code("exos_protect", "exos_caps_use"),
    # These are outside the critical range: slices end there.
    table_code("exos_changed_otherwise", "exos_map_zero", turns=range(1, 6)),
    # A tick in here is a notice more, handled inside.
    Group("exos_interrupts", "exos_repossess", dead=None, modes=("alone",)),
    Group("exos_queue_take", "open_at", dead=None, modes=("alone", "caller")),
    # Restartable sequences: the caller's gate counts in the same word.
    *(Group(f"__sync_{name}_4", f"__sync_{after}", modes=("caller",),
            dead=[f"__sync_{name}_4+{4 * i:#x}" for i in range(words, 8)])
      for name, after, words in (
          ("fetch_and_add", "fetch_and_sub_4", 5),
          ("lock_test_and_set", "val_compare_and_swap_4", 3),
          ("val_compare_and_swap", "fetch_and_add_2", 6))),
    Group("exos_gate", "exos_agate", modes=("caller",),
          dead=("exos_gate+0x40",)),
]


# The page tables that the victim is linked with (its file pt).
TABLES = ("", ".linear", ".inverted")

# k0 and k1 are nobody's; gp is ExOS's.
HELD = ("at v1 a0 a1 a2 a3 t0 t1 t2 t3 t4 t5 t6 t7 s0 s1 s2 s3 s4 s5 s6 s7 "
        "t8 t9 sp fp ra hi lo").split()


class Injections:
    """All groups in one mode of the victim, on one image and machine; or,
    with a page table other than the usual one, those that depend on it."""

    def __init__(self, tap, image, config, mode, table="", kinds=TABLE):
        self.tap, self.config, self.mode = tap, config, mode
        self.table, self.kinds = table, kinds
        self.image = os.path.join(WORK, f"aegis-{image}.elf")
        self.label = f"{config}, {image}, {mode}{table.replace('.', ', ')}"
        self.elf = Elf(os.path.join(WORK, f"nest_victim{table}.elf"))
        kernel = Elf(self.image)
        self.elf.tick = kernel.symbol["processor_tick"]
        hook = Elf(os.path.join(WORK, f"evict-{image}.elf"))
        self.elf.hook = os.path.join(WORK, f"evict-{image}.bin")
        self.elf.evict = hook.symbol["evict"]
        self.elf.evict_interrupt = hook.symbol["evict_interrupt"]
        self.elf.forget = hook.symbol["forget"]
        self.victim = None
        self.count = 0

    def start(self):
        if not self.victim:
            words = [] if self.mode == "alone" else [self.mode]
            self.victim = Victim(self.image, self.config, self.elf,
                                 "nest_victim" + self.table, words)

    def stop(self):
        if self.victim:
            self.victim.emulator.quit()
            self.victim = None

    def points(self, group, kind):
        start, end = (self.elf.symbol[s] for s in (group.start, group.end))
        for pc in range(start, end, 4):
            if pc > start and is_branch(self.elf.word(pc - 4)):
                continue                # breakpoints are not in delay slots
            if kind == "slot" and not is_branch(self.elf.word(pc)):
                continue
            yield pc
            if kind in group.first:
                return

    def run_group(self, group, kind):
        bad, unreached, reached, n = [], [], None, 0
        through = group.through and self.elf.symbol[group.through]
        for pc, turn in ((pc, turn) for pc in self.points(group, kind)
                         for turn in group.turns):
            if turn > 1 and reached != (pc, turn - 1):
                continue
            try:
                self.start()
                if self.victim.inject(pc, kind, through, turn):
                    n += 1
                    reached = pc, turn
                elif turn == 1 and group.dead is not None:
                    unreached.append(self.elf.name(pc))
            except (Wrong, debugger.DebuggerError, gxemul.HostError) as e:
                n += 1
                reached = pc, turn
                when = f", turn {turn}" if turn > 1 else ""
                bad.append(f"{self.elf.name(pc)}{when}: {e}")
                self.stop()
                if len(bad) == MAX_FAILURES:
                    bad.append("the rest is left out")
                    break
        self.count += n
        for name in unreached:
            if name not in group.dead:
                bad.append("not reached: " + name)
        self.tap.result(n and not bad,
                        f"{self.label}: {group.name}: {KINDS[kind]} at {n} "
                        f"place{'s' if n > 1 else ''}",
                        "\n".join(bad))

    def run(self):
        for group in GROUPS:
            if self.mode not in group.modes or \
                    (self.table and not group.table):
                continue
            for kind in (*group.kinds, *group.first):
                if kind in self.kinds:
                    self.run_group(group, kind)
        try:
            self.start()
            self.victim.finish()
            self.tap.result(True, f"{self.label}: the victim ends with 0")
        except (Wrong, debugger.DebuggerError, gxemul.HostError) as e:
            self.tap.result(False, f"{self.label}: the victim ends with 0",
                            str(e))
        self.stop()
        return self.count

    def run_self_check(self):
        """The victim must notice a change of any register it holds."""
        unnoticed = []
        spin = self.elf.symbol["nest_spin"]
        for register in HELD:
            self.start()
            self.victim.reach(spin)
            old = self.victim.emulator.registers()[register]
            self.victim.emulator.set_register(register, old ^ 4)
            self.victim.disarm(spin)
            try:
                self.victim.rounds(2)
                unnoticed.append(register)
            except Wrong:
                pass
            self.stop()
        self.tap.result(not unnoticed, f"{self.label}: the victim notices a "
                        f"change of each of {len(HELD)} registers",
                        "unnoticed: " + " ".join(unnoticed)
                        if unnoticed else "")


# Programs that raise their own events, with what they must print.
PROGRAMS = [
    ("nest_events", ()),
    ("nest_deep", ("nest_deep: ended by exception stack full",)),
    ("vm_faults", ("vm_faults: ended by exception stack full",
                   "vm_faults: ended by out of memory",
                   "vm_faults: ended by stack overflow")),
]


def run_programs(tap, image, config):
    for name, texts in PROGRAMS:
        done = subprocess.run(
            [sys.executable, LAUNCH, "--config", config, "--time-limit", "5",
             "--host-limit", "60", os.path.join(WORK, f"aegis-{image}.elf"),
             "--", name, image],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        out = done.stdout.decode(errors="replace").replace("\r", "")
        passed = re.findall(r"^ok [0-9]+ - ", out, re.M)
        bad = re.findall(r"^(?:not ok .*|# .*)$", out, re.M)
        plan = re.search(r"^1\.\.([0-9]+)$", out, re.M)
        if not plan or int(plan[1]) != len(passed):
            bad.append(f"{len(passed)} passed of "
                       f"{plan[1] if plan else 'an unknown number'}")
        bad += [f"no {text!r}" for text in texts if text not in out]
        if done.returncode:
            bad.append(done.stderr.decode(errors="replace")[-300:])
        tap.result(not bad, f"{config}, {image}: {name}: {len(passed)} "
                   "checks", "\n".join(bad))


def build_hook(image):
    """evict.S for an image, which must be in WORK."""
    o, elf, binary = (os.path.join(WORK, f"evict-{image}.{s}")
                      for s in ("o", "elf", "bin"))
    records = Elf(os.path.join(WORK, f"aegis-{image}.elf")) \
        .symbol["page_records"]
    for command in (
            ["gcc", "-EL", "-march=r3000", "-mabi=32", "-mfp32",
             "-mno-abicalls", "-fno-pic", "-G0",
             *(f"-I{os.path.join(ROOT, d)}" for d in
               ("aegis/include", "aegis/trap", "build/gen")), "-c", "-o", o,
             os.path.join(HERE, "evict.S")],
            ["ld", "-EL", "-e", "evict", "-Ttext", hex(EVICT),
             f"--defsym=page_records={records:#x}", "-o", elf, o],
            ["objcopy", "-O", "binary", "-j", ".text", elf, binary]):
        subprocess.run([CROSS + command[0], *command[1:]], check=True)


def copy(path):
    """A copy that stays what it is if somebody builds meanwhile."""
    os.makedirs(WORK, exist_ok=True)
    shutil.copy(os.path.join(BUILD, path), WORK)


# Nothing of this is a machine's own but the clock's line.
RUNS = (("debug", "3max"), ("chip", "3max"), ("debug", "3100"))


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--image", choices=("debug", "chip"),
                   help="kernel image (both)")
    p.add_argument("--config", choices=tuple(CLOCK), help="machine (both)")
    p.add_argument("--all", action="store_true",
                   help="every kind of injection everywhere, and with every "
                   "page table")
    args = p.parse_args()
    runs = [(image, config) for image, config in RUNS
            if args.image in (None, image) and args.config in (None, config)]
    if not runs:
        p.error("this machine is not tried with this image")
    tap = Results()
    for image in {image for image, _ in runs}:
        copy(f"tests/aegis-{image}.elf")
        build_hook(image)
    for table in TABLES:
        copy(f"bin/nest_victim{table}.elf")
    begun, count = time.monotonic(), 0
    for run in runs:
        run_programs(tap, *run)
    Injections(tap, *runs[0], "alone").run_self_check()
    for run in runs:
        kinds = TABLE if args.all or run is runs[0] else FEW
        for mode in ("alone", "neighbour", "caller", "diverted"):
            count += Injections(tap, *run, mode, kinds=kinds).run()
    for table in TABLES[1:] if args.all else ():
        for mode in ("alone", "caller"):
            count += Injections(tap, *runs[0], mode, table).run()
    print(f"# {count} injections in {time.monotonic() - begun:.0f} s")
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
