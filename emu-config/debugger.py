# SPDX-License-Identifier: MIT
"""GXemul's debugger as a Python class, and its instruction trace as records.

    with Emulator("aegis.elf", program=["hello"]) as emulator:
        emulator.add_breakpoint("refill")
        stop = emulator.cont()          # Stop('breakpoint', 0x80000000, ...)
        before = emulator.ninstrs()
        ...

The machine, its clock and its consoles are those of the launcher: a run
here executes what a run there does. Guest text comes through pipes of its
own and cannot be taken for the debugger's. Counts are exact.
"""

import os
import re
import selectors
import subprocess
import time
from typing import NamedTuple, Optional

import gxemul

PROMPT = b"GXemul> "
HOST_LIMIT = 900                # seconds without end are a hang
STATUS_KUC = 2                  # Status: user mode
TAIL = 1000                     # bytes of a trace's end that tell the reason

BREAKPOINT = re.compile(rb"^BREAKPOINT: pc = 0x([0-9a-f]+)\r?$", re.M)


class DebuggerError(Exception):
    """The debugger did not do what it was asked."""


class Stop(NamedTuple):
    """Why the machine stopped: reason is

    breakpoint  at pc, whose instruction has not been executed
    step        after a step
    halted      every machine has stopped
    time-limit  the emulator is gone
    died        the emulator is gone, text tells why
    """
    reason: str
    pc: Optional[int] = None
    text: str = ""


class Emulator:
    """A machine under GXemul's debugger, stopped before its first
    instruction. Addresses are virtual, integers or names of symbols."""

    def __init__(self, image, *, config="3max", memory=None, words=(),
                 program=(), nonce=None, time_limit=60.0, real_time=False,
                 input=None, host_limit=HOST_LIMIT):
        fd = None if input is None else os.open(input, os.O_RDONLY)
        try:
            self._gxemul = gxemul.GXemul(
                image, config=config, memory=memory, words=words,
                program=program, nonce=nonce, time_limit=time_limit,
                real_time=real_time, input_fd=fd, debugger=True)
        finally:
            if fd is not None:
                os.close(fd)
        self.nonce = self._gxemul.nonce
        self.machines = self._gxemul.machines
        self.machine = 0
        self.tracing = False
        self._breakpoints = [[] for _ in self.machines]
        self._console = {name: b"" for name in self.machines}
        self._output = b""
        self._status = b""
        self._counts = None             # at the prompt, else None
        self._sink = None               # takes the trace, while running
        self._trace = None              # what takes it when running
        self._tail = b""
        self._host_limit = host_limit
        self._alive = True
        self._selector = selectors.DefaultSelector()
        for f in (self._gxemul.output, self._gxemul.status,
                  *self._gxemul.console):
            self._selector.register(f, selectors.EVENT_READ)
        try:
            banner = self._wait()
            if self._counts is None:
                raise gxemul.HostError("the emulator did not start: "
                                       + self._why(banner))
            self._command("quiet on")
        except BaseException:
            self.quit()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.quit()

    # Talking to the debugger.

    def _why(self, text):
        status = self._status.decode(errors="replace")
        if "failed: " in status:
            return status[status.index("failed: "):].strip()
        lines = text.strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def _read(self, timeout):
        """Take in what has come; False when the emulator is gone."""
        for key, _ in self._selector.select(timeout):
            data = os.read(key.fd, 1 << 18)
            if not data:
                self._selector.unregister(key.fd)
            elif key.fd == self._gxemul.output:
                self._take(data)
            elif key.fd == self._gxemul.status:
                self._status += data
            else:
                self._console[self._gxemul.console[key.fd]] += data
        return bool(self._selector.get_map())

    def _take(self, data):
        self._output += data
        if self._sink is None or b"\n" not in data:
            return
        lines, newline, rest = self._output.rpartition(b"\n")
        self._sink(lines + newline)
        self._tail = (self._tail + lines + newline)[-TAIL:]
        self._output = rest

    def _wait(self):
        """Run to the next prompt, or to the end; what was said meanwhile.

        The preload library reports the prompt, when all output is written,
        so that no text of the emulator can be mistaken for it."""
        end = time.monotonic() + self._host_limit
        self._counts = None
        while True:
            prompt = re.search(rb"^prompt ([0-9,]+)\n", self._status, re.M)
            if prompt and self._output.endswith(PROMPT):
                self._status = (self._status[:prompt.start()]
                                + self._status[prompt.end():])
                self._counts = [int(n) for n in prompt[1].split(b",")]
                break
            if not self._read(1.0):
                self._alive = False
                break
            if time.monotonic() > end:
                self._gxemul.process.kill()
                raise gxemul.HostError(f"no end after {self._host_limit:g} "
                                       "seconds on this host")
        text, self._output = self._output, b""
        return text.removesuffix(PROMPT).decode(errors="replace")

    def _send(self, line):
        if not self._alive or self._counts is None:
            raise DebuggerError(f"{line}: the emulator is gone")
        self._gxemul.process.stdin.write(line.encode() + b"\n")

    def _command(self, line):
        """The reply to a command that does not run the machine."""
        self._send(line)
        echo, _, reply = self._wait().partition("\n")
        return reply

    # Running.

    def _run(self, command):
        self._tail = b""
        self._send(command)
        self._sink = self._trace and self._after_echo(self._trace)
        try:
            text = self._wait()
        finally:
            self._sink = None
        said = self._tail + text.encode()
        if not self._alive:
            rc = self._gxemul.process.wait()
            if b"time-limit" in self._status:
                return Stop("time-limit")
            return Stop("died", text=f"exit code {rc}: "
                        + self._why(said.decode(errors="replace")))
        found = BREAKPOINT.findall(said)
        text = said.decode(errors="replace").partition("\n")[2].strip()
        if found:
            return Stop("breakpoint", int(found[-1], 16), text)
        return Stop("step" if command.startswith("step") else "halted",
                    None, text)

    @staticmethod
    def _after_echo(sink):
        """The sink, without the first line: the echo of the command."""
        first = True

        def write(data):
            nonlocal first
            if first:
                data = data.partition(b"\n")[2]
                first = False
            if data:
                sink(data)

        return write

    def cont(self):
        """Continue, until something stops the machine."""
        return self._run("continue")

    def step(self, n=1):
        """Execute n instructions, a branch and its delay slot being one;
        interrupts are not taken meanwhile."""
        return self._run(f"step {n}")

    def add_breakpoint(self, where):
        """Stop before the instruction at an address, not in a delay slot."""
        reply = self._command(f"breakpoint add {_place(where)}")
        m = re.search(r"0x([0-9a-f]+)", reply)
        if not m or "parse" in reply:
            raise DebuggerError(f"breakpoint at {where}: {reply.strip()}")
        address = int(m[1], 16)
        self._breakpoints[self.machine].append(address)
        return address

    def remove_breakpoint(self, where):
        address = self.symbol(where)
        mine = self._breakpoints[self.machine]
        if address not in mine:
            raise DebuggerError(f"no breakpoint at {where}")
        self._command(f"breakpoint delete {mine.index(address)}")
        mine.remove(address)

    def ninstrs(self):
        """Instructions executed so far by the machine in focus, exactly."""
        if self._counts is None:
            raise DebuggerError("the emulator is gone")
        return self._counts[self.machine]

    def trace(self, sink):
        """Trace every machine's instructions: the lines go to sink, a
        function of a bytes object of whole lines, or a binary file.
        None ends it."""
        if (sink is not None) != self.tracing:
            focus = self.machine
            for i in range(len(self.machines)):
                self.focus(i)
                self._command("itrace")
            self.focus(focus)
            self.tracing = sink is not None
            self._command("quiet off" if self.tracing else "quiet on")
        self._trace = getattr(sink, "write", sink)

    def focus(self, machine):
        """The number of the machine that the other methods are about."""
        if machine != self.machine:
            self._command(f"focus 0,{machine}")
            self.machine = machine

    # Looking and changing.

    def symbol(self, where):
        """The address of a symbol (an address stays what it is)."""
        if isinstance(where, int):
            return where & 0xffffffff
        m = re.search(r"0x([0-9a-f]+)\s*$", self._command(f"print {where}"))
        if not m:
            raise DebuggerError(f"no symbol {where}")
        return int(m[1], 16) & 0xffffffff

    def registers(self):
        """General registers by name (at, v0, ..., ra), and pc, hi, lo."""
        return _assignments(self._command("reg"))

    def cp0(self):
        """Coprocessor 0 registers by name: status, cause, epc, ..."""
        return _assignments(self._command("reg ,0"))

    def set_register(self, name, value):
        reply = self._command(f"{name} = 0x{value & 0xffffffff:x}")
        if not reply.startswith("0x"):
            raise DebuggerError(f"{name}: {reply.strip()}")

    def read_memory(self, where, n):
        address = self.symbol(where)
        reply = self._command(f"dump 0x{address:x} 0x{address + n:x}")
        data = b""
        for line in reply.splitlines():
            m = re.match(r"0x[0-9a-f]{8}  (.{36})", line)
            if m:
                data += bytes.fromhex(m[1])
        if len(data) != n:
            raise DebuggerError(f"cannot read {n} bytes at {where}")
        return data

    def read_kernel(self, where, n):
        """The kernel's memory, which the debugger cannot reach while user
        mode runs: Status says kernel mode meanwhile."""
        status = self.cp0()["status"]
        if not status & STATUS_KUC:
            return self.read_memory(where, n)
        self.set_register("status", status & ~STATUS_KUC)
        try:
            return self.read_memory(where, n)
        finally:
            self.set_register("status", status)

    def write_memory(self, where, data):
        address = self.symbol(where)
        while data:
            if address % 4 == 0 and len(data) >= 4:
                n, kind = 4, "w"
            else:
                n, kind = 1, "b"
            value = int.from_bytes(data[:n], "little")
            reply = self._command(f"put {kind} 0x{address:x}, 0x{value:x}")
            if "FAILED" in reply or ":" not in reply:
                raise DebuggerError(f"write at 0x{address:x}: {reply.strip()}")
            address += n
            data = data[n:]

    def tlbdump(self):
        """The TLB as a list of (EntryHi, EntryLo)."""
        return [(int(hi, 16), int(lo, 16)) for hi, lo in re.findall(
            r"hi=0x([0-9a-f]+) lo=0x([0-9a-f]+)", self._command("tlbdump ,r"))]

    def console(self, machine=0):
        """What a machine has written on its console so far."""
        return self._console[self.machines[machine]].decode(errors="replace")

    def quit(self):
        """End the emulator. It can be called more than once."""
        if self._alive and self._counts is not None:
            try:
                self._send("quit")
                self._gxemul.process.wait(timeout=5)
            except (OSError, subprocess.TimeoutExpired):
                pass
        self._alive = False
        self._counts = None
        self._selector.close()
        self._gxemul.close()


def _place(where):
    return f"0x{where & 0xffffffff:x}" if isinstance(where, int) else where


def _assignments(text):
    """Every `name = hexadecimal` of a register dump."""
    return {name: int(value, 16) for name, value in
            re.findall(r"(\w+) ?= ?([0-9a-f]{8})\b", text)}


class Instruction(NamedTuple):
    """A traced instruction. address is the virtual address of a load or a
    store; label is the symbol at pc; values holds what else GXemul tells,
    such as the word that mtc0 writes or the entry that tlbwr writes."""
    pc: int
    word: int
    delay_slot: bool
    mnemonic: str
    operands: str
    address: Optional[int]
    values: str
    label: Optional[str]


class ExceptionTaken(NamedTuple):
    """kind is GXemul's: INT, MOD, TLBL, TLBS, ADEL, ADES, SYS, BP, RI, CPU,
    OV. If the Instruction before has the same pc, or is the branch before
    it, then it did not complete. An INT comes between instructions."""
    kind: str
    tlb: bool               # a miss in the TLB
    pc: int
    vaddr: Optional[int]
    text: str


_INSTRUCTION = re.compile(
    r"([0-9a-f]{8}): ([0-9a-f]{8}) (\(d\))?\s+(\S+)\s*([^\[\t]*)(.*)")
_LABEL = re.compile(r"<([^>]+)>$")
_ADDRESS = re.compile(r"\[0x([0-9a-f]{8})\b")
_EXCEPTION = re.compile(r"\[ exception (\S+)( <tlb>)?(.*) \]$")
_PC = re.compile(r".*\bpc=0x([0-9a-f]+)")      # the last: text may precede
_VADDR = re.compile(r"\bvaddr=0x([0-9a-f]+)")
_BREAKPOINT = "BREAKPOINT: "
_CACHE = 1 << 18                # lines; loops repeat theirs


def _parse_line(line):
    """A record, a label as text, _BREAKPOINT, or None."""
    if isinstance(line, bytes):
        line = line.decode("latin-1")
    line = line.rstrip("\r\n")
    m = _INSTRUCTION.match(line)
    if m:
        pc, word, slot, mnemonic, operands, rest = m.groups()
        a = _ADDRESS.match(rest.lstrip())
        return Instruction(int(pc, 16), int(word, 16), bool(slot), mnemonic,
                           operands.rstrip(), int(a[1], 16) if a else None,
                           "" if a else rest.strip(), None)
    if line.startswith(_BREAKPOINT):
        return _BREAKPOINT
    m = _LABEL.match(line)
    if m:
        return m[1]
    m = _EXCEPTION.match(line)
    if m:
        kind, tlb, rest = m.groups()
        pc, vaddr = _PC.match(rest), _VADDR.search(rest)
        return ExceptionTaken(kind, bool(tlb), int(pc[1], 16) & 0xffffffff,
                              int(vaddr[1], 16) & 0xffffffff if vaddr
                              else None, rest.strip())
    return None


def parse_trace(lines):
    """Instruction and ExceptionTaken records of trace lines, text or bytes.

    Other text is skipped. The instruction shown at a breakpoint, which is
    shown again when it is executed, appears once."""
    cache = {}
    label = None
    waiting = []            # an instruction, and that in its delay slot
    for line in lines:
        try:
            record = cache[line]
        except KeyError:
            if len(cache) >= _CACHE:
                cache.clear()
            record = cache[line] = _parse_line(line)
        kind = type(record)
        if kind is Instruction:
            if waiting and not record.delay_slot:
                yield from waiting
                waiting.clear()
            if label:
                record = record._replace(label=label)
                label = None
            waiting.append(record)
        elif kind is ExceptionTaken:
            yield from waiting
            waiting.clear()
            yield record
        elif record is _BREAKPOINT:
            waiting.clear()
        elif kind is str:
            label = record
    yield from waiting
