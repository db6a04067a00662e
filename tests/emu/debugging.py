# SPDX-License-Identifier: MIT
"""The debugger interface: breakpoints, traces, reading and writing."""
from clocks import expect_ticks
from guest import BATCH, GUEST, ROUND, numbers
import debugger
from tap import expect, test


@test
def breakpoints_count_exactly():
    for rounds in (1, 1000, 123457):
        with debugger.Emulator(GUEST,
                               words=["do=count", f"rounds={rounds}"]) as e:
            a = e.add_breakpoint("spin")
            b = e.add_breakpoint("spin_end")
            stop = e.cont()
            expect(stop[:2] == ("breakpoint", a), stop)
            before = e.ninstrs()
            stop = e.cont()
            expect(stop[:2] == ("breakpoint", b), stop)
            n = e.ninstrs() - before
            expect(n == rounds * ROUND + 1, f"{n} in {rounds} rounds")
            e.remove_breakpoint(a)
            e.remove_breakpoint("spin_end")
            expect(e.cont().reason == "halted", "end")
            expect(e.console().endswith(f"aegis: halt {e.nonce} 0\r\n"),
                   e.console())


@test
def stops_do_not_disturb_the_clock():
    rounds = 3000000
    words = ["do=ticks", f"rounds={rounds}"]
    with debugger.Emulator(GUEST, words=words) as e:
        e.add_breakpoint("handle_exception")
        stops = 0
        while e.cont().reason == "breakpoint":
            stops += 1
        ticks = expect_ticks(e.console(), rounds)
        expect(stops == ticks, f"{stops} stops, {ticks} ticks")


@test
def trace_is_complete():
    rounds = 3000
    trace = []
    with debugger.Emulator(GUEST, words=["do=count", f"rounds={rounds}"]) as e:
        begin, end = e.add_breakpoint("spin"), e.add_breakpoint("spin_end")
        e.cont()
        before = e.ninstrs()
        e.trace(trace.append)
        e.cont()
        n = e.ninstrs() - before
        e.trace(None)
        word = e.symbol("rounds")
    records = list(debugger.parse_trace(b"".join(trace).splitlines()))
    expect(len(records) == n == rounds * ROUND + 1, len(records), n)
    first, last = records[0], records[-1]
    expect(first.pc == begin and first.label == "spin", first)
    expect(last.pc == end - 4 and last.delay_slot, last)
    stores = [r for r in records if r.mnemonic == "sw"]
    expect(len(stores) == rounds, "stores")
    expect(all(r.address == word and r.word >> 26 == 0x2b for r in stores),
           "store addresses")
    expect(sum(r.delay_slot for r in records) == rounds, "delay slots")


@test
def trace_shows_exceptions():
    trace = []
    with debugger.Emulator(GUEST, words=["do=ticks", "rounds=250000"]) as e:
        e.trace(trace.append)
        e.cont()
        ticks, = numbers("ticks", e.console())
        n = e.ninstrs()
    records = list(debugger.parse_trace(b"".join(trace).splitlines()))
    kinds = [r.kind for r in records
             if isinstance(r, debugger.ExceptionTaken)]
    expect(kinds == ["INT"] * ticks and ticks == 2, kinds)
    # the batch in which the guest halts is counted to its end
    traced = len(records) - ticks
    expect(abs(n - traced) <= BATCH, n, traced)


@test
def debugger_reads_and_writes():
    with debugger.Emulator(GUEST, words=["do=count"]) as e:
        e.add_breakpoint("spin")
        e.cont()
        code = e.read_memory("spin", 8)
        expect(code == bytes.fromhex("00000224 01004224"), code)
        expect(e.read_memory("spin", 7) == code[:7], "seven")
        e.write_memory(0x80020001, b"hello, world")
        expect(e.read_memory(0x80020000, 14) == b"\0hello, world\0", "write")
        registers = e.registers()
        expect(registers["pc"] == e.symbol("spin"), registers)
        expect(registers["a0"] == 1000 and len(registers) == 34, registers)
        e.set_register("a0", 5)                 # so five rounds only
        e.remove_breakpoint("spin")
        e.add_breakpoint("spin_end")
        before = e.ninstrs()
        e.cont()
        expect(e.ninstrs() - before == 5 * ROUND + 1, "five rounds")
        expect(e.cp0()["prid"] == 0x220, e.cp0())
        expect(e.tlbdump() == [(0, 0)] * 64, e.tlbdump())
        before = e.ninstrs()
        expect(e.step().reason == "step", "step")
        expect(e.ninstrs() > before, "step")
        for wrong in (lambda: e.add_breakpoint("nowhere"),
                      lambda: e.remove_breakpoint("spin"),
                      lambda: e.symbol("nowhere"),
                      lambda: e.set_register("nothing", 1)):
            try:
                wrong()
            except debugger.DebuggerError:
                continue
            expect(False, "no DebuggerError")


@test
def debugger_tells_how_it_ended():
    with debugger.Emulator(GUEST, words=["do=spin"], time_limit=0.5) as e:
        expect(e.cont().reason == "time-limit", "time limit")
    with debugger.Emulator(GUEST, words=["do=undefined"]) as e:
        stop = e.cont()
        expect(stop.reason == "halted" and "UNIMPLEMENTED" in stop.text, stop)
